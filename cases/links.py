"""Links by which somebody outside answers a step: one case, one party, for a time."""

import secrets
from datetime import datetime
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from cases.database import Base
from cases.models import OPEN, CaseStep

CODE_DIGITS = 6

MOST_WRONG = 5
"""Wrong codes until the link is closed for good; whoever sent it can send another."""


class AnswerLink(Base):
    """`public_id` stands, signed, in the address; `code` is told apart and typed on the page.

    `answered_with` is the key of the form that was sent, so that the second of two clicks is known.
    """

    __tablename__ = "answer_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("case_steps.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str] = mapped_column(String(6))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_with: Mapped[str | None] = mapped_column(String(64))
    step: Mapped[CaseStep] = relationship()


class LinkUse(Base):
    """Each time a link was used, and what came of it; only added to."""

    __tablename__ = "link_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("answer_links.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(20))


class Standing(StrEnum):
    """What somebody who opens a link finds."""

    ALIVE = "alive"
    ANSWERED = "answered"
    REVOKED = "revoked"
    LOCKED = "locked"
    ENDED = "ended"
    EXPIRED = "expired"


def standing(link: AnswerLink, now: datetime) -> Standing:
    """An answer comes first, so that whoever gave it is thanked whatever has happened since."""
    if link.answered_at is not None:
        return Standing.ANSWERED
    if link.revoked_at is not None:
        return Standing.REVOKED
    if link.wrong_codes >= MOST_WRONG:
        return Standing.LOCKED
    if link.step.condition != OPEN:
        return Standing.ENDED
    return Standing.ALIVE if now < link.expires_at else Standing.EXPIRED


def new_link(session: Session, step: CaseStep, until: datetime, now: datetime) -> AnswerLink:
    """A link that cannot be guessed (128 random bits), with its code."""
    link = AnswerLink(
        step=step,
        public_id=secrets.token_hex(16),
        code=f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}",
        created_at=now,
        expires_at=until,
    )
    session.add(link)
    return link


def token_of(link: AnswerLink, secret_key: str) -> str:
    """What stands in the link's address; signed, so that guessing is not even asked about."""
    return str(_signer(secret_key).dumps(link.public_id))


def link_of(session: Session, token: str, secret_key: str) -> AnswerLink | None:
    """None when the token is not one of ours, changed or cut off on its way."""
    try:
        public_id = _signer(secret_key).loads(token)
    except BadSignature:
        return None
    return session.scalar(select(AnswerLink).where(AnswerLink.public_id == public_id))


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="answer")
