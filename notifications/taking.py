"""The next mail to send, written as things stand when the mail server is ready for it."""

import logging
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import OPEN
from notifications.bulletin_words import said_in
from notifications.channels import Answer, Receipt
from notifications.compose import BadAddress, Writer
from notifications.letters import enclosed_in
from notifications.models import Notification, OutboxMail
from notifications.rungs import is_tell
from notifications.threads import thread_of
from notifications.trying import begin, drop

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """One attempt at a mail; without a message `receipt` says why, or nobody needs it any more."""

    mail_id: int
    attempt: int
    message: EmailMessage | None = None
    receipt: Receipt | None = None

    def __str__(self) -> str:
        return f"mail {self.mail_id}"


def take(session: Session, now: datetime, writer: Writer) -> Taken | None:
    """Committed before the mail is sent, so that whoever comes after a crash knows of it."""
    mail = session.scalar(
        select(OutboxMail)
        .where(OutboxMail.next_attempt_at <= now)
        .order_by(OutboxMail.next_attempt_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if mail is None:
        return None
    begin(mail, now)
    try:
        message = _written(session, writer, mail, now)
    except BadAddress:
        receipt = Receipt(Answer.REFUSED, "ADDRESS")
    except Exception as fault:  # noqa: BLE001  the other mails must still go
        logger.error("mail %s: %s", mail.id, type(fault).__name__)
        receipt = Receipt(Answer.LATER, f"WRITE {type(fault).__name__}")
    else:
        if message is None:
            mail.attempts -= 1
            drop(mail, now)
            return Taken(mail.id, mail.attempts)
        mail.tried_at = now
        return Taken(mail.id, mail.attempts, message)
    return Taken(mail.id, mail.attempts, receipt=receipt)


def _written(
    session: Session, writer: Writer, mail: OutboxMail, now: datetime
) -> EmailMessage | None:
    """None when there is nothing left to say; raises BadAddress."""
    if mail.letter:
        enclosed = enclosed_in(session, mail.letter, now)
        return writer.write_letter(mail, enclosed, now) if enclosed else None
    if mail.bulletin:
        said = said_in(session, writer.routines, mail.bulletin, now)
        return writer.write_bulletin(mail, said) if said else None
    wanted = still_wanted(mail)
    for notification in mail.notifications:
        if notification not in wanted and notification.dropped_at is None:
            notification.dropped_at = now
    if not wanted:
        return None
    return writer.write(mail, wanted, now, thread_of(session, mail, wanted))


def still_wanted(mail: OutboxMail) -> list[Notification]:
    """Without what has been done since: nobody is to be reminded of that."""
    return [
        each
        for each in mail.notifications
        if each.dropped_at is None and (each.step.condition == OPEN or is_tell(each.rung))
    ]
