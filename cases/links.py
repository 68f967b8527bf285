"""Links by which somebody outside answers a step: one case, one party, for a time."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from cases.database import Base
from cases.models import CaseStep

CODE_DIGITS = 6


class AnswerLink(Base):
    """`public_id` stands, signed, in the address; `code` is told apart and typed on the page."""

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
    step: Mapped[CaseStep] = relationship()


class LinkUse(Base):
    """Each time a link was used, and what came of it; only added to."""

    __tablename__ = "link_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("answer_links.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(20))


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
