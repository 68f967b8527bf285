"""The pass over everything due; any number of them may run at the same time."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cases.changes import OUT
from cases.database import Database
from cases.doing import run_out
from cases.events import locked_case
from cases.models import OPEN, Case, CaseStep, PendingEscalation
from notifications.catching_up import note_catch_up
from notifications.due import due_cases
from notifications.firing import Fired, Firing
from notifications.models import Sweep
from notifications.overdue_calls import call_out_overdue
from notifications.recipients import Reach
from notifications.stopwatch import Stopwatch
from workflow.routines import Routines

logger = logging.getLogger(__name__)

BATCH = {"sqlite": 200, "postgresql": 1000}
"""Cases in one transaction: enough to be cheap, and so few that nobody waits for long."""

CROWDED_BATCH = 8
"""The same while others wait for SQLite's one writer."""

PATIENCE = 0.1
"""Seconds that a batch lets those who wait in front of a page go first."""


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
    """Takes what is due in batches of cases; a broken case waits for the next pass."""
    sweeping = _Sweeping(database, routines, now)
    sweeping.run_out()
    sweeping.fire()
    sweeping.finish()
    call_out_overdue(database, now)
    return SweepReport(sweeping.fired, tuple(sweeping.broken))


class _Sweeping:
    def __init__(self, database: Database, routines: Routines, now: datetime) -> None:
        self.database, self.routines, self.now = database, routines, now
        self.stopwatch = Stopwatch(now)
        self.fired, self.broken, self.held = Fired(), list[str](), list[str]()
        with database.reading() as session:
            self.before = session.scalar(select(Sweep.finished_at).order_by(Sweep.id.desc()))

    def run_out(self) -> None:
        """Before the rungs, since what follows from a time that ran out may do away with them."""
        while reference := self._oldest_run_out():
            try:
                with self.database.transaction() as session:
                    self._run_out(session, locked_case(session, reference))
            except Exception as fault:  # noqa: BLE001  the other cases must still be taken
                self._give_up(reference, fault)

    def fire(self) -> None:
        """A batch that fails is taken again case by case, so that only the broken one is left."""
        if not self._anything_due():
            return
        with self.database.reading() as session:
            reach = Reach(session, self.routines, self.now)
        most = BATCH[self.database.engine.dialect.name]
        while True:
            try:
                with self.database.transaction(PATIENCE) as session:
                    few = min(most, CROWDED_BATCH)
                    fired = self._fire(session, reach, few if session.info["crowded"] else most)
            except Exception as fault:
                if not self.held or isinstance(fault, OperationalError):
                    raise
                if len(self.held) == 1:
                    self._give_up(self.held[0], fault)
                most = 1
                continue
            if fired is None:
                return
            self.fired += fired
            self.database.tidy()

    def finish(self) -> None:
        """Says when the pass was, and what it was late with."""
        self.database.run(self._finish)
        self.database.tidy()

    def _anything_due(self) -> bool:
        """Asked first as a reader, so that an idle pass keeps no writer waiting."""
        with self.database.reading() as session:
            due = select(PendingEscalation.id).where(PendingEscalation.at <= self.now).limit(1)
            return session.scalar(due) is not None

    def _fire(self, session: Session, reach: Reach, most: int) -> Fired | None:
        """None when nothing is left that is due, not broken and not in another's hands."""
        self.held = []
        cases = due_cases(session, self.now, most, self.broken)
        self.held = [case.chain.reference for case in cases]
        if not cases:
            return None
        firing, fired = Firing(session, self.routines, reach, self.now), Fired()
        for case in cases:
            try:
                fired += firing.fire(case)
            except Exception as fault:  # noqa: BLE001  the other cases must still be told
                self._give_up(case.chain.reference, fault)
        firing.write()
        return fired

    def _oldest_run_out(self) -> str | None:
        with self.database.reading() as session:
            return session.scalar(
                select(Case.reference)
                .join(CaseStep, CaseStep.case_id == Case.id)
                .join(PendingEscalation, PendingEscalation.step_id == CaseStep.id)
                .where(
                    PendingEscalation.rung == OUT,
                    PendingEscalation.at <= self.now,
                    Case.reference.not_in(self.broken),
                )
                .order_by(PendingEscalation.at)
                .limit(1)
            )

    def _run_out(self, session: Session, case: Case) -> None:
        for step in list(case.steps):
            out = [p for p in step.pending if p.rung == OUT and p.at <= self.now]
            if out and step.condition == OPEN:
                run_out(session, self.routines, step, self.now)
            for pending in out:
                session.delete(pending)

    def _give_up(self, reference: str, fault: Exception) -> None:
        if isinstance(fault, OperationalError):  # about the database, not about the case
            raise fault
        # Never the message: it may hold what somebody typed.
        logger.error("sweep: %s: %s", reference, type(fault).__name__)
        self.broken.append(reference)

    def _finish(self, session: Session) -> None:
        now, fired = self.now, self.fired
        note_catch_up(session, self.before, fired, now)
        last = session.scalar(select(Sweep).order_by(Sweep.id.desc()).limit(1))
        if last is None or last.fired or fired.rungs:
            last = Sweep(fired=fired.rungs, mailed=fired.told)
            session.add(last)
        last.started_at, last.finished_at = now, self.stopwatch.now()
        last.late_seconds = int(fired.late.total_seconds())
