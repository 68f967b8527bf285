"""Letters to parties outside and the calendar messages in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from cases.database import Base
from cases.links import AnswerLink
from cases.models import Case

REQUEST, CANCEL = "REQUEST", "CANCEL"
"""The methods of RFC 5546 that are sent."""


class Letter(Base):
    """One mail to one party (`name`, as typed); `invitation` is its calendar part."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_waiting", "gathered_at", "send_after"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    party: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(default="")
    to_address: Mapped[str] = mapped_column(String(200))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("answer_links.id"), index=True)
    invitation: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reminder: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    gathered_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship()
    link: Mapped[AnswerLink | None] = relationship()


@dataclass(frozen=True)
class Invitation:
    """A calendar message; a party keeps its `uid` while `sequence` grows with every change."""

    uid: str
    sequence: int
    method: str
    at: datetime
    minutes: int
    place: str

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """From a letter's JSON."""
        return cls(**data | {"at": datetime.fromisoformat(data["at"])})

    def as_json(self) -> dict[str, Any]:
        """For a letter."""
        return {
            "uid": self.uid, "sequence": self.sequence, "method": self.method,
            "at": self.at.isoformat(), "minutes": self.minutes, "place": self.place,
        }  # fmt: skip

    @property
    def ends(self) -> datetime:
        """When the meeting is over; reckoned in UTC, as a clock may change meanwhile."""
        return self.at.astimezone(UTC) + timedelta(minutes=self.minutes)


def letters_with_invitation(session: Session, case: Case) -> Sequence[Letter]:
    """Every calendar message of the case, the oldest first."""
    return session.scalars(
        select(Letter)
        .where(Letter.case_id == case.id, Letter.invitation.is_not(None))
        .order_by(Letter.id)
    ).all()


def newest_invitations(session: Session, case: Case) -> dict[tuple[str, str], Letter]:
    """By party and address, the letter that last told of the meeting."""
    return {(each.party, each.to_address): each for each in letters_with_invitation(session, case)}
