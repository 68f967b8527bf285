"""Labels and numbers of figures in the language of whoever reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from babel.numbers import format_decimal, format_percent
from flask_babel import get_locale

from cases.statistics.tables import Label, Measure, Number, Table
from web.spoken import spoken
from workflow.messages import Message
from workflow.time_words import in_words
from workflow.words import _

NOTHING = "–"
"""Stands where there is nothing to count from."""

NO_TIME = Message(_("%(minutes)s min"), minutes=0)


@dataclass(frozen=True)
class Tongue:
    """`say` gives a label's words."""

    locale: str
    say: Callable[[Label], str]

    def title(self, table: Table) -> str:
        """With the letter by which the MAS's list names the table."""
        words = self.say(table.title)
        return f"{table.letter}. {words}" if table.letter else words

    def heads(self, table: Table) -> list[str]:
        """Of its columns."""
        return [self.say(column.label) for column in table.columns]

    def number(self, number: Number, measure: Measure) -> str:
        """A share is in per cent with a decimal, never rounded up to all nor down to none."""
        if number is None:
            return NOTHING
        if measure is Measure.MINUTES:
            return self.say(in_words(timedelta(minutes=number)) if number >= 1 else NO_TIME)
        if measure is Measure.SHARE:
            shown = number if number in (0, 1) else min(max(number, 0.001), 0.999)
            return str(format_percent(shown, "#,##0.#\u00a0%", locale=self.locale))
        pattern = {Measure.DAYS: "#,##0.#", Measure.RATE: "#,##0.0#"}.get(measure, "#,##0")
        return str(format_decimal(number, pattern, locale=self.locale))


SWEDISH = Tongue("sv", str)
"""Papers are in Swedish whatever language the pages are read in."""


def readers_tongue() -> Tongue:
    """Of whoever has asked for the page."""
    return Tongue(str(get_locale() or "sv"), spoken)
