"""Letters to parties outside, decided in the transaction of the change that they tell of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from cases.database import Base
from cases.links import AnswerLink, new_link
from cases.models import Case
from cases.standing import open_steps
from workflow.engine import Engine
from workflow.facts import Facts
from workflow.outside import Meeting

REQUEST, CANCEL = "REQUEST", "CANCEL"
"""The methods of RFC 5546 that are sent."""


class Letter(Base):
    """One mail to one party; `invitation` is its calendar part, `link_id` the link it carries."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    party: Mapped[str] = mapped_column(String(40))
    to_address: Mapped[str] = mapped_column(String(200))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("answer_links.id"), index=True)
    invitation: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reminder: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    gathered_at: Mapped[datetime | None] = mapped_column(index=True)
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
        """When the meeting is over."""
        return self.at + timedelta(minutes=self.minutes)


def post(session: Session, engine: Engine, case: Case, facts: Facts, now: datetime) -> None:
    """Adds a letter for each party whose link or invitation is no longer what it should be."""
    links = dict(_new_links(session, engine, case, facts, now))
    changes = dict(_changes(session, engine, case, facts, now))
    for party_key, address in sorted(links.keys() | changes.keys()):
        invitation = changes.get((party_key, address))
        session.add(
            Letter(
                case=case,
                party=party_key,
                to_address=address,
                link=links.get((party_key, address)),
                invitation=invitation.as_json() if invitation else None,
                reminder=False,
                created_at=now,
                send_after=now,
            )
        )
    session.flush()


def _new_links(
    session: Session, engine: Engine, case: Case, facts: Facts, now: datetime
) -> Iterator[tuple[tuple[str, str], AnswerLink]]:
    """For open steps that a party outside may answer and that never had a link."""
    for step in open_steps(case):
        by_link = engine.definition.step(step.key).by_link
        if by_link is None:
            continue
        session.flush()
        if session.scalar(select(AnswerLink.id).where(AnswerLink.step_id == step.id).limit(1)):
            continue
        item = engine.item(engine.definition.step(step.key), step.item, facts)
        party = by_link.who(facts, item)
        if party and party.email:
            until = by_link.until(facts, item, now)
            yield (party.key, party.email), new_link(session, step, until, now)


def _changes(
    session: Session, engine: Engine, case: Case, facts: Facts, now: datetime
) -> Iterator[tuple[tuple[str, str], Invitation]]:
    """What each party has to be told of the meeting, after what it was told last."""
    definition = engine.definition
    if definition.meeting is None:
        return
    told = invitations_of(session, case)
    meeting = definition.meeting(facts) if definition.state(case.state).then else None
    invited = {(p.key, p.email) for p in meeting.parties if p.email} if meeting else set()
    for whom in invited | told.keys():
        last = told.get(whom)
        if meeting and whom in invited:
            if changed := _request(meeting, last, now):
                yield whom, changed
        elif last and last.method == REQUEST and last.ends > now:
            yield (
                whom,
                Invitation(last.uid, last.sequence + 1, CANCEL, last.at, last.minutes, last.place),
            )


def _request(meeting: Meeting, last: Invitation | None, now: datetime) -> Invitation | None:
    booked = (meeting.at, meeting.minutes, meeting.place)
    if last and last.method == REQUEST and (last.at, last.minutes, last.place) == booked:
        return None
    if last is None or last.method == CANCEL or last.ends <= now:
        return Invitation(str(uuid4()), 0, REQUEST, *booked)
    return Invitation(last.uid, last.sequence + 1, REQUEST, *booked)


def invitations_of(session: Session, case: Case) -> dict[tuple[str, str], Invitation]:
    """By party and address, what was last told of the meeting."""
    letters = session.scalars(
        select(Letter)
        .where(Letter.case_id == case.id, Letter.invitation.is_not(None))
        .order_by(Letter.id)
    )
    return {(each.party, each.to_address): Invitation.of(each.invitation or {}) for each in letters}
