"""A case, its steps with their clocks, and what is pending for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.database import Base
from cases.people import Patient, Person, Unit

OPEN, DONE, NOT_NEEDED = "open", "done", "not_needed"
"""A step's three conditions; not_needed is closed without being done, with its reason."""

UNFIGURED = 0
"""No case has this revision, so that the statistics look at the case again."""

_NEEDED = text("condition != 'not_needed'")
_UNFIGURED = text("figured_revision != revision")
_STILL_OPEN = text("closed_at IS NULL")


class Case(Base):
    """Keeps the version it was opened under; `revision` counts people's changes, not mails.

    `figured_revision` is the one that the statistics have seen.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_unit_open", "unit_id", "closed_at"),
        Index(
            "ix_cases_unfigured",
            "id",
            sqlite_where=_UNFIGURED,
            postgresql_where=_UNFIGURED,
        ),
        Index(
            "ix_cases_still_open",
            "opened_at",
            sqlite_where=_STILL_OPEN,
            postgresql_where=_STILL_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    definition: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    category: Mapped[str] = mapped_column(String(40), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(String(40), index=True)
    round: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    figured_revision: Mapped[int] = mapped_column(default=UNFIGURED, server_default="0")
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    closed_at: Mapped[datetime | None]
    head_sequence: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")
    patient: Mapped[Patient] = relationship()
    unit: Mapped[Unit] = relationship()
    reporter: Mapped[Person] = relationship()
    steps: Mapped[list["CaseStep"]] = relationship(
        back_populates="case", order_by="CaseStep.id", lazy="selectin"
    )


class CaseStep(Base):
    """A step in one round; `clock` holds the whole reckoning with its explanation and basis."""

    __tablename__ = "case_steps"
    __table_args__ = (
        # A step that was not needed may be needed after all, when a correction says so.
        Index(
            "uq_case_steps_once",
            "case_id",
            "key",
            "item",
            "round",
            unique=True,
            sqlite_where=_NEEDED,
            postgresql_where=_NEEDED,
        ),
        Index("ix_case_steps_condition_due", "condition", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40))
    item: Mapped[str] = mapped_column(String(80), default="")
    round: Mapped[int]
    condition: Mapped[str] = mapped_column(String(12), default=OPEN)
    roles: Mapped[list[str]]
    opened_at: Mapped[datetime]
    target_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    legal_latest_at: Mapped[datetime | None]
    clock: Mapped[dict[str, Any]]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    acknowledged_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    case: Mapped[Case] = relationship(back_populates="steps")
    claimant: Mapped[Person | None] = relationship(foreign_keys=[claimed_by])
    acknowledger: Mapped[Person | None] = relationship(foreign_keys=[acknowledged_by])
    pending: Mapped[list["PendingEscalation"]] = relationship(
        back_populates="step", cascade="all, delete-orphan"
    )


def _at(context: Any) -> datetime:
    moment: datetime = context.get_current_parameters()["at"]
    return moment


class PendingEscalation(Base):
    """A rung that has not fired; `passed` names rungs already gone when a late step opened.

    `planned_at` is the ladder's own time; `at` is later while somebody has said "jag tar det".
    """

    __tablename__ = "pending_escalations"
    __table_args__ = (UniqueConstraint("step_id", "rung"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("case_steps.id"))
    rung: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)
    planned_at: Mapped[datetime] = mapped_column(default=_at)
    passed: Mapped[list[str]] = mapped_column(default=list)
    step: Mapped[CaseStep] = relationship(back_populates="pending")


class CaseLink(Base):
    """Two cases that belong together; the lower id first, so that a pair is stored once."""

    __tablename__ = "case_links"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)


class ReferenceCounter(Base):
    """The last number given per prefix and year; gapless, so that a vanished case shows."""

    __tablename__ = "reference_counters"

    prefix: Mapped[str] = mapped_column(String(6), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Submission(Base):
    """A form that has been carried out; the same key again has no further effect.

    `fingerprint` (SHA-256) is of what another program sent, and None for a person's form.
    """

    __tablename__ = "submissions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    fingerprint: Mapped[str | None] = mapped_column(String(64))


class Draft(Base):
    """What somebody has typed but not sent; `purpose` is such as "open:KEY" or "step:ID"."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(index=True)
