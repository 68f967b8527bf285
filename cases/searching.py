"""Finding a case by its reference, or a patient by name or number."""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, lazyload

from cases.access import RIGHTS, Access, Right
from cases.lines import CaseLine
from cases.models import Case
from cases.people import OWN, Patient, Unit, sort_key
from workflow.routines import Routines

MOST = 25
"""Cases or patients shown for one search; whoever gets more is asked to write more."""

_REFERENCE = re.compile(r"[A-Z]{2,6}[0-9]{1,12}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{6,12}", re.ASCII)
_BETWEEN = re.compile(r"[\s.+–-]+")


@dataclass(frozen=True)
class FoundPatient:
    """`patient` is for the access log; `cases` are those the searcher may see, newest first."""

    patient: Patient
    cases: tuple[CaseLine, ...]


def looks_like_reference(text: str) -> bool:
    """True for letters and digits as in a reference, with or without what stands between them."""
    return _REFERENCE.fullmatch(_tight(text)) is not None


def cases_by_reference(
    session: Session, routines: Routines, access: Access, text: str
) -> tuple[CaseLine, ...]:
    """Cases the person may see whose reference begins so; dashes and case do not matter."""
    found = session.scalars(
        select(Case)
        .where(
            func.replace(Case.reference, "-", "").startswith(_tight(text), autoescape=True),
            access.seen_cases(),
        )
        .options(joinedload(Case.unit), lazyload(Case.steps))
        .order_by(Case.reference)
        .limit(MOST)
    )
    return tuple(CaseLine.of(case, routines) for case in found)


def patients_found(
    session: Session, routines: Routines, access: Access, text: str
) -> tuple[FoundPatient, ...]:
    """Patients at the person's units, or with a case the person may see, by parts of the name."""
    patients = session.scalars(
        select(Patient)
        .where(_named_so(text), known_patients(access))
        .options(joinedload(Patient.unit))
        .order_by(Patient.sort_name, Patient.id)
        .limit(MOST)
    ).all()
    cases: dict[int, list[CaseLine]] = {patient.id: [] for patient in patients}
    for case in session.scalars(
        select(Case)
        .where(Case.patient_id.in_(cases), access.seen_cases())
        .options(joinedload(Case.unit), lazyload(Case.steps))
        .order_by(Case.opened_at.desc(), Case.id.desc())
    ):
        cases[case.patient_id].append(CaseLine.of(case, routines))
    return tuple(FoundPatient(patient, tuple(cases[patient.id])) for patient in patients)


def known_patients(access: Access) -> ColumnElement[bool]:
    """The condition on Patient for those the person may find at all."""
    with_a_case = select(Case.patient_id).where(access.seen_cases())
    units = access.units(RIGHTS[Right.SEARCH_PATIENTS])
    at_my_units = true() if units is None else Patient.unit_id.in_(units)
    found = or_(at_my_units, Patient.id.in_(with_a_case))
    return and_(found, Patient.unit_id.not_in(select(Unit.id).where(Unit.key == OWN)))


def _named_so(text: str) -> ColumnElement[bool]:
    number = _tight(text)
    if _NUMBER.fullmatch(number):
        # With the century or without it, whole or only the day of birth.
        return or_(Patient.number.startswith(number), Patient.number.like(f"__{number}%"))
    return and_(
        *(Patient.sort_name.contains(sort_key(word), autoescape=True) for word in text.split())
    )


def _tight(text: str) -> str:
    return _BETWEEN.sub("", text).upper()
