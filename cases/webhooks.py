"""Addresses of other programs that are told what happens, and the calls that tell them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.database import Base
from cases.outgoing import Outgoing


class WebhookEvent(StrEnum):
    """What a program can ask to be told of."""

    CASE_OPENED = "case_opened"
    STEP_DONE = "step_done"
    STEP_OVERDUE = "step_overdue"
    CASE_CLOSED = "case_closed"


class Webhook(Base):
    """`salt` makes its signing secret out of the installation's; the secret itself is not kept."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]]
    salt: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]


class WebhookCall(Outgoing, Base):
    """Something told to one webhook, once by its key; `at` is when it happened.

    Holds references and keys only.
    """

    __tablename__ = "webhook_calls"
    __table_args__ = (UniqueConstraint("webhook_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    key: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("case_steps.id"))
    at: Mapped[datetime]
    webhook: Mapped[Webhook] = relationship()
