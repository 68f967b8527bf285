"""vardtrad token: keys with which other programs act for a person."""

from datetime import datetime

import click

from cases.access import access_of
from cases.errors import Invalid, NotFound, Refused
from cases.tokens import (
    MOST_DAYS,
    SCOPES,
    USUAL_DAYS,
    ApiToken,
    make_token,
    owner,
    revoke,
    tokens_of,
)  # fmt: skip
from web.commands.wiring import stop, wired
from workflow.holidays import STOCKHOLM


@click.group()
def token() -> None:
    """Keys for other programs."""


@token.command()
@click.argument("username")
@click.option("--name", required=True, help="What the key is for, such as the program's name.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice([*SCOPES]), default=("read",),
    show_default=True, help="What it may be used for; may be given several times.",
)  # fmt: skip
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=USUAL_DAYS, show_default=True,
    help="How long it lasts.",
)  # fmt: skip
def create(username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a key that acts as USERNAME and print it: it cannot be read again."""
    wiring, told = wired(), {"name": name, "scopes": [*scopes], "days": days}
    now = wiring.now()
    try:
        with wiring.database.transaction() as session:
            access = access_of(session, owner(session, username), now)
            made, secret = make_token(session, access, told, now)
    except Invalid as invalid:
        faults = [f"{field}: {text}" for field, texts in invalid.errors.items() for text in texts]
        stop(faults, "Nyckeln kan inte göras:")
    except Refused as refused:
        stop([username], refused.msgid)
    click.echo(secret)
    click.echo(
        f"Nyckel {made.id} gäller till {_day(made.expires_at)} och visas bara nu. "
        f"Den får: {', '.join(SCOPES[scope] for scope in made.scopes)}.",
        err=True,
    )


@token.command("list")
@click.argument("username")
def list_(username: str) -> None:
    """Every key that USERNAME has had, the newest first."""
    wiring = wired()
    try:
        with wiring.database.reading() as session:
            made = tokens_of(session, owner(session, username).id)
    except NotFound as unknown:
        stop([username], unknown.msgid)
    for each in made:
        click.echo(_line(each))


@token.command("revoke")
@click.argument("token_id", type=int)
def revoke_(token_id: int) -> None:
    """End the key with that number, as printed by list, at once."""
    wiring = wired()
    now = wiring.now()
    with wiring.database.transaction() as session:
        found = session.get(ApiToken, token_id)
        if found is None:
            stop([str(token_id)], "Nyckeln finns inte.")
        revoke(session, access_of(session, found.person, now), token_id, now)
    click.echo(f"Nyckel {token_id} ({found.name}) är återkallad.")


def _line(each: ApiToken) -> str:
    ended = "återkallad" if each.revoked_at else f"till {_day(each.expires_at)}"
    used = f"använd {_day(each.last_used_at)}" if each.last_used_at else "aldrig använd"
    return f"{each.id}  {ended}  {used}  {','.join(each.scopes)}  {each.name}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d}"
