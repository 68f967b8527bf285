"""Mails on their way: gathered, and tried until taken, refused or given up."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from itertools import chain
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from cases.database import Database
from cases.letters import Letter
from cases.models import OPEN
from notifications.channels import Answer, Channel, Receipt
from notifications.compose import BadAddress, Sender, Writer
from notifications.letters import enclosed_in, gather_letters, ungathered_letters
from notifications.models import Notification, OutboxMail
from notifications.rungs import is_tell
from notifications.settling import settle
from notifications.stopwatch import Stopwatch
from workflow.ladders import Sending
from workflow.routines import Routines

logger = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=10)
"""For so long no other worker takes a taken mail; a batch is small enough to be done by then."""


@dataclass(frozen=True)
class DeliveryReport:
    """How many mails met each answer."""

    answers: Counter[Answer]

    def __str__(self) -> str:
        """For the command line."""
        waiting = self.answers[Answer.LATER] + self.answers[Answer.UNREACHABLE]
        return (
            f"{self.answers[Answer.TAKEN]} mejl skickade, {waiting} försöks igen senare,"
            f" {self.answers[Answer.REFUSED]} gick inte att skicka."
        )


@dataclass(frozen=True)
class _Taken:
    messages: dict[int, EmailMessage] = field(default_factory=dict)
    unwritten: dict[int, Receipt] = field(default_factory=dict)


def deliver(
    database: Database, routines: Routines, channel: Channel, sender: Sender, now: datetime
) -> DeliveryReport:
    """Sends what is due, each mail at least once; stops when the server cannot be reached."""
    writer, stopwatch, answers = Writer(routines, sender), Stopwatch(now), Counter[Answer]()
    while not answers[Answer.UNREACHABLE] and _anything_waiting(database, stopwatch.now()):
        taken = database.run(lambda session: _take(session, writer, stopwatch.now()))
        if not (taken.messages or taken.unwritten):
            break
        receipts = channel.deliver(list(taken.messages.values()))
        sent = zip(taken.messages, receipts, strict=True)
        for mail_id, receipt in chain(taken.unwritten.items(), sent):
            answers[receipt.answer] += 1
            _settle(database, mail_id, receipt, stopwatch.now())
    return DeliveryReport(answers)


def _anything_waiting(database: Database, now: datetime) -> bool:
    """Asked first as a reader, so that an idle pass does not take SQLite's one writing place."""
    with database.reading() as session:
        return any(
            session.scalar(select(one).where(condition).limit(1)) is not None
            for one, condition in (
                (Notification.id, _ungathered(now)),
                (Letter.id, ungathered_letters(now)),
                (OutboxMail.id, OutboxMail.next_attempt_at <= now),
            )
        )


def _ungathered(now: datetime) -> ColumnElement[bool]:
    return and_(
        Notification.outbox_id.is_(None),
        Notification.dropped_at.is_(None),
        Notification.send_after <= now,
    )


def _take(session: Session, writer: Writer, now: datetime) -> _Taken:
    """A batch, written as of now; committed before anything is sent."""
    _gather(session, writer.sender.domain, now)
    gather_letters(session, writer.sender.domain, now)
    mails = session.scalars(
        select(OutboxMail)
        .where(OutboxMail.next_attempt_at <= now)
        .order_by(OutboxMail.next_attempt_at, OutboxMail.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    taken = _Taken()
    for mail in mails.all():
        enclosed = enclosed_in(session, mail.letter, now) if mail.letter else None
        wanted = _still_wanted(mail, now)
        if not (enclosed or wanted):
            mail.dropped_at, mail.next_attempt_at = now, None
            continue
        mail.attempts += 1
        mail.next_attempt_at = now + LEASE
        try:
            taken.messages[mail.id] = (
                writer.write_letter(mail, enclosed, now)
                if enclosed
                else writer.write(mail, wanted, now)
            )
        except BadAddress:
            taken.unwritten[mail.id] = Receipt(Answer.REFUSED, "ADDRESS")
        except Exception as fault:  # noqa: BLE001  the other mails must still go
            taken.unwritten[mail.id] = Receipt(Answer.LATER, f"WRITE {type(fault).__name__}")
            logger.error("mail %s: %s", mail.id, type(fault).__name__)
    return taken


def _gather(session: Session, domain: str, now: datetime) -> None:
    """A mail for each notification that goes at once, one for each person for the rest."""
    waiting = session.scalars(
        select(Notification)
        .where(_ungathered(now))
        .order_by(Notification.id)
        .with_for_update(skip_locked=True)
    )
    mails: dict[tuple[int, int], OutboxMail] = {}
    for notification in waiting.all():
        alone = notification.id if notification.sending == Sending.AT_ONCE else 0
        mail = mails.setdefault(
            (notification.recipient_id, alone),
            OutboxMail(
                recipient_id=notification.recipient_id,
                message_id=f"<{uuid4()}@{domain}>",
                created_at=now,
                next_attempt_at=now,
            ),
        )
        mail.notifications.append(notification)
    session.add_all(mails.values())
    session.flush()


def _still_wanted(mail: OutboxMail, now: datetime) -> list[Notification]:
    """Drops what has been done since, so that nobody is reminded of it."""
    waiting = [n for n in mail.notifications if n.dropped_at is None]
    for notification in waiting:
        if notification.step.condition != OPEN and not is_tell(notification.rung):
            notification.dropped_at = now
    return [n for n in waiting if n.dropped_at is None]


def _settle(database: Database, mail_id: int, receipt: Receipt, now: datetime) -> None:
    try:
        database.run(partial(settle, mail_id=mail_id, receipt=receipt, now=now))
    except Exception as fault:  # noqa: BLE001  the other mails must still be marked
        # The lease runs out and the mail is sent again: better twice than never.
        logger.error("mail %s: %s", mail_id, type(fault).__name__)
