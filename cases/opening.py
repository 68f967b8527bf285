"""Opening a case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.errors import Invalid, NotAllowed, NotFound
from cases.following import begin
from cases.models import Case
from cases.offers import opening_offers
from cases.people import Patient, Unit, sort_key
from cases.sent import Sent, carried_out, finish, load
from workflow.definition import WorkflowDefinition
from workflow.messages import Message
from workflow.patient_fields import OTHER_PATIENT
from workflow.routines import Routines
from workflow.words import _


def open_case(
    session: Session, routines: Routines, access: Access, definition: str, sent: Sent, now: datetime
) -> Case:
    """Opens a case in the newest version; raises NotFound, NotAllowed or Invalid."""
    if earlier := carried_out(session, access, sent.key):
        return earlier
    routine = openable(routines, access, definition)
    offers = opening_offers(session, access, routine, now)
    form = routine.opening(now=now, offers=offers)
    loaded = load(form, sent.data)
    unit = session.scalars(select(Unit).where(Unit.key == loaded["unit"])).one()
    if not access.may_open_at(unit.id, routine.opening_by):
        raise NotAllowed(_("Du får inte öppna ärenden för den enheten."))
    patient = _patient(session, loaded, unit)
    if routine.alone:
        _refuse_a_second(session, access, definition, patient)
    case = begin(session, routines, routine, patient, unit, form, loaded, now, access.person_id)
    finish(session, access, case, sent.key, f"open:{definition}", now)
    return case


def openable(routines: Routines, access: Access, key: str) -> WorkflowDefinition:
    """The kind of case in its newest version; raises NotFound, or NotAllowed for other roles."""
    try:
        definition = routines.engine(key).definition
    except KeyError:
        raise NotFound(_("Det finns ingen sådan rutin.")) from None
    if not access.opens(definition):
        raise NotAllowed(_("Din roll öppnar inte sådana ärenden."))
    return definition


def _refuse_a_second(session: Session, access: Access, definition: str, patient: Patient) -> None:
    """The same notice sent twice, or to two units; who may not see the other is told less."""
    # Two who register the same notice at once wait here for each other.
    session.scalar(select(Patient.id).where(Patient.id == patient.id).with_for_update())
    earlier = session.scalar(
        select(Case).where(
            Case.definition == definition,
            Case.patient_id == patient.id,
            Case.closed_at.is_(None),
        )
    )
    if earlier is None:
        return
    message = Message(_("Patienten har redan ett sådant ärende på en annan enhet."))
    if access.part(earlier):
        message = Message(
            _("Patienten har redan ett öppet ärende: %(reference)s. Fortsätt i det."),
            reference=earlier.reference,
        )
    raise Invalid({"patient": [message]})


def _patient(session: Session, loaded: Mapping[str, Any], unit: Unit) -> Patient:
    if loaded["patient"] != OTHER_PATIENT:
        known = session.get(Patient, int(loaded["patient"]))
        assert known is not None, "the form offers only patients that exist"
        return known
    number, name = loaded["patient_number"], loaded["patient_name"]
    patient = session.scalar(select(Patient).where(Patient.number == number))
    return patient or Patient(number=number, name=name, sort_name=sort_key(name), unit=unit)
