"""Mails about one case are one conversation in the recipient's mail program."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from notifications.compose import Thread
from notifications.models import Notification, OutboxMail


def thread_of(
    session: Session, mail: OutboxMail, notifications: Collection[Notification]
) -> Thread | None:
    """None for a mail about several cases, which belongs to no one of them."""
    cases = {each.case_id: each.case.reference for each in notifications}
    if len(cases) != 1:
        return None
    [(case_id, reference)] = cases.items()
    other = aliased(Notification)
    about_others = exists().where(other.outbox_id == OutboxMail.id, other.case_id != case_id)
    first = session.scalar(
        select(OutboxMail.message_id)
        .join(Notification, Notification.outbox_id == OutboxMail.id)
        .where(
            Notification.case_id == case_id,
            Notification.recipient_id == mail.recipient_id,
            OutboxMail.id < mail.id,
            OutboxMail.tried_at.is_not(None),
            ~about_others,
        )
        .order_by(OutboxMail.id)
        .limit(1)
    )
    return Thread(reference, first or "", topic=reference)
