"""What may be done at any time while a case is open: notes and links."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases.access import Access
from cases.doing import held_case, refuse_closed
from cases.errors import Invalid
from cases.events import append, locking
from cases.following import join
from cases.models import Case
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
    if other.patient_id != case.patient_id or case.patient.is_nobody:
        raise Invalid({"other": [_("Ärendet gäller en annan patient.")]})
    if join(session, case, other, now, access.person_id):
        case.revision += 1
    return case
