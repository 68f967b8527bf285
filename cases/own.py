"""Vårdtråd's own person, unit and nobodies: closed from the start, so that nobody can choose them.

They are made when first needed.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.people import NOBODIES, OWN, Patient, Person, Unit, sort_key
from workflow.moments import day_of

CHECKED = f"{NOBODIES}00000000"
IMPORTED = f"{NOBODIES}00000001"
"""The numbers of nobody in the daily check and in the cases of an earlier system."""

_NAMES = {CHECKED: "Kontroll, Daglig", IMPORTED: "Patienten är inte angiven"}


def own_person(session: Session) -> Person:
    """Inactive and without a role; stands for what Vårdtråd itself has done."""
    person = session.scalar(select(Person).where(Person.username == OWN))
    if person is None:
        name = "Vårdtråd"
        person = Person(username=OWN, name=name, sort_name=sort_key(name), email="", active=False)
        session.add(person)
        session.flush()
    return person


def nobody(session: Session, number: str, now: datetime) -> Patient:
    """The patient of cases without one; no form takes the number, so no living person has it."""
    patient = session.scalar(select(Patient).where(Patient.number == number))
    if patient is None:
        yesterday, name = day_of(now) - timedelta(days=1), _NAMES[number]
        unit = session.scalar(select(Unit).where(Unit.key == OWN))
        unit = unit or Unit(key=OWN, name="Daglig kontroll", kind=OWN, closed_on=yesterday)
        patient = Patient(
            number=number, name=name, sort_name=sort_key(name), unit=unit,
            cared_for_until=yesterday,
        )  # fmt: skip
        session.add(patient)
        session.flush()
    return patient
