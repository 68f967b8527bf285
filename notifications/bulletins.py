"""Mails about many cases: announced once to each recipient, and gathered when they are to go."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from notifications.models import Bulletin, OutboxMail


class Kind(StrEnum):
    """What a bulletin tells; OVERDUE and ORPHANS are of one morning, the others go at once."""

    OVERDUE = "overdue"
    ORPHANS = "orphans"
    CATCH_UP = "catch_up"
    CANARY = "canary"


def announce(
    session: Session,
    kind: Kind,
    key: str,
    to: Iterable[int],
    now: datetime,
    data: dict[str, Any] | None = None,
    send_after: datetime | None = None,
) -> None:
    """To each person who has not been told of that key before, at once unless a time is given."""
    told = set(
        session.scalars(
            select(Bulletin.recipient_id).where(Bulletin.kind == kind, Bulletin.key == key)
        )
    )
    session.add_all(
        Bulletin(
            kind=kind,
            key=key,
            recipient_id=person_id,
            data=data or {},
            created_at=now,
            send_after=send_after or now,
        )
        for person_id in dict.fromkeys(to)
        if person_id not in told
    )
    session.flush()


def ungathered_bulletins(now: datetime) -> ColumnElement[bool]:
    """The condition on Bulletin for those that are due but in no mail."""
    return and_(Bulletin.gathered_at.is_(None), Bulletin.send_after <= now)


def gather_bulletins(session: Session, domain: str, now: datetime) -> None:
    """Each is a mail of its own, written when it is sent."""
    waiting = session.scalars(
        select(Bulletin)
        .where(ungathered_bulletins(now))
        .order_by(Bulletin.id)
        .with_for_update(skip_locked=True, of=Bulletin)
    )
    for bulletin in waiting.all():
        bulletin.gathered_at = now
        session.add(
            OutboxMail(
                bulletin=bulletin,
                recipient_id=bulletin.recipient_id,
                message_id=f"<{uuid4()}@{domain}>",
                created_at=now,
                next_attempt_at=now,
            )
        )
    session.flush()
