"""A rung whose every mail failed has reached nobody, so the ladder's next rung is due at once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.changes import OUT
from cases.models import OPEN, PendingEscalation
from notifications.models import Notification, OutboxMail
from notifications.rungs import is_tell
from workflow.again import REPEAT


def hurry_next_rung(session: Session, failed: Notification, now: datetime) -> None:
    """The caller holds the case; repeats keep their growing waits, and what is held is held."""
    step = failed.step
    held = step.acknowledged_until is not None and step.acknowledged_until > now
    if is_tell(failed.rung) or step.condition != OPEN or held or _heard(session, failed):
        return
    following = session.scalars(
        select(PendingEscalation)
        .where(PendingEscalation.step_id == step.id, PendingEscalation.rung != OUT)
        .order_by(PendingEscalation.at, PendingEscalation.id)
    )
    for pending in following:
        if not is_tell(pending.rung):
            if REPEAT not in pending.rung:
                pending.at = min(pending.at, now)
            return


def _heard(session: Session, failed: Notification) -> bool:
    """True while a mail about the same rung has come to somebody, or may still come."""
    living = (
        select(Notification.id)
        .outerjoin(OutboxMail, OutboxMail.id == Notification.outbox_id)
        .where(
            Notification.step_id == failed.step_id,
            Notification.rung == failed.rung,
            Notification.dropped_at.is_(None),
            OutboxMail.failed_at.is_(None),
            OutboxMail.dropped_at.is_(None),
        )
        .limit(1)
    )
    return session.scalar(living) is not None
