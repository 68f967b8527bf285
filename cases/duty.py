"""Duty that comes back each week, and absences with somebody in the absent person's place."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.database import Base
from cases.people import Person, Unit


class WeeklyDuty(Base):
    """On duty on one weekday (0 = Monday), in minutes after midnight on Stockholm's clocks.

    Over midnight when `ends` is not later than `starts`. In every nth week, counted from the week
    of `from_day`; unit None = for every unit.
    """

    __tablename__ = "weekly_duties"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str] = mapped_column(String(40))
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    every_weeks: Mapped[int] = mapped_column(default=1)
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Absence(Base):
    """Somebody not to be reached; the substitute is told instead and has the roles meanwhile."""

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_time", "starts_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])
