"""Who has been told of which rung, the mails that carry it, and the passes that found it due."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.database import Base
from cases.letters import Letter
from cases.models import Case, CaseStep
from cases.outgoing import Outgoing
from cases.people import Person


class Notification(Base):
    """A rung told to a person, once; `dropped_at` when the step was done before the mail went.

    `created_at` is when it was armed, `opened_at` when the recipient first saw the case after that.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("step_id", "rung", "recipient_id"),
        Index("ix_notifications_waiting", "outbox_id", "dropped_at", "send_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("case_steps.id"))
    rung: Mapped[str] = mapped_column(String(60))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    sending: Mapped[str] = mapped_column(String(12))
    send_after: Mapped[datetime]
    created_at: Mapped[datetime]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mails.id"))
    dropped_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship()
    step: Mapped[CaseStep] = relationship()
    recipient: Mapped[Person] = relationship()
    mail: Mapped["OutboxMail | None"] = relationship(back_populates="notifications")


class Bulletin(Base):
    """A mail about many cases: a kind and a key, once for each recipient.

    `data` holds keys, references, times and numbers only.
    """

    __tablename__ = "bulletins"
    __table_args__ = (
        UniqueConstraint("kind", "key", "recipient_id"),
        Index("ix_bulletins_waiting", "gathered_at", "send_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    gathered_at: Mapped[datetime | None]
    recipient: Mapped[Person] = relationship()


class OutboxMail(Outgoing, Base):
    """One mail, to one of our people or with a letter.

    The texts are as last tried, without the secret part of a link.
    """

    __tablename__ = "outbox_mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), unique=True)
    bulletin_id: Mapped[int | None] = mapped_column(ForeignKey("bulletins.id"), unique=True)
    to_address: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    recipient: Mapped[Person | None] = relationship()
    letter: Mapped[Letter | None] = relationship()
    bulletin: Mapped[Bulletin | None] = relationship()
    notifications: Mapped[list[Notification]] = relationship(
        back_populates="mail", order_by=Notification.id
    )


class Sweep(Base):
    """A finished pass; one that found nothing overwrites the one before that found nothing."""

    __tablename__ = "sweeps"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime]
    fired: Mapped[int]
    mailed: Mapped[int]
    late_seconds: Mapped[int]


class CatchUp(Base):
    """Rungs that fired late after nobody had swept since `stood_still_from`."""

    __tablename__ = "catch_ups"

    id: Mapped[int] = mapped_column(primary_key=True)
    stood_still_from: Mapped[datetime] = mapped_column(unique=True)
    found_at: Mapped[datetime]
    rungs: Mapped[int]
    latest_seconds: Mapped[int]


class DailyWork(Base):
    """What has been done on a day (Stockholm); the row is whoever did it, once, among workers."""

    __tablename__ = "daily_works"

    piece: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    done_at: Mapped[datetime]


class Worker(Base):
    """A process that sweeps and sends; it is taken for dead when `seen_at` grows old."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    host: Mapped[str] = mapped_column(String(120))
    pid: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
