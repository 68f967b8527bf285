"""A piece of daily work, and the day it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from workflow.holidays import STOCKHOLM
from workflow.routines import Routines

MIDNIGHT = time(0)

Write = Callable[[Session], None]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Today:
    """One day in Stockholm, and when each piece of its work was done."""

    routines: Routines
    day: date
    done: Mapping[str, datetime]

    def at(self, clock: time) -> datetime:
        """That time of the day, in UTC."""
        return datetime.combine(self.day, clock, STOCKHOLM).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The next midnight, in UTC; a day has 23 to 25 hours."""
        tomorrow = self.day + timedelta(days=1)
        return datetime.combine(tomorrow, MIDNIGHT, STOCKHOLM).astimezone(UTC)


@dataclass(frozen=True)
class Piece:
    """`due` is a span within a day, None on other days; `read` prepares what is then written.

    Reading may take a while, and SQLite has but one writer.
    """

    key: str
    due: Callable[[Today], Span | None]
    read: Callable[[Session, Routines, datetime], Write]
