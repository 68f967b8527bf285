"""The append-only event log: one hash chain for each case, and daily checkpoints over all."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.database import Base

NOBODY_REACHABLE = "nobody_reachable"
"""The type of an event that says that nobody could be told of a step."""

UNHEARD = text(f"type = '{NOBODY_REACHABLE}'")
"""Written out, since SQLite takes a partial index only for what stands in the statement itself."""


class CaseEvent(Base):
    """What happened: `data` has keys and numbers only, typed text lies in the event's text."""

    __tablename__ = "case_events"
    __table_args__ = (
        UniqueConstraint("case_id", "sequence"),
        Index("ix_case_events_unheard", "case_id", sqlite_where=UNHEARD, postgresql_where=UNHEARD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    sequence: Mapped[int]
    type: Mapped[str] = mapped_column(String(40))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    data: Mapped[dict[str, Any]]
    text_digest: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    text: Mapped["EventText | None"] = relationship(lazy="joined", uselist=False)

    @property
    def body(self) -> dict[str, Any] | None:
        """What was typed; None where nothing was, and after disposal (gallring)."""
        return self.text.body if self.text else None


class EventText(Base):
    """What was typed; may be emptied by disposal (gallring) while the chain still verifies."""

    __tablename__ = "event_texts"

    event_id: Mapped[int] = mapped_column(ForeignKey("case_events.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    disposed_at: Mapped[datetime | None]


class Checkpoint(Base):
    """A day's seal over the heads of the cases that changed since the seal before."""

    __tablename__ = "log_checkpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    sealed_at: Mapped[datetime]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    heads: Mapped[list["CheckpointHead"]] = relationship(order_by="CheckpointHead.reference")


class CheckpointHead(Base):
    """The last event of one case when the day was sealed; no foreign key, so it outlives it."""

    __tablename__ = "log_checkpoint_heads"
    __table_args__ = (Index("ix_log_checkpoint_heads_case", "reference", "sequence"),)

    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("log_checkpoints.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), primary_key=True)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
