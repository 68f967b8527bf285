"""What waits becomes mails: one for each thing that goes at once, one a person for the rest."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.orm import Session

from notifications.bulletins import gather_bulletins
from notifications.letters import gather_letters
from notifications.models import Notification, OutboxMail
from notifications.reaiming import re_aim
from workflow.ladders import Sending
from workflow.routines import Routines

GATHERING = 0x766172647472
"""PostgreSQL's advisory lock of whoever gathers; the letters "vardtr"."""


def gather(session: Session, routines: Routines, domain: str, now: datetime) -> None:
    """Does nothing while another worker does it: two at once could send somebody two digests."""
    if _alone(session):
        _gather_notifications(session, routines, domain, now)
        gather_letters(session, domain, now)
        gather_bulletins(session, domain, now)


def _alone(session: Session) -> bool:
    """Until the transaction ends; SQLite has but one writer anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(GATHERING))))


def _gather_notifications(session: Session, routines: Routines, domain: str, now: datetime) -> None:
    """Thousands may wait after a standstill, so they are never made objects."""
    re_aim(session, routines, _ungathered(now), now)
    waiting = session.execute(
        select(Notification.id, Notification.recipient_id, Notification.sending)
        .where(_ungathered(now))
        .order_by(Notification.id)
    ).all()
    if not waiting:
        return
    mails: dict[tuple[int, int], list[int]] = {}
    for id_, recipient_id, sending in waiting:
        alone = id_ if sending == Sending.AT_ONCE else 0
        mails.setdefault((recipient_id, alone), []).append(id_)
    held = {f"<{uuid4()}@{domain}>": key for key in mails}
    made = session.execute(
        insert(OutboxMail).returning(OutboxMail.id, OutboxMail.message_id),
        [
            {
                "recipient_id": recipient_id,
                "message_id": message_id,
                "created_at": now,
                "next_attempt_at": now,
            }
            for message_id, (recipient_id, _alone) in held.items()
        ],
    )
    session.execute(
        update(Notification),
        [
            {"id": id_, "outbox_id": mail_id}
            for mail_id, message_id in made.all()
            for id_ in mails[held[message_id]]
        ],
    )


def _ungathered(now: datetime) -> ColumnElement[bool]:
    return and_(
        Notification.outbox_id.is_(None),
        Notification.dropped_at.is_(None),
        Notification.send_after <= now,
    )
