"""vardtrad webhook add, list and end: other programs that are told of what happens."""

import os

import click

from cases.access import access_of
from cases.errors import Invalid, Refused
from cases.tokens import owner
from cases.webhook_administration import add_webhook, end_webhook, secret_of
from cases.webhook_faults import webhook_fault_words
from cases.webhook_forms import EVENTS
from cases.webhook_list import WebhookLine, webhooks
from web.commands.wiring import stop, wired
from web.settings import variable

KINDS = tuple(map(str, EVENTS))

by = click.option("--by", "username", required=True, help="The administrator who does it.")


@click.group()
def webhook() -> None:
    """Other programs that are told of what happens."""


@webhook.command()
@click.argument("name")
@click.argument("url")
@click.option(
    "--event", "events", multiple=True, type=click.Choice(KINDS), default=KINDS,
    help="What it is told of; may be given several times. All of it unless given.",
)  # fmt: skip
@by
def add(name: str, url: str, events: tuple[str, ...], username: str) -> None:
    """Tell the program at URL from now on, and print its secret: it cannot be read again."""
    if not os.environ.get(variable("secret_key")):
        stop(
            [f"Sätt {variable('secret_key')} till samma som webben och vardtrad worker har."],
            "Hemligheten räknas fram ur installationens nyckel, och den saknas.",
        )
    wiring, told = wired(), {"name": name, "url": url, "events": [*events]}
    own_network = wiring.settings.caller.own_network
    try:
        with wiring.database.transaction() as session:
            access = access_of(session, owner(session, username), wiring.now())
            added = add_webhook(session, access, own_network, told, wiring.now())
    except Invalid as invalid:
        faults = [f"{field}: {text}" for field, texts in invalid.errors.items() for text in texts]
        stop(faults, "Webhooken kan inte läggas upp:")
    except Refused as refused:
        stop([username], refused.msgid)
    click.echo(secret_of(added, wiring.settings.secret_key))
    click.echo(f"Webhook {added.id} är upplagd. Hemligheten visas bara nu.", err=True)


@webhook.command("list")
def list_() -> None:
    """Every webhook and how it goes, those that have ended last."""
    with wired().database.reading() as session:
        found = webhooks(session)
    for each in found:
        click.echo(f"{each.id}  {_state(each)}  {each.name}  {each.url}  {','.join(each.events)}")


@webhook.command()
@click.argument("webhook_id", type=int)
@by
def end(webhook_id: int, username: str) -> None:
    """Tell the webhook with that number, as printed by list, nothing more."""
    wiring = wired()
    try:
        with wiring.database.transaction() as session:
            access = access_of(session, owner(session, username), wiring.now())
            ended = end_webhook(session, access, webhook_id, wiring.now())
    except Refused as refused:
        stop([str(webhook_id)], refused.msgid)
    click.echo(f"Webhook {webhook_id} ({ended.name}) är avslutad.")


def _state(each: WebhookLine) -> str:
    if each.ended_at:
        return "avslutad"
    if each.error:
        return f"{each.waiting} väntar: {webhook_fault_words(each.error)}"
    return f"{each.failed} kom inte fram" if each.failed else "tar emot"
