"""Who has an open step: taken, with a time until which it is quiet, let go, or handed over."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.access import Access, access_of
from cases.acknowledging import refuse_time
from cases.arming import aim, is_by_law, is_held, let_go
from cases.doing import held_step, refuse_ended
from cases.errors import Invalid, NotAllowed
from cases.events import append
from cases.models import Case, CaseStep
from cases.people import Person
from cases.standing import engine_of
from workflow.routines import Routines
from workflow.words import _

CLAIMED, ACKNOWLEDGED = "claimed", "acknowledged"


def claim(session: Session, access: Access, step_id: int, now: datetime) -> Case:
    """Takes an open step with its reminders as usual; claiming again changes nothing."""
    case, step = _open_step(session, access, step_id)
    if not access.may_do(case, step.roles):
        raise NotAllowed(_("Du har inte rollen som gör det här steget."))
    if step.claimed_by != access.person_id:
        _give(session, step, access, access.person_id, now)
    elif is_held(step, now):
        _let_go(session, step, access, now)
    return case


def acknowledge(
    session: Session,
    routines: Routines,
    access: Access,
    step_id: int,
    until: datetime,
    now: datetime,
) -> Case:
    """Says "jag tar det": reminders wait until then, and go to this person if they may do the step.

    Raises Refused for a time that has passed or lies too far ahead; a limit by law cuts it at due.
    """
    case, step = _open_step(session, access, step_id)
    if not access.may_hand_over(case, step):
        raise NotAllowed(_("Du har inte rollen som gör det här steget."))
    ladder = engine_of(routines, case).definition.step(step.key).ladder
    if is_by_law(step) and step.due_at > now:
        until = min(until, step.due_at)
    refuse_time(step, ladder, until, now)
    if (step.acknowledged_by, step.acknowledged_until) == (access.person_id, until):
        return case
    data = _named(step) | {"until": until.isoformat(), "from": step.claimed_by}
    if access.may_do(case, step.roles):
        step.claimed_by = access.person_id
    step.acknowledged_by, step.acknowledged_until = access.person_id, until
    aim(step, ladder)
    _tell(session, step, access, ACKNOWLEDGED, data | {"to": step.claimed_by}, now)
    return case


def release(session: Session, access: Access, step_id: int, now: datetime) -> Case:
    """Lets the reminders of a step go as usual again; nothing to let go changes nothing."""
    case, step = _open_step(session, access, step_id)
    if not access.may_hand_over(case, step):
        raise NotAllowed(_("Du har inte rollen som gör det här steget."))
    if is_held(step, now):
        _let_go(session, step, access, now)
    return case


def hand_over(
    session: Session, access: Access, step_id: int, person_id: int | None, now: datetime
) -> Case:
    """Gives an open step to somebody who may do it, or (None) back to everyone with the role."""
    case, step = _open_step(session, access, step_id)
    if not access.may_hand_over(case, step):
        raise NotAllowed(_("Du får inte lämna över det här steget."))
    if person_id is not None:
        person = session.get(Person, person_id)
        if person is None or not access_of(session, person, now).may_do(case, step.roles):
            raise Invalid({"person": [_("Personen kan inte göra steget. Välj någon annan.")]})
    quiet_for_another = is_held(step, now) and step.acknowledged_by != person_id
    if step.claimed_by != person_id or quiet_for_another:
        _give(session, step, access, person_id, now)
    return case


def _open_step(session: Session, access: Access, step_id: int) -> tuple[Case, CaseStep]:
    case, step = held_step(session, access, step_id)
    refuse_ended(step)
    return case, step


def _give(
    session: Session, step: CaseStep, access: Access, person_id: int | None, now: datetime
) -> None:
    data = {"step": step.key, "item": step.item, "from": step.claimed_by, "to": person_id}
    step.claimed_by = person_id
    let_go(step)
    _tell(session, step, access, CLAIMED, data, now)


def _let_go(session: Session, step: CaseStep, access: Access, now: datetime) -> None:
    let_go(step)
    _tell(session, step, access, ACKNOWLEDGED, _named(step) | {"until": None}, now)


def _named(step: CaseStep) -> dict[str, Any]:
    return {"step": step.key, "item": step.item, "round": step.round}


def _tell(
    session: Session,
    step: CaseStep,
    access: Access,
    type_: str,
    data: dict[str, Any],
    now: datetime,
) -> None:
    append(session, step.case, type_, now, actor_id=access.person_id, data=data)
    step.case.revision += 1
