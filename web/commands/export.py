"""vardtrad export events: the log for process mining."""

from datetime import datetime
from pathlib import Path

import click

from cases.ocel.export import write_log
from cases.ocel.wanted import Wanted
from web.commands.wiring import wired
from workflow.definitions import DEFINITIONS

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def export() -> None:
    """Files for other programs."""


@export.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@click.option("--from", "first", type=DAY, help="The day the first of the cases was opened.")
@click.option("--to", "last", type=DAY, help="The day the last of the cases was opened.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([each.key for each in DEFINITIONS]),
    help="Kind of case; may be given several times. All of them unless given.",
)  # fmt: skip
def events(
    file: Path, first: datetime | None, last: datetime | None, kinds: tuple[str, ...]
) -> None:
    """Write the events of whole cases to FILE as OCEL 2.0 JSON.

    No patient and nothing that was typed is in it; people have names made up for this one file.
    """
    wanted = Wanted(first and first.date(), last and last.date(), kinds)
    # Under another name until it is whole, so that nobody reads half of it.
    unfinished = file.with_name(f"{file.name}.part")
    try:
        with wired().database.reading() as session, unfinished.open("w", encoding="utf-8") as text:
            written = write_log(session, wanted, text)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{written.events} händelser och {written.objects} objekt i {file}.")
