"""Which days are worked: Monday to Friday, no public holiday, none of the three eves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays.countries.sweden import Sweden

from workflow.explanation import DeadlineError, Explanation
from workflow.words import _

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FIRST_YEAR, LAST_YEAR = 2000, Sweden.end_year
WEEKEND = {5: Explanation("lördag", "Saturday"), 6: Explanation("söndag", "Sunday")}
# Names with a capital of their own; the others are written small within a sentence.
PROPER_NAMES = ("Kristi", "Sveriges")


@dataclass(frozen=True)
class WorkingCalendar:
    """The law's working days less the local closed days; raises DeadlineError outside 2000-2100."""

    closed_days: Mapping[date, str] = field(default_factory=dict, hash=False)

    def is_working_day(self, day: date) -> bool:
        """True when nothing closes the day."""
        return self.closed_because(day) is None

    def closed_because(self, day: date) -> Explanation | None:
        """The holiday, else the weekend day, else the local reason, written small."""
        refuse_years_unknown(day.year)
        by_law = _holidays(day.year).get(day) or WEEKEND.get(day.weekday())
        if by_law or day not in self.closed_days:
            return by_law
        reason = self.closed_days[day]
        return Explanation(f"lokalt stängt: {reason}", f"closed locally: {reason}")

    def next_working_day(self, day: date) -> date:
        """The day itself when it is worked."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The nth working day after the day; for 0 the day itself or the next that is worked."""
        for _nth in range(n):
            day = self.next_working_day(day + timedelta(days=1))
        return self.next_working_day(day)


def refuse_years_unknown(year: int) -> None:
    """Raises DeadlineError before 2000 and after the last year the holidays are known."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DeadlineError(
            _("Fristen måste börja och sluta mellan åren %(first)s och %(last)s."),
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )


BY_LAW = WorkingCalendar()
"""Without local closed days, which cannot move a statutory limit."""


@cache
def _holidays(year: int) -> dict[date, Explanation]:
    # The library's default leaves out the eves, on which nobody can be expected to be at work.
    swedish, english = (
        Sweden(years=year, categories=("public", "de_facto"), language=language)
        for language in ("sv", "en_US")
    )
    return {
        day: Explanation(
            " och ".join(_small(name) for name in swedish.get_list(day)),
            " and ".join(english.get_list(day)),
        )
        for day in swedish
    }


def _small(name: str) -> str:
    return name if name.startswith(PROPER_NAMES) else name[0].lower() + name[1:]
