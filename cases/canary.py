"""The daily check: a case of nobody's that the list of the overdue must show each day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.doing import do_step
from cases.events import append, events_of, locked_case
from cases.following import begin
from cases.models import DONE, Case, CaseStep
from cases.overdue import overdue_steps
from cases.own import CHECKED, nobody, own_person
from cases.people import OWN, Patient, Person, Unit
from cases.sent import Sent
from workflow.definitions.canary import CANARY
from workflow.roles import Role
from workflow.routines import Routines

LASTS = timedelta(hours=1, minutes=15)
"""From the opening to the check: the step's own limit and a while more."""

CHECKED_WITHIN = timedelta(minutes=30)
"""After LASTS a check that has not been made is late."""

COMES_WITHIN = timedelta(hours=27)
"""From one opening to the next check: the autumn's long day, and LASTS with some margin."""

NOT_SHOWN = "not_shown"
"""The event of a check that the list of the overdue did not show."""


class Outcome(StrEnum):
    """Of the last check: LATE when none has been made when it should have been."""

    UNDER_WAY = "under_way"
    SEEN = "seen"
    MISSING = "missing"
    LATE = "late"


@dataclass(frozen=True)
class CanaryState:
    """`at` is when it was seen, else when it was opened; both are None before the first."""

    outcome: Outcome
    at: datetime | None = None
    reference: str | None = None


def open_canary(session: Session, routines: Routines, now: datetime) -> Case:
    """Its step is overdue in an hour."""
    definition = routines.engine(CANARY.key).definition
    person, patient = _own(session, now)
    form = definition.opening(now=now)
    return begin(session, routines, definition, patient, patient.unit, form, {}, now, person.id)


def shown_steps(session: Session, routines: Routines, now: datetime) -> frozenset[int]:
    """Ids of what the list of the overdue shows a MAS of the whole municipality."""
    mas = Access(0, "", frozenset({(Role.MAS, None)}))
    return frozenset(line.step.id for line in overdue_steps(session, routines, mas, now))


def check_canaries(
    session: Session, routines: Routines, shown: Collection[int], now: datetime
) -> tuple[str, ...]:
    """Does every step of the check that the list shows; the references of those it does not."""
    left = select(Case.reference).join(Case.unit).where(Unit.key == OWN, ~_done)
    missed = []
    for reference in session.scalars(left.order_by(Case.id)).all():
        case = locked_case(session, reference)
        steps = [step for step in case.steps if step.id in shown]
        for step in steps:
            _do(session, routines, step, now)
        if not steps:
            _note_missed(session, case, now)
            missed.append(reference)
    return tuple(missed)


def canary_state(session: Session, now: datetime) -> CanaryState:
    """Of the newest check; LATE too when there has not been any."""
    case = newest_canary(session)
    if case is None:
        return CanaryState(Outcome.LATE)
    for step in case.steps:
        if step.condition == DONE:
            late = now - case.opened_at > COMES_WITHIN
            return CanaryState(
                Outcome.LATE if late else Outcome.SEEN, step.ended_at, case.reference
            )
    if _has_missed(session, case):
        return CanaryState(Outcome.MISSING, case.opened_at, case.reference)
    late = now - case.opened_at > LASTS + CHECKED_WITHIN
    outcome = Outcome.LATE if late else Outcome.UNDER_WAY
    return CanaryState(outcome, case.opened_at, case.reference)


def newest_canary(session: Session) -> Case | None:
    """By way of the unit, whose cases have an index."""
    cases = select(Case).join(Case.unit).where(Unit.key == OWN)
    return session.scalar(cases.order_by(Case.id.desc()).limit(1))


_done = Case.steps.any(CaseStep.condition == DONE)


def _do(session: Session, routines: Routines, step: CaseStep, now: datetime) -> None:
    person, patient = _own(session, now)
    access = Access(person.id, person.name, frozenset({(Role.ADMINISTRATOR, patient.unit_id)}))
    sent = Sent({}, f"canary:{step.id}", step.case.revision)
    do_step(session, routines, access, step.id, sent, now)


def _note_missed(session: Session, case: Case, now: datetime) -> None:
    if not _has_missed(session, case):
        append(session, case, NOT_SHOWN, now)


def _has_missed(session: Session, case: Case) -> bool:
    return any(event.type == NOT_SHOWN for event in events_of(session, case.id))


def _own(session: Session, now: datetime) -> tuple[Person, Patient]:
    return own_person(session), nobody(session, CHECKED, now)
