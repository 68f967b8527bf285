"""The mails of one case, for its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, Part
from cases.history import History
from cases.letters import Letter
from cases.models import CaseStep
from cases.people import Person
from cases.timeline_reminders import letter_words, rung_words
from notifications.letter_words import kind_of
from notifications.letters import uid_of
from notifications.models import Notification, OutboxMail
from notifications.rungs import is_tell
from workflow.words import _

OUTSIDE = _("Någon utanför kommunen")


@dataclass(frozen=True)
class CaseMail:
    """`waits_until` is when it goes if nothing has come of it yet; no step for a message."""

    created_at: datetime
    to: str
    subject: str
    step: str
    taken_at: datetime | None
    failed_at: datetime | None
    dropped_at: datetime | None
    waits_until: datetime


def mails_of(session: Session, history: History, access: Access) -> tuple[CaseMail, ...]:
    """The newest first; a party outside is named for those who see all of the case."""
    named = access.part(history.case) is Part.ALL
    mails = [*_reminders(session, history), *_letters(session, history, named=named)]
    return tuple(sorted(mails, key=attrgetter("created_at"), reverse=True))


def _letters(session: Session, history: History, *, named: bool) -> Iterator[CaseMail]:
    rows = session.execute(
        select(Letter, OutboxMail)
        .outerjoin(OutboxMail, OutboxMail.letter_id == Letter.id)
        .where(Letter.case_id == history.case.id)
        .order_by(Letter.id)
    )
    told = set[tuple[str, str, str]]()
    for letter, mail in rows:
        about = (letter.party, letter.to_address, uid_of(letter))
        to, subject = letter.name if named else OUTSIDE, kind_of(letter, told_before=about in told)
        waits_until = letter.send_after
        taken = failed = dropped = None
        if mail is not None:
            taken, failed, dropped = mail.taken_at, mail.failed_at, mail.dropped_at
            waits_until = mail.next_attempt_at or waits_until
            told |= {about} if mail.attempts else set()
        yield CaseMail(
            letter.created_at, to, letter_words(subject), "", taken, failed, dropped, waits_until
        )


def _reminders(session: Session, history: History) -> Iterator[CaseMail]:
    definition = history.engine.definition
    rows = session.execute(
        select(
            Notification.created_at,
            Person.name,
            CaseStep.key,
            Notification.rung,
            OutboxMail.taken_at,
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
    for created_at, name, key, rung, taken, failed, dropped, waits_until in rows:
        yield CaseMail(
            created_at, name, rung_words(definition, key, rung),
            "" if is_tell(rung) else definition.step(key).label,
            taken, failed, dropped, waits_until,
        )  # fmt: skip
