"""Units, the people who work there and when, and the patients they care for."""

from datetime import date, datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.database import Base

OWN = "vardtrad:own"
"""Key of the unit, and user name of the person, of Vårdtråd's own checks: no list shows them.

Neither can be made in a form, where no colon is taken.
"""

NOBODIES = "0000"
"""How the numbers of Vårdtråd's own patients begin; nobody is born in that year."""

_SWEDISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}", "é": "e", "ü": "y"})


def sort_key(name: str) -> str:
    """Text that sorts å, ä, ö last by code point, since the databases' own order differs."""
    return name.casefold().translate(_SWEDISH_ORDER)


class Unit(Base):
    """A special housing, home care district, home health care or rehabilitation team."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    closed_on: Mapped[date | None]


class Person(Base):
    """Somebody who works in the municipality; rights come from memberships, never from here."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = mapped_column(String(120), index=True)
    email: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")


class Membership(Base):
    """A role at a unit between two dates (both included); unit None = the whole municipality."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="memberships")
    unit: Mapped[Unit | None] = relationship()


def held_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition on Membership for a role in force on the day."""
    return and_(
        Membership.from_day <= day, or_(Membership.to_day.is_(None), Membership.to_day >= day)
    )


class OnDutySpell(Base):
    """Somebody on duty in a role; unit None = for every unit of the municipality."""

    __tablename__ = "on_duty_spells"
    __table_args__ = (Index("ix_on_duty_spells_time", "starts_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class Patient(Base):
    """A person with health care from the municipality; the number has twelve digits."""

    __tablename__ = "patients"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = mapped_column(String(120), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    cared_for_until: Mapped[date | None]
    unit: Mapped[Unit] = relationship()

    @property
    def is_nobody(self) -> bool:
        """True for the patient of cases that have none: two of those are not the same person's."""
        return self.number.startswith(NOBODIES)


class PatientConference(Base):
    """A patient taken up at a patient conference without a deviation to discuss."""

    __tablename__ = "patient_conferences"
    __table_args__ = (UniqueConstraint("patient_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    held_on: Mapped[date]
    noted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime]
