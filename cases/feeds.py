"""Each person's private calendar address: a secret that is kept as a hash and can be renewed."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cases.access import Access
from cases.database import Base
from cases.lines import at_units, open_steps_where
from cases.models import Case, CaseStep
from cases.people import Person
from cases.standing import engine_of, facts_of
from workflow.outside import Meeting
from workflow.routines import Routines


class CalendarFeed(Base):
    """One for each person at most; a renewed secret replaces the one before."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


def renew_feed(session: Session, person_id: int, now: datetime) -> str:
    """The new secret, which cannot be told again; an address before it stops working."""
    secret = secrets.token_urlsafe(32)
    session.merge(CalendarFeed(person_id=person_id, secret_hash=_hash(secret), created_at=now))
    return secret


def remove_feed(session: Session, person_id: int) -> None:
    """The address stops working; nothing happens when there is none."""
    if feed := session.get(CalendarFeed, person_id):
        session.delete(feed)


def owner_of_feed(session: Session, secret: str) -> Person | None:
    """None for an unknown secret, and for somebody whose account is closed."""
    return session.scalar(
        select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.secret_hash == _hash(secret), Person.active)
    )


def own_meetings(
    session: Session, routines: Routines, access: Access, now: datetime
) -> Iterator[tuple[Case, Meeting]]:
    """Of cases in "my steps": the person may do a step there, and nobody else has taken it."""
    kinds = {e.definition.key for e in routines.engines.values() if e.definition.meeting}
    steps = session.scalars(
        open_steps_where(
            at_units(access.units()),
            Case.definition.in_(kinds),
            or_(CaseStep.claimed_by.is_(None), CaseStep.claimed_by == access.person_id),
        )
    )
    mine = {s.case.id: s.case for s in steps if access.may_do(s.case, s.roles)}
    for case in mine.values():
        if meeting := meeting_of(session, routines, case, now):
            yield case, meeting


def meeting_of(session: Session, routines: Routines, case: Case, now: datetime) -> Meeting | None:
    """The case's coming meeting, if one is booked and the case still goes on."""
    definition = engine_of(routines, case).definition
    if definition.meeting is None or case.closed_at is not None:
        return None
    meeting = definition.meeting(facts_of(session, routines, case))
    return meeting if meeting and meeting.ends > now else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
