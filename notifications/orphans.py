"""Open cases that nothing watches over: without a step, a reminder to come, or anybody to reach."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, cast, select, true
from sqlalchemy.orm import Session, joinedload, lazyload

from cases.access import RIGHTS, Access, Right
from cases.changes import OUT, TELL
from cases.lines import CaseLine, StepLine, at_units, open_steps_where
from cases.models import OPEN, Case, CaseStep, PendingEscalation
from notifications.models import Sweep
from notifications.recipients import Reach
from workflow.definitions import CHECKS
from workflow.ladders import RESPONSIBLE
from workflow.routines import Routines

STUCK_AFTER = timedelta(minutes=5)
"""A reminder older than this when a whole sweep began was not taken by that sweep."""


class Lack(StrEnum):
    """What a case is without, the gravest first."""

    STEP = "step"
    PEOPLE = "people"
    SENDING = "sending"
    REMINDER = "reminder"


@dataclass(frozen=True)
class Orphan:
    """`step` is None when the case has nothing to do; `since` is when its reminder was due."""

    case: CaseLine
    lack: Lack
    step: StepLine | None = None
    since: datetime | None = None


def orphans(
    session: Session, routines: Routines, now: datetime, access: Access | None = None
) -> tuple[Orphan, ...]:
    """Each step once, cases without any first, then by due time; all units without an access."""
    here = and_(
        true() if access is None else at_units(access.units(RIGHTS[Right.OVERDUE])),
        Case.definition.not_in([check.key for check in CHECKS]),
    )
    found: dict[int, Orphan] = {}
    for orphan in (
        *_without_people(session, routines, here, now),
        *_without_sending(session, routines, here),
        *_without_reminder(session, routines, here),
    ):
        assert orphan.step is not None, "only a case without steps has none"
        found.setdefault(orphan.step.id, orphan)
    by_time = sorted(found.values(), key=_due)
    return (*_without_step(session, routines, here), *by_time)


def _due(orphan: Orphan) -> tuple[datetime, int]:
    assert orphan.step is not None, "only a case without steps has none"
    return orphan.step.due_at, orphan.step.id


def _without_step(
    session: Session, routines: Routines, here: ColumnElement[bool]
) -> Iterator[Orphan]:
    cases = session.scalars(
        select(Case)
        .where(
            Case.closed_at.is_(None),
            Case.id.not_in(select(CaseStep.case_id).where(CaseStep.condition == OPEN)),
            here,
        )
        .options(joinedload(Case.unit), lazyload(Case.steps))
        .order_by(Case.opened_at, Case.id)
    )
    for case in cases:
        yield Orphan(CaseLine.of(case, routines), Lack.STEP)


def _without_people(
    session: Session, routines: Routines, here: ColumnElement[bool], now: datetime
) -> Iterator[Orphan]:
    """Asked once for each unit, roles and claimant, however many steps they have."""
    # JSON cannot be compared in PostgreSQL, but its text can.
    roles = cast(CaseStep.roles, String)
    alike = session.execute(
        select(Case.unit_id, roles, CaseStep.claimed_by)
        .join(CaseStep.case)
        .where(CaseStep.condition == OPEN, Case.closed_at.is_(None), here)
        .distinct()
    ).all()
    reach = Reach(session, routines, now)
    alone = {
        (unit, tuple(json.loads(text)), claimant)
        for unit, text, claimant in alike
        if not reach.behind(unit, json.loads(text), claimant, (RESPONSIBLE,)).people
    }
    if not alone:
        return
    units = {unit for unit, _roles, _claimant in alone}
    for step in session.scalars(open_steps_where(here, Case.unit_id.in_(units))):
        if (step.case.unit_id, tuple(step.roles), step.claimed_by) in alone:
            yield _of(step, Lack.PEOPLE, routines)


def _without_sending(
    session: Session, routines: Routines, here: ColumnElement[bool]
) -> Iterator[Orphan]:
    swept = session.scalar(select(Sweep.started_at).order_by(Sweep.id.desc()).limit(1))
    if swept is None:
        return
    # Not grouped by the database: SQLite would then read all that is pending.
    stuck = select(PendingEscalation.step_id).where(PendingEscalation.at < swept - STUCK_AFTER)
    rows = session.execute(stuck.add_columns(PendingEscalation.at))
    since: dict[int, datetime] = {}
    for step_id, at in rows:
        since[step_id] = min(at, since.get(step_id, at))
    if not since:
        return
    for step in session.scalars(open_steps_where(here, CaseStep.id.in_(stuck))):
        yield _of(step, Lack.SENDING, routines, since[step.id])


def _without_reminder(
    session: Session, routines: Routines, here: ColumnElement[bool]
) -> Iterator[Orphan]:
    tells = PendingEscalation.rung.startswith(TELL, autoescape=True)
    coming = CaseStep.pending.any(and_(~tells, PendingEscalation.rung != OUT))
    for step in session.scalars(open_steps_where(here, ~coming)):
        yield _of(step, Lack.REMINDER, routines)


def _of(step: CaseStep, lack: Lack, routines: Routines, since: datetime | None = None) -> Orphan:
    return Orphan(CaseLine.of(step.case, routines), lack, StepLine.of(step, routines), since)
