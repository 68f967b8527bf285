"""vardtrad log verify and dispose."""

import sys

import click

from cases.disposal import dispose_case
from cases.errors import Refused
from cases.events import faults_of_log
from web.commands.wiring import stop, wired


@click.group()
def log() -> None:
    """The event log."""


@log.command()
def verify() -> None:
    """Recompute every hash; exit 1 and list each sign of tampering."""
    with wired().database.reading() as session:
        faults = list(faults_of_log(session))
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("Loggen är hel.")


@log.command()
@click.argument("reference")
@click.option("--basis", required=True, help="The decision, for example the document plan.")
def dispose(reference: str, basis: str) -> None:
    """Empty what was typed in a closed case; the chain of events stays whole."""
    wiring = wired()
    try:
        with wiring.database.transaction() as session:
            dispose_case(session, reference.upper(), basis, wiring.now())
    except Refused as refused:
        stop([reference], refused.msgid)
    click.echo(f"{reference.upper()} är gallrat.")
