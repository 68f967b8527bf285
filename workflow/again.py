"""Repeats of a ladder's last rung, ever further apart, until the step is ended."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from workflow.holidays import STOCKHOLM, WorkingCalendar

REPEAT: Final = "#"
"""Stands between a rung's key and its number in a repeat's key; no rung's own key has it."""


class Unit(StrEnum):
    """Hours run round the clock; working days keep the time of day in Stockholm."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True)
class Again:
    """Waits in `unit`: `first` before the first repeat, then twice as long, at most `longest`."""

    first: int
    longest: int
    unit: Unit

    def wait(self, nth: int) -> int:
        """Before the nth repeat, counted from 1."""
        return min(self.first << nth - 1, self.longest)

    @property
    def growing(self) -> tuple[int, ...]:
        """The waits shorter than the longest, which comes after them for ever."""
        waits, wait = [], self.first
        while wait < self.longest:
            waits.append(wait)
            wait *= 2
        return tuple(waits)

    def moment(self, nth: int, fired: datetime, calendar: WorkingCalendar) -> datetime:
        """When the nth repeat fires, in UTC; `fired` is when the rung or repeat before it did."""
        wait = self.wait(nth)
        if self.unit is Unit.HOURS:
            return (fired + timedelta(hours=wait)).astimezone(UTC)
        local = fired.astimezone(STOCKHOLM)
        day = calendar.add_working_days(local.date(), wait)
        return datetime.combine(day, time(local.hour, local.minute), STOCKHOLM).astimezone(UTC)


BY_THE_HOUR = Again(4, 24, Unit.HOURS)
"""Our proposal for what goes at once: 4, 8 and 16 hours, then once a day."""

BY_THE_DAY = Again(2, 10, Unit.WORKING_DAYS)
"""Our proposal for what is gathered: 2, 4 and 8 working days, then every other week."""


def repeat_key(rung: str, time_told: int) -> str:
    """The second time told is "mas#2"."""
    return f"{rung}{REPEAT}{time_told}"


def repeated(key: str) -> tuple[str, int]:
    """The rung that a key is of, and which time it is told: 1 for a rung itself."""
    rung, _, times = key.partition(REPEAT)
    return rung, int(times or 1)
