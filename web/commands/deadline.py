"""The command that reckons a deadline and says why."""

import json
from datetime import date, datetime

import click

from workflow.deadlines import RULES, DeadlineError, clock, rule_named
from workflow.holidays import WorkingCalendar
from workflow.words import _


@click.command(help=_("Räkna ut en frist. Regler: %(rules)s.") % {"rules": ", ".join(RULES)})
@click.argument("rule", metavar=_("REGEL"), default="")
@click.option("--start", metavar="ISO", help=_("När fristen börjar, med tidszon."))
@click.option("--hours", metavar="N", help=_("Antal timmar."))
@click.option("--days", metavar="N", help=_("Antal dagar."))
@click.option("--months", metavar="N", help=_("Antal månader."))
@click.option(
    "--closed",
    metavar="DATUM",
    multiple=True,
    help=_("En lokalt stängd dag; kan anges flera gånger."),
)
@click.pass_context
def deadline(
    context: click.Context,
    /,
    rule: str,
    start: str | None,
    closed: tuple[str, ...],
    **amounts: str | None,
) -> None:
    """Prints the clock as JSON; bad input is told in Swedish on stderr, with exit 2."""
    try:
        amount = _amount(rule, {name: text for name, text in amounts.items() if text is not None})
        calendar = WorkingCalendar({_day(text): "--closed" for text in closed})
        reckoned = clock(rule, _moment(start), amount, calendar)
    except DeadlineError as error:
        click.echo(_("Fel: %(error)s") % {"error": error}, err=True)
        context.exit(2)
    # Bytes, since JSON is UTF-8 whatever the terminal is.
    click.echo(json.dumps(reckoned.as_json(), ensure_ascii=False, indent=2).encode())


def _amount(rule: str, given: dict[str, str]) -> int | None:
    wanted = rule_named(rule).amount
    for name in given:
        if name != wanted:
            raise DeadlineError(_("Regeln %(rule)s tar inte --%(name)s."), rule=rule, name=name)
    if wanted not in given:
        return None
    try:
        return int(given[wanted])
    except ValueError:
        raise DeadlineError(
            _("Skriv antalet efter --%(name)s som ett heltal, till exempel 24."), name=wanted
        ) from None


def _moment(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        raise DeadlineError(
            _("Ange starttiden så här: --start %(example)s"), example="2026-10-25T02:30:00+02:00"
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DeadlineError(_("Ange en stängd dag så här: --closed 2026-12-28")) from None
