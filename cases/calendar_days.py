"""The days off that open clocks have been reckoned with, so that a change of them is noticed."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cases.database import Base


class KnownDayOff(Base):
    """A weekday that nobody works, by law or closed locally, as last reckoned with."""

    __tablename__ = "known_days_off"

    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))


class ChangingDay(Base):
    """A changed day whose clocks are being reckoned anew; gone when its CalendarChange is there."""

    __tablename__ = "changing_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    closed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    clocks_moved: Mapped[int] = mapped_column(default=0)


class CalendarChange(Base):
    """A day that was closed or opened after clocks had been reckoned; rows are only added."""

    __tablename__ = "calendar_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    day: Mapped[date]
    closed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    clocks_moved: Mapped[int]
