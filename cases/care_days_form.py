"""What is asked for when days of care are entered."""

from datetime import datetime

from workflow.field_types import Number
from workflow.fields import number
from workflow.forms import Form, Section
from workflow.moments import day_of
from workflow.words import _

FIRST_YEAR = 2015
"""As far back as there may be imported events to set the days against."""

MOST_DAYS = 99_999
"""More than three thousand residents in a month is a mistyped number."""


def _days(label: str) -> Number:
    return number(label, 0, MOST_DAYS, unit=_("dygn"), required=False)


def field_of(month: int) -> str:
    """The form's name of a month (1 to 12)."""
    return f"month_{month}"


class DaysOfYear(Form):
    """The months of a year that are over; one that is left empty has no days."""

    month_1 = _days(_("Januari"))
    month_2 = _days(_("Februari"))
    month_3 = _days(_("Mars"))
    month_4 = _days(_("April"))
    month_5 = _days(_("Maj"))
    month_6 = _days(_("Juni"))
    month_7 = _days(_("Juli"))
    month_8 = _days(_("Augusti"))
    month_9 = _days(_("September"))
    month_10 = _days(_("Oktober"))
    month_11 = _days(_("November"))
    month_12 = _days(_("December"))

    sections = (
        Section(
            "months",
            _("Räkna ett dygn för varje dag som någon bodde eller var inskriven på enheten."),
            tuple(field_of(month) for month in range(1, 13)),
        ),
    )

    def __init__(self, *, now: datetime, year: int) -> None:
        self.year = year
        super().__init__(now=now)

    def left_out(self) -> tuple[str, ...]:
        """Months whose days nobody knows yet."""
        over = months_over(self.year, self.now)
        return tuple(field_of(month) for month in range(1, 13) if month not in over)


def months_over(year: int, now: datetime) -> tuple[int, ...]:
    """The months of the year (1 to 12) that are past in Stockholm."""
    today = day_of(now)
    return tuple(m for m in range(1, 13) if (year, m) < (today.year, today.month))


def newest_year(now: datetime) -> int:
    """The last year of which a month is over."""
    today = day_of(now)
    return today.year if today.month > 1 else today.year - 1
