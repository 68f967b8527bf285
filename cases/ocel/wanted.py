"""Which cases go into the file, a handful at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from cases.calling_out import OWN_KINDS
from cases.models import Case
from workflow.holidays import STOCKHOLM

BATCH = 500
"""Cases in memory at a time."""


@dataclass(frozen=True)
class Wanted:
    """Cases opened from the first to the last day (Stockholm, both included); no kinds are all."""

    first: date | None = None
    last: date | None = None
    kinds: tuple[str, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        """On Case; without those of Vårdtråd itself."""
        found: list[ColumnElement[bool]] = [Case.definition.not_in(OWN_KINDS)]
        if self.first:
            found.append(Case.opened_at >= _begins(self.first))
        if self.last:
            found.append(Case.opened_at < _begins(self.last + timedelta(days=1)))
        if self.kinds:
            found.append(Case.definition.in_(self.kinds))
        return and_(*found)

    def batches(self, session: Session) -> Iterator[list[int]]:
        """Ids, the oldest case first."""
        after = 0
        while ids := list(
            session.scalars(
                select(Case.id)
                .where(self.condition(), Case.id > after)
                .order_by(Case.id)
                .limit(BATCH)
            )
        ):
            yield ids
            after = ids[-1]


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM)
