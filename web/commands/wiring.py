"""How commands get at the database and the routines, with faults told in plain words."""

import sys
from typing import Any, NoReturn

import click

from web.door import Vardtrad
from web.settings import FaultySettings, Settings, read_settings
from workflow.rules_file import FaultyRules


def stop(lines: list[str], heading: str) -> NoReturn:
    """Every fault on stderr, then exit 2."""
    click.echo(heading, err=True)
    for line in lines:
        click.echo(f"  {line}", err=True)
    sys.exit(2)


def settings(**given: Any) -> Settings:
    """The environment's settings; stops the command when they have faults."""
    try:
        return read_settings(**given)
    except FaultySettings as faulty:
        stop(faulty.faults, "Inställningarna har fel:")


def wired(chosen: Settings | None = None) -> Vardtrad:
    """The wiring; stops the command when settings or rules have faults."""
    chosen = chosen or settings()
    try:
        return Vardtrad.wired(chosen)
    except FaultyRules as faulty:
        stop(faulty.faults, f"Regelfilen {chosen.rules} har fel:")
