"""What is due, locked and read a batch of cases at a time as plain rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from cases.chains import Chain
from cases.changes import LATE, OUT
from cases.models import Case, CaseStep, PendingEscalation
from notifications.models import Notification
from notifications.rungs import is_tell


@dataclass(frozen=True)
class DueStep:
    """What the firing needs to know of a step."""

    id: int
    case_id: int
    key: str
    item: str
    round: int
    roles: tuple[str, ...]
    claimed_by: int | None


@dataclass(frozen=True)
class DueRung:
    """A pending rung; not yet due itself when it only stands behind one that is."""

    id: int
    step: DueStep
    rung: str
    at: datetime
    passed: tuple[str, ...]


@dataclass(frozen=True)
class DueCase:
    """`ladders` are the pending rungs that hang together, oldest first, where one is due.

    `told` are those who have heard of a step's rung before.
    """

    id: int
    definition: str
    version: int
    unit_id: int
    chain: Chain
    ladders: tuple[tuple[DueRung, ...], ...]
    told: frozenset[tuple[int, str, int]]


def due_cases(
    session: Session, now: datetime, most: int, broken: Collection[str]
) -> tuple[DueCase, ...]:
    """Those longest due, locked; none that another worker or a person holds, and none broken."""
    # The case's row is locked and not the rung's: people's operations lock in that order too.
    locked = session.execute(_locking(now, most, broken)).all()
    cases = {row.id: row for row in locked}
    if not cases:
        return ()
    # Read after the locks: what was due may have been taken by whoever held them.
    ladders = _ladders(session, list(cases), now)
    steps = [ladder[0].step.id for found in ladders.values() for ladder in found]
    told = _told(session, steps)
    return tuple(
        DueCase(
            row.id,
            row.definition,
            row.version,
            row.unit_id,
            Chain(row.id, row.reference, row.head_sequence, row.head_hash),
            tuple(ladders.get(row.id, ())),
            told,
        )
        for row in cases.values()
    )


def _locking(now: datetime, most: int, broken: Collection[str]) -> Select[*tuple[object, ...]]:
    return (
        select(
            Case.id, Case.reference, Case.definition, Case.version, Case.unit_id,
            Case.head_sequence, Case.head_hash,
        )
        .join(CaseStep, CaseStep.case_id == Case.id)
        .join(PendingEscalation, PendingEscalation.step_id == CaseStep.id)
        .where(
            PendingEscalation.at <= now,
            PendingEscalation.rung != OUT,
            Case.reference.not_in(broken),
        )
        .order_by(PendingEscalation.at, PendingEscalation.id)
        .limit(most)
        .with_for_update(of=Case, skip_locked=True)
    )  # fmt: skip


def _ladders(
    session: Session, cases: Collection[int], now: datetime
) -> dict[int, list[tuple[DueRung, ...]]]:
    steps = _steps(session, cases)
    rows = session.execute(
        select(
            PendingEscalation.id,
            PendingEscalation.step_id,
            PendingEscalation.rung,
            PendingEscalation.at,
            # Empty in every other row, and dear to read in thousands.
            case((PendingEscalation.rung == LATE, PendingEscalation.passed)),
        )
        .where(PendingEscalation.step_id.in_(steps), PendingEscalation.rung != OUT)
        .order_by(PendingEscalation.at, PendingEscalation.id)
    )
    hanging: dict[tuple[int, str], list[DueRung]] = {}
    for id_, step_id, rung, at, passed in rows:
        # A tell has no next rung.
        own = rung if is_tell(rung) else ""
        hanging.setdefault((step_id, own), []).append(
            DueRung(id_, steps[step_id], rung, at, tuple(passed or ()))
        )
    ladders: dict[int, list[tuple[DueRung, ...]]] = {}
    for rungs in hanging.values():
        if rungs[0].at <= now:
            ladders.setdefault(rungs[0].step.case_id, []).append(tuple(rungs))
    return ladders


def _steps(session: Session, cases: Collection[int]) -> dict[int, DueStep]:
    """Also those that are done, since what must be told outlives its step."""
    rows = session.execute(
        select(
            CaseStep.id, CaseStep.case_id, CaseStep.key, CaseStep.item, CaseStep.round,
            CaseStep.roles, CaseStep.claimed_by,
        ).where(CaseStep.case_id.in_(cases), CaseStep.pending.any())
    )  # fmt: skip
    return {
        id_: DueStep(id_, case_id, key, item, round_, tuple(roles), claimed_by)
        for id_, case_id, key, item, round_, roles, claimed_by in rows
    }


def _told(session: Session, steps: Collection[int]) -> frozenset[tuple[int, str, int]]:
    rows = session.execute(
        select(Notification.step_id, Notification.rung, Notification.recipient_id).where(
            Notification.step_id.in_(steps)
        )
    )
    return frozenset((step_id, rung, who) for step_id, rung, who in rows)
