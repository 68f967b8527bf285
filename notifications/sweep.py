"""The pass over everything due; any number of them may run at the same time."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cases.database import Database
from cases.events import locked_case, seal_day
from cases.models import Case, CaseStep, PendingEscalation
from notifications.firing import Fired, Firing
from notifications.models import Sweep
from notifications.stopwatch import Stopwatch
from workflow.routines import Routines

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SweepReport:
    """`broken` are the references of cases whose rungs could not be fired."""

    fired: Fired
    broken: tuple[str, ...]

    def __str__(self) -> str:
        """For the command line."""
        broken = f" Fel i {', '.join(self.broken)}." if self.broken else ""
        return f"{self.fired.rungs} påminnelser till {self.fired.told} mottagare.{broken}"


def sweep(database: Database, routines: Routines, now: datetime) -> SweepReport:
    """Fires what is due, one transaction for each case; a broken case waits for the next pass."""
    stopwatch = Stopwatch(now)
    total, broken = Fired(), list[str]()
    if _anything_due(database, now):
        while (fired := _fire_next(database, routines, now, broken)) is not None:
            total += fired
    database.run(lambda session: _finish(session, total, now, stopwatch.now()))
    return SweepReport(total, tuple(broken))


def _anything_due(database: Database, now: datetime) -> bool:
    """Asked first as a reader, so that an idle pass does not take SQLite's one writing place."""
    with database.reading() as session:
        due = select(PendingEscalation.id).where(PendingEscalation.at <= now).limit(1)
        return session.scalar(due) is not None


def _fire_next(
    database: Database, routines: Routines, now: datetime, broken: list[str]
) -> Fired | None:
    """None when nothing is left that is due, not broken and not in another's hands."""
    reference = None
    try:
        with database.transaction() as session:
            reference = session.scalar(_oldest_due(now, broken))
            if reference is None:
                return None
            return Firing(session, routines, locked_case(session, reference), now).fire()
    except Exception as fault:
        if reference is None:
            raise
        # Never the message: it may hold what somebody typed.
        logger.error("sweep: %s: %s", reference, type(fault).__name__)
        broken.append(reference)
        return Fired()


def _oldest_due(now: datetime, broken: Collection[str]) -> Select[str]:
    # The case's row is locked and not the rung's: people's operations lock in that order too.
    return (
        select(Case.reference)
        .join(CaseStep, CaseStep.case_id == Case.id)
        .join(PendingEscalation, PendingEscalation.step_id == CaseStep.id)
        .where(PendingEscalation.at <= now, Case.reference.not_in(broken))
        .order_by(PendingEscalation.at, PendingEscalation.id)
        .limit(1)
        .with_for_update(of=Case, skip_locked=True)
    )


def _finish(session: Session, total: Fired, now: datetime, finished: datetime) -> None:
    seal_day(session, now)
    last = session.scalar(select(Sweep).order_by(Sweep.id.desc()).limit(1))
    if last is None or last.fired or total.rungs:
        last = Sweep(fired=total.rungs, mailed=total.told)
        session.add(last)
    last.started_at, last.finished_at = now, finished
    last.late_seconds = int(total.late.total_seconds())
