"""What went out late when the time control had stood still: which cases, and how late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from cases.log import CaseEvent
from cases.models import Case
from cases.people import Unit
from notifications.firing import ESCALATED
from notifications.models import CatchUp, Notification
from workflow.definitions import CHECKS

LONGEST = timedelta(hours=1)
"""Until then workers share what one standstill has left; what is late after it has other causes."""


@dataclass(frozen=True)
class LateCase:
    """How late the latest of the case's reminders was."""

    reference: str
    unit: str
    late: timedelta


@dataclass(frozen=True)
class CaughtUp:
    """One standstill; `cases` are those asked for, the latest first, while the rest is of all."""

    id: int
    stood_still_from: datetime
    found_at: datetime
    rungs: int
    latest: timedelta
    cases: tuple[LateCase, ...]


def caught_up(
    session: Session,
    since: datetime,
    which: ColumnElement[bool] | None = None,
    most: int | None = None,
) -> tuple[CaughtUp, ...]:
    """Found since then, newest first; `which` is a condition on Case, all cases without it.

    The cases of each standstill cost a query, so that a page asks for only so many.
    """
    found = session.scalars(
        select(CatchUp)
        .where(CatchUp.found_at >= since)
        .order_by(CatchUp.found_at.desc(), CatchUp.id.desc())
        .limit(most)
    ).all()
    wanted = true() if which is None else which
    return tuple(
        CaughtUp(
            row.id,
            row.stood_still_from,
            row.found_at,
            row.rungs,
            timedelta(seconds=row.latest_seconds),
            _late_cases(session, row.found_at, wanted),
        )
        for row in found
    )


def _late_cases(
    session: Session, found_at: datetime, which: ColumnElement[bool]
) -> tuple[LateCase, ...]:
    # By way of the notifications: there are ten times as many events, and no index on their time.
    rows = session.execute(
        select(Case.reference, Unit.name, CaseEvent.data)
        .select_from(Notification)
        .join(Case, Case.id == Notification.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .join(
            CaseEvent,
            and_(
                CaseEvent.case_id == Notification.case_id,
                CaseEvent.recorded_at == Notification.created_at,
                CaseEvent.type == ESCALATED,
            ),
        )
        .where(
            Notification.created_at >= found_at,
            Notification.created_at < found_at + LONGEST,
            Case.definition.not_in([check.key for check in CHECKS]),
            which,
        )
    )
    late = ((ref, unit, data.get("late_seconds", 0)) for ref, unit, data in rows)
    return _latest((ref, unit, seconds) for ref, unit, seconds in late if seconds)


def _latest(rows: Iterable[tuple[str, str, int]]) -> tuple[LateCase, ...]:
    latest: dict[str, LateCase] = {}
    for reference, unit, seconds in rows:
        late = timedelta(seconds=seconds)
        if reference not in latest or latest[reference].late < late:
            latest[reference] = LateCase(reference, unit, late)
    return tuple(sorted(latest.values(), key=lambda case: (-case.late, case.reference)))
