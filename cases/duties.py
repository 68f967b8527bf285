"""What may be done at any time while a case is open: notes, claims, hand-overs and links."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases.access import Access, access_of
from cases.doing import held_case, held_step, refuse_closed, refuse_ended
from cases.errors import Invalid, NotAllowed
from cases.events import append, locking
from cases.following import join
from cases.models import Case, CaseStep
from cases.people import Person
from cases.questions import Note
from cases.sent import Sent, carried_out, finish, load
from workflow.words import _


def note(session: Session, access: Access, reference: str, sent: Sent, now: datetime) -> Case:
    """Adds a note to the timeline; raises Invalid for an empty one."""
    case = held_case(session, access, reference)
    if carried_out(session, access, sent.key):
        return case
    refuse_closed(case)
    text = load(Note(now=now), sent.data)
    append(session, case, "note", now, actor_id=access.person_id, text=text)
    finish(session, access, case, sent.key, f"note:{case.id}", now)
    return case


def claim(session: Session, access: Access, step_id: int, now: datetime) -> Case:
    """Takes an open step, so that reminders go to this person; claiming again changes nothing."""
    case, step = _claimable(session, access, step_id)
    if not access.may_do(case, step.roles):
        raise NotAllowed(_("Du har inte rollen som gör det här steget."))
    if step.claimed_by != access.person_id:
        _give(session, case, step, access, access.person_id, now)
    return case


def hand_over(
    session: Session, access: Access, step_id: int, person_id: int | None, now: datetime
) -> Case:
    """Gives an open step to somebody who may do it, or (None) back to everyone with the role."""
    case, step = _claimable(session, access, step_id)
    if not access.may_hand_over(case, step):
        raise NotAllowed(_("Du får inte lämna över det här steget."))
    if person_id is not None:
        person = session.get(Person, person_id)
        if person is None or not access_of(session, person, now).may_do(case, step.roles):
            raise Invalid({"person": [_("Personen kan inte göra steget. Välj någon annan.")]})
    if step.claimed_by != person_id:
        _give(session, case, step, access, person_id, now)
    return case


def link(
    session: Session, access: Access, reference: str, other_reference: str, now: datetime
) -> Case:
    """Links two cases of the same patient; linking again changes nothing."""
    first, second = sorted((reference, other_reference.strip().upper()))
    if first == second:
        raise Invalid({"other": [_("Ett ärende kan inte länkas till sig självt.")]})
    # Both are locked in the same order from whichever side the link is made.
    held = list(session.scalars(locking(Case.reference.in_((first, second)))))
    case = held_case(session, access, reference)
    refuse_closed(case)
    other = next((each for each in held if each is not case), None)
    if other is None or not access.part(other):
        raise Invalid({"other": [_("Det finns inget sådant ärende.")]})
    if other.patient_id != case.patient_id:
        raise Invalid({"other": [_("Ärendet gäller en annan patient.")]})
    if join(session, case, other, now, access.person_id):
        case.revision += 1
    return case


def _claimable(session: Session, access: Access, step_id: int) -> tuple[Case, CaseStep]:
    case, step = held_step(session, access, step_id)
    refuse_ended(step)
    return case, step


def _give(
    session: Session,
    case: Case,
    step: CaseStep,
    access: Access,
    person_id: int | None,
    now: datetime,
) -> None:
    data = {"step": step.key, "item": step.item, "from": step.claimed_by, "to": person_id}
    step.claimed_by = person_id
    append(session, case, "claimed", now, actor_id=access.person_id, data=data)
    case.revision += 1
