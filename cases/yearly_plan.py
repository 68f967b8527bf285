"""What the municipality enters beside its cases: days of care, and the board's targets."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases.database import Base


class CareDays(Base):
    """A unit's days of care (boendedygn) in a month, year * 100 + month."""

    __tablename__ = "care_days"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[int]
    entered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[datetime]


class BoardTarget(Base):
    """A goal for a year: a measure of a kind of case, and the amount in per cent to be reached."""

    __tablename__ = "board_targets"
    __table_args__ = (UniqueConstraint("year", "definition", "measure", "category"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    definition: Mapped[str] = mapped_column(String(40))
    measure: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(40), default="")
    amount: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")
    set_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]
