"""Patient conferences: at which units, and whom none of them has taken up for long."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.errors import NotFound
from cases.lines import taken_up_at_conference
from cases.models import DONE, Case, CaseStep
from cases.people import OWN, Patient, PatientConference, Unit, sort_key
from workflow.moments import day_of, months_after
from workflow.routines import Routines
from workflow.words import _

EVERY_MONTHS = 3
"""Each patient is taken up at least so often."""


def conference_units(session: Session, access: Access) -> tuple[Unit, ...]:
    """Units whose conferences the person may see, by name."""
    units = access.units(RIGHTS[Right.CONFERENCES])
    wanted = select(Unit).where(Unit.key != OWN if units is None else Unit.id.in_(units))
    return tuple(sorted(session.scalars(wanted), key=lambda unit: sort_key(unit.name)))


@dataclass(frozen=True)
class Waiting:
    """A patient whom no conference has taken up for three months; `last` None means never."""

    patient: Patient
    last: date | None


def waiting_patients(
    session: Session, routines: Routines, unit: Unit, now: datetime
) -> tuple[Waiting, ...]:
    """Those cared for at the unit, the longest waiting first."""
    today = day_of(now)
    noted = (
        select(func.max(PatientConference.held_on))
        .where(PatientConference.patient_id == Patient.id)
        .scalar_subquery()
    )
    discussed = (
        select(func.max(CaseStep.ended_at))
        .join(CaseStep.case)
        .where(
            Case.patient_id == Patient.id,
            CaseStep.condition == DONE,
            taken_up_at_conference(routines),
        )
        .correlate(Patient)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Patient, noted, discussed)
        .where(
            Patient.unit_id == unit.id,
            or_(Patient.cared_for_until.is_(None), Patient.cared_for_until >= today),
        )
        .order_by(Patient.sort_name, Patient.id)
    )
    patients = [
        Waiting(patient, max((d for d in (day, at and day_of(at)) if d), default=None))
        for patient, day, at in rows
    ]
    late = [w for w in patients if w.last is None or months_after(w.last, EVERY_MONTHS) < today]
    return tuple(sorted(late, key=lambda waiting: waiting.last or date.min))


def take_up(session: Session, access: Access, patient_id: int, now: datetime) -> Patient:
    """Notes that a conference took the patient up today; again the same day changes nothing."""
    units = access.units(RIGHTS[Right.CONFERENCES])
    patient = session.get(Patient, patient_id)
    if patient is None or (units is not None and patient.unit_id not in units):
        raise NotFound(_("Patienten finns inte."))
    today = day_of(now)
    noted = select(PatientConference).where(
        PatientConference.patient_id == patient.id, PatientConference.held_on == today
    )
    if session.scalar(noted) is None:
        session.add(
            PatientConference(
                patient_id=patient.id, held_on=today, noted_by=access.person_id, noted_at=now
            )
        )
        session.flush()
    return patient
