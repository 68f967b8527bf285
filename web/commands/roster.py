"""vardtrad roster import."""

from pathlib import Path

import click
from sqlalchemy import select

from cases.access import access_of
from cases.errors import Refused
from cases.people import Person
from cases.roster_import import Plan, plan, read_in, read_rows
from web.commands.wiring import stop, wired


@click.group()
def roster() -> None:
    """Who is on duty."""


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", "username", required=True, help="Who stands in the log as having done it.")
@click.option("--role", default="", help="Of a calendar file's spells, for example nurse.")
@click.option("--unit", default="", help="Of a calendar file's spells; * is all of them.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def import_(file: Path, username: str, role: str, unit: str, dry_run: bool) -> None:
    """Read a roster in from CSV or a calendar file: all of it, or nothing when a row is wrong."""
    wiring = wired()
    now = wiring.now()
    try:
        with wiring.database.transaction() as session:
            person = session.scalar(select(Person).where(Person.username == username.lower()))
            if person is None:
                stop([username], "Ingen har det användarnamnet.")
            access = access_of(session, person, now)
            rows = read_rows(file.read_bytes(), role, unit, now)
            planned = plan(session, access, rows, now)
            if not planned.faults and not dry_run:
                planned = read_in(session, access, rows, now)
    except Refused as refused:
        stop([refused.msgid % refused.values], f"{file.name} går inte att läsa in.")
    if planned.faults:
        stop(_faults(planned), f"{file.name} har fel. Inget är inlagt.")
    click.echo(
        f"{'Skulle lägga in' if dry_run else 'La in'} {len(planned.new)} jourpass. "
        f"{planned.known} fanns redan, {planned.over} är redan slut."
    )


def _faults(planned: Plan) -> list[str]:
    return [
        ": ".join(str(part) for part in (fault.place, fault.column, fault.reason) if part)
        for fault in planned.faults
    ]
