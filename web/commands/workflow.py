"""The command that prints a routine with the rules in force."""

from pathlib import Path

import click

from web.commands.wiring import stop
from workflow.describe import describe
from workflow.diagram import mermaid
from workflow.routines import load
from workflow.rules_file import FaultyRules
from workflow.words import _


@click.group(help=_("Rutinerna, så som de gäller."))
def workflow() -> None:
    """Holds the commands that need no database."""


@workflow.command(help=_("Visa en rutin, till exempel deviation, i klartext."))
@click.argument("key", metavar=_("RUTIN"))
@click.option("--mermaid", "as_mermaid", is_flag=True, help=_("Som diagram i Mermaid."))
@click.option(
    "--rules",
    envvar="VARDTRAD_RULES",
    type=click.Path(path_type=Path),
    help=_("Kommunens regelfil (TOML)."),
)
def show(key: str, as_mermaid: bool, rules: Path | None) -> None:
    """Faults of the rules file and an unknown routine are told on stderr, with exit 2."""
    try:
        routines = load(rules)
    except FaultyRules as error:
        stop(error.faults, _("Regelfilen %(path)s har fel:") % {"path": rules})
    definitions = {definition.key: definition for definition in routines.current()}
    if key not in definitions:
        stop([*definitions], _("Rutinen finns inte. Välj någon av:"))
    text = mermaid(definitions[key]) if as_mermaid else describe(definitions[key], routines)
    # Bytes, since the text is UTF-8 whatever the terminal is.
    click.echo(text.encode(), nl=False)
