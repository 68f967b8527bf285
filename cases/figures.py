"""What each case adds to the statistics: numbers and keys, reckoned from its log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cases.database import Base

_STILL_OPEN = text("closed_at IS NULL")
_NOT_ENDED = text("ended_at IS NULL")

LIVING = 0
"""The edition that follows the cases; a frozen year's rows carry the id of its FrozenYear."""


class CaseFigures(Base):
    """A counted case; months are year * 100 + month in Stockholm, by event and by report.

    No `patient_id` for an imported case. `again` when the patient had another of the same kind in
    the 30 days before. `closed_in_time` is None while open, and for kinds without such a limit. The
    four last say whether the case holds causes, measures, an effect followed up and feedback to the
    reporter; None where its kind has no such thing.
    """

    __tablename__ = "case_figures"
    __table_args__ = (
        Index("ix_case_figures_event", "edition", "definition", "event_month"),
        Index("ix_case_figures_patient", "patient_id", "edition"),
        Index(
            "ix_case_figures_open",
            # First, since SQLite else takes the index of months.
            "closed_at",
            "edition",
            "definition",
            "unit_id",
            "category",
            "event_month",
            "report_month",
            "reported_at",
            sqlite_where=_STILL_OPEN,
            postgresql_where=_STILL_OPEN,
        ),
    )

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, autoincrement=False, index=True
    )
    definition: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(40))
    subcategory: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patients.id"))
    event_month: Mapped[int]
    report_month: Mapped[int]
    occurred_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    severity: Mapped[int | None]
    probability: Mapped[int | None]
    rounds: Mapped[int]
    again: Mapped[bool]
    closed_in_time: Mapped[bool | None]
    has_causes: Mapped[bool | None]
    has_measures: Mapped[bool | None]
    effect_followed_up: Mapped[bool | None]
    feedback_given: Mapped[bool | None]


class StepFigures(Base):
    """A step of a counted case; `minutes` run from the clock's start until it was done.

    They are whole minutes under four hours, whole fives under two days, and else whole hours, so
    that a million of them fall on few enough numbers to be counted at once.
    """

    __tablename__ = "step_figures"
    __table_args__ = (
        Index("ix_step_figures_event", "edition", "definition", "event_month"),
        Index(
            "ix_step_figures_times",
            "edition",
            "definition",
            "unit_id",
            "step",
            "minutes",
            "event_month",
            "report_month",
            "category",
        ),
        Index(
            "ix_step_figures_open",
            "ended_at",
            "edition",
            "definition",
            "unit_id",
            "step",
            "event_month",
            "report_month",
            "category",
            "due_at",
            "target_at",
            sqlite_where=_NOT_ENDED,
            postgresql_where=_NOT_ENDED,
        ),
    )

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step_id: Mapped[int] = mapped_column(
        ForeignKey("case_steps.id"), primary_key=True, autoincrement=False
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    definition: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    event_month: Mapped[int]
    report_month: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    condition: Mapped[str] = mapped_column(String(12))
    target_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    minutes: Mapped[int | None]


class CaseTally(Base):
    """A number that only this kind of case counts, such as an organisation's answers."""

    __tablename__ = "case_tallies"

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, autoincrement=False, index=True
    )
    figure: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int]


class FrozenYear(Base):
    """A year whose figures are kept as they stood at `taken_at`, until it is thawed."""

    __tablename__ = "frozen_years"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    taken_at: Mapped[datetime]
    taken_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    thawed_at: Mapped[datetime | None]
    thawed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
