"""That somebody who was told of a case has opened it."""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from cases.database import UTCDateTime
from notifications.models import Notification


def mark_opened(session: Session, case_id: int, person_id: int, now: datetime) -> None:
    """For what the person was told of before and had not opened; writes nothing otherwise."""
    asked = {"case": case_id, "person": person_id, "now": now}
    # Asked first: an update wakes every worker, even one that finds nothing to mark.
    if session.scalar(_ANY, asked) is not None:
        session.execute(_MARK, asked)


_NOW: BindParameter[datetime] = bindparam("now", type_=UTCDateTime())
_UNOPENED = (
    Notification.case_id == bindparam("case"),
    Notification.recipient_id == bindparam("person"),
    Notification.opened_at.is_(None),
    Notification.created_at <= _NOW,
)
_ANY = select(Notification.id).where(*_UNOPENED).limit(1)
_MARK = update(Notification).where(*_UNOPENED).values(opened_at=_NOW)
