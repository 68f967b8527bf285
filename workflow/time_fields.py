"""Fields for points in time and days, typed and shown as in Stockholm."""

import re
from datetime import UTC, date, datetime
from typing import Any

from workflow.field_types import Spoken
from workflow.holidays import STOCKHOLM
from workflow.messages import refusal
from workflow.words import _

# Within the years that working days are known, with room for a limit after the last.
YEARS = range(2000, 2100)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_CLOCK = re.compile(r"([01]?\d|2[0-3]|24(?=[:.]00))[:.]([0-5]\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Moment(Spoken[datetime]):
    """A point in time; text without offset is Stockholm time; kept as aware UTC."""

    unreadable = _("Skriv datum och klockslag.")

    def read(self, value: Any) -> datetime:
        """On the clock shown twice in October, the first (summer time)."""
        moment = self._written(value)
        if moment.tzinfo is None:
            local, moment = moment, moment.replace(tzinfo=STOCKHOLM).astimezone(UTC)
            if moment.astimezone(STOCKHOLM).replace(tzinfo=None) != local:
                raise refusal(_("Klockslaget finns inte: klockan ställdes om till sommartid."))
        moment = moment.astimezone(UTC)
        _refuse_odd_year(moment.astimezone(STOCKHOLM))
        if self.metadata["past"] and moment > self.group.now:
            raise refusal(_("Tiden kan inte ligga i framtiden."))
        return moment

    def stored(self, value: datetime) -> str:
        """ISO 8601 with Stockholm's offset."""
        return value.astimezone(STOCKHOLM).isoformat()

    def _written(self, value: Any) -> datetime:
        text = value.isoformat() if isinstance(value, datetime) else value
        if not isinstance(text, str) or not _MOMENT.fullmatch(text.strip()):
            raise self.make_error("invalid")
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise self.make_error("invalid") from None
        _refuse_odd_year(moment)  # first, since year 1 and 9999 cannot be converted
        return moment


class Day(Spoken[date]):
    """A date in Stockholm."""

    unreadable = _("Skriv ett datum.")

    def read(self, value: Any) -> date:
        """Year, month and day in that order with - between."""
        text = value.isoformat() if isinstance(value, date) else value
        if not isinstance(text, str) or not _DAY.fullmatch(text.strip()):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            raise refusal(_("Datumet finns inte.")) from None
        _refuse_odd_year(day)
        if self.metadata["past"] and day > self.group.today:
            raise refusal(_("Dagen kan inte ligga i framtiden."))
        return day

    def stored(self, value: date) -> str:
        """ISO 8601."""
        return value.isoformat()


class Clock(Spoken[int]):
    """A time of day as on a clock in Stockholm; minutes after midnight."""

    unreadable = _("Skriv klockslaget så här: 21:30")

    def read(self, value: Any) -> int:
        """24-hour clock, with colon or full stop; 24:00 is midnight."""
        found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            raise self.make_error("invalid")
        return (int(found[1]) * 60 + int(found[2])) % (24 * 60)

    def stored(self, value: int) -> str:
        """HH:MM."""
        return clock_words(value)


def clock_words(minutes: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _refuse_odd_year(day: date) -> None:
    if day.year not in YEARS:
        raise refusal(_("Kontrollera årtalet."))
