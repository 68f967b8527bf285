"""That somebody who was told of a case has opened it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notifications.models import Notification


def mark_opened(session: Session, case_id: int, person_id: int, now: datetime) -> None:
    """For what the person was told of before and had not opened; writes nothing otherwise."""
    unopened = (
        Notification.case_id == case_id,
        Notification.recipient_id == person_id,
        Notification.opened_at.is_(None),
        Notification.created_at <= now,
    )
    # Asked first: an update wakes every worker, even one that finds nothing to mark.
    if session.scalar(select(Notification.id).where(*unopened).limit(1)) is not None:
        session.execute(update(Notification).where(*unopened).values(opened_at=now))
