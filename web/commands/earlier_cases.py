"""vardtrad import deviations."""

import sys
from pathlib import Path

import click

from cases.errors import Refused
from cases.importing.carrying_out import import_cases
from cases.importing.plan import Plan, plan
from cases.importing.rows import read_rows
from web.commands.wiring import stop, wired


@click.group("import")
def import_() -> None:
    """Cases of an earlier system, so that the years can be compared."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave wrong rows out instead of stopping.")
def deviations(file: Path, dry_run: bool, skip_bad: bool) -> None:
    """Read in deviations from CSV or xlsx; what has been read in before is left as it is."""
    wiring = wired()
    now = wiring.now()
    try:
        rows = read_rows(file.read_bytes())
    except Refused as refused:
        stop([refused.msgid % refused.values], f"{file.name} går inte att läsa in.")
    with click.progressbar(rows, label="Läser", file=sys.stderr) as watched:
        planned = plan(wiring.database, None, watched, now)
    if planned.faults and not skip_bad:
        stop(_faults(planned), f"{file.name} har fel. Inget är inläst.")
    for line in _faults(planned):
        click.echo(line, err=True)
    done = len(planned.new)
    if not dry_run:
        done = 0
        with click.progressbar(
            length=len(planned.new), label="Skriver", file=sys.stderr
        ) as progress:
            for written in import_cases(wiring.database, wiring.routines, planned.new, now):
                done += written
                progress.update(written)
    click.echo(
        f"{'Skulle läsa in' if dry_run else 'Läste in'} {done} ärenden, varav "
        f"{planned.open} öppna. {planned.known} fanns redan, "
        f"{planned.wrong_rows} felaktiga rader hoppades över."
    )


def _faults(planned: Plan) -> list[str]:
    return [
        ": ".join(part for part in (f"rad {fault.line}", fault.column, str(fault.reason)) if part)
        for fault in planned.faults
    ]
