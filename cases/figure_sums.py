"""Figures of months added up: what the tables are read from."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.database import Base

_BY_ITS_KEY = {"sqlite_with_rowid": False}
"""SQLite then keeps the numbers of a row beside its key."""


class CaseSums(Base):
    """How many cases of a month are alike; severity 0 is not assessed.

    `looped` are those of more than one round. The pairs count closed cases with and without.
    """

    __tablename__ = "case_sums"
    __table_args__ = _BY_ITS_KEY

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    subcategory: Mapped[str] = mapped_column(String(40), primary_key=True)
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("units.id"), primary_key=True, autoincrement=False
    )
    severity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    again: Mapped[int]
    looped: Mapped[int]
    closed: Mapped[int]
    closed_in_time: Mapped[int]
    closed_late: Mapped[int]
    assessed: Mapped[int]
    causes: Mapped[int]
    no_causes: Mapped[int]
    measures: Mapped[int]
    no_measures: Mapped[int]
    effect: Mapped[int]
    no_effect: Mapped[int]
    feedback: Mapped[int]
    no_feedback: Mapped[int]


class StepSums(Base):
    """How many ended steps of a month are alike; `targeted` are those that had a target."""

    __tablename__ = "step_sums"
    __table_args__ = _BY_ITS_KEY

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("units.id"), primary_key=True, autoincrement=False
    )
    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int]
    late: Mapped[int]
    targeted: Mapped[int]
    past_target: Mapped[int]


class StepTimes(Base):
    """How many times a step took so many minutes, over all units and categories."""

    __tablename__ = "step_times"
    __table_args__ = _BY_ITS_KEY

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[str] = mapped_column(String(40), primary_key=True)
    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    minutes: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class TallySums(Base):
    """A month's tallies added up; `cases` are those that have the tally."""

    __tablename__ = "tally_sums"
    __table_args__ = _BY_ITS_KEY

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report_month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("units.id"), primary_key=True, autoincrement=False
    )
    figure: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int]
    cases: Mapped[int]
