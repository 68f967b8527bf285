"""vardtrad log verify."""

import sys

import click

from cases.events import faults_of_log
from web.commands.wiring import wired


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
