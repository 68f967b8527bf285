"""Patient conferences that took patients up without a deviation."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import access_of
from cases.conferences import take_up
from cases.people import Membership, Patient, Person
from web.demo.moments import moment
from web.demo.staffing import Town
from workflow.holidays import WorkingCalendar
from workflow.roles import Role


def remember_conferences(
    session: Session, town: Town, now: datetime, calendar: WorkingCalendar
) -> None:
    """Each by a nurse of the patient's unit; some patients have waited for too long."""
    for entry in town["patient"]:
        if "taken_up" not in entry:
            continue
        at = moment(now, entry["taken_up"], calendar)
        patient = session.scalars(select(Patient).where(Patient.number == entry["number"])).one()
        take_up(session, access_of(session, _nurse(session, patient), at), patient.id, at)


def _nurse(session: Session, patient: Patient) -> Person:
    nurses = (
        select(Person)
        .join(Membership)
        .where(Membership.unit_id == patient.unit_id, Membership.role == Role.NURSE)
        .order_by(Person.id)
        .limit(1)
    )
    return session.scalars(nurses).one()
