"""What a form lets a person choose from, read from the database when the form is drawn."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.models import Case
from cases.people import Membership, Patient, Person, Unit, sort_key
from workflow.definition import WorkflowDefinition
from workflow.fields import Options
from workflow.holidays import STOCKHOLM


def opening_offers(
    session: Session, access: Access, definition: WorkflowDefinition, now: datetime
) -> Mapping[str, Options]:
    """The units where the person may open such a case, and the patients cared for there."""
    allowed = access.units(definition.opening_by)
    today = now.astimezone(STOCKHOLM).date()
    patients = select(Patient).where(
        or_(Patient.cared_for_until.is_(None), Patient.cared_for_until >= today)
    )
    if allowed is not None:
        patients = patients.where(Patient.unit_id.in_(allowed))
    known = session.scalars(patients.order_by(Patient.sort_name, Patient.number))
    return {
        "units": opening_units(session, access, definition, now),
        "patients": {str(each.id): _told_apart(each) for each in known},
    }


def opening_units(
    session: Session, access: Access, definition: WorkflowDefinition, now: datetime
) -> Options:
    """The units where the person may open such a case, by name, without anybody's patients."""
    allowed = access.units(definition.opening_by)
    today = now.astimezone(STOCKHOLM).date()
    units = select(Unit).where(or_(Unit.closed_on.is_(None), Unit.closed_on > today))
    if allowed is not None:
        units = units.where(Unit.id.in_(allowed))
    by_name = sorted(session.scalars(units), key=lambda unit: sort_key(unit.name))
    return {unit.key: unit.name for unit in by_name}


def _told_apart(patient: Patient) -> str:
    # Two patients may have the same name; the year of birth is what staff know them by.
    return f"{patient.name}, {patient.number[:4]}"


class _WhenAsked(Mapping[str, Options]):
    """Most forms offer nobody, so that nobody is looked up for them."""

    def __init__(self, **find: Callable[[], Options]) -> None:
        self._find, self._found = find, dict[str, Options]()

    def __getitem__(self, name: str) -> Options:
        if name not in self._found:
            self._found[name] = self._find[name]()
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._find)

    def __len__(self) -> int:
        return len(self._find)


def case_offers(session: Session, case: Case, now: datetime) -> Mapping[str, Options]:
    """The staff who belonged to the unit at the event or belong to it now."""
    return _WhenAsked(staff=partial(_staff, session, case, now))


def _staff(session: Session, case: Case, now: datetime) -> Options:
    event_day = case.occurred_at.astimezone(STOCKHOLM).date()
    today = now.astimezone(STOCKHOLM).date()
    staff = (
        select(Person)
        .join(Membership)
        .where(
            Membership.unit_id == case.unit_id,
            Membership.from_day <= today,
            or_(Membership.to_day.is_(None), Membership.to_day >= event_day),
        )
        .order_by(Person.sort_name)
        .distinct()
    )
    return {str(person.id): person.name for person in session.scalars(staff)}


def opened_offers(case: Case) -> Mapping[str, Options]:
    """The one patient and unit of a case already opened, for correcting its opening form."""
    return {"units": {case.unit.key: case.unit.name}, "patients": {str(case.patient_id): ""}}
