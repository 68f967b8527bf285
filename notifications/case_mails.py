"""The mails of one case, for its page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import History
from cases.models import CaseStep
from cases.people import Person
from cases.timeline_reminders import rung_words
from notifications.models import Notification, OutboxMail
from notifications.rungs import is_tell


@dataclass(frozen=True)
class CaseMail:
    """`waits_until` is when it goes if nothing has come of it yet; no step for a message."""

    to: str
    subject: str
    step: str
    sent_at: datetime | None
    failed_at: datetime | None
    dropped_at: datetime | None
    waits_until: datetime


def mails_of(session: Session, history: History) -> tuple[CaseMail, ...]:
    """The newest first."""
    definition = history.engine.definition
    rows = session.execute(
        select(
            Person.name,
            CaseStep.key,
            Notification.rung,
            OutboxMail.sent_at,
            OutboxMail.failed_at,
            Notification.dropped_at,
            Notification.send_after,
        )
        .select_from(Notification)
        .join(Person, Person.id == Notification.recipient_id)
        .join(CaseStep, CaseStep.id == Notification.step_id)
        .outerjoin(OutboxMail, OutboxMail.id == Notification.outbox_id)
        .where(Notification.case_id == history.case.id)
        .order_by(Notification.id.desc())
    )
    return tuple(
        CaseMail(
            name, rung_words(definition, key, rung),
            "" if is_tell(rung) else definition.step(key).label, sent, failed, dropped, waits_until,
        )
        for name, key, rung, sent, failed, dropped, waits_until in rows
    )  # fmt: skip
