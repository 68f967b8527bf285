"""Mails that were given up and are still of use: for whoever can put things right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session, aliased, selectinload

from cases.access import RIGHTS, Access, Part, Right
from cases.admin_log import record
from cases.changes import TELL
from cases.errors import NotFound, Refused
from cases.letters import Letter
from cases.mail_faults import fault_words
from cases.models import OPEN, Case, CaseStep
from notifications.letters import enclosed_in
from notifications.models import Bulletin, Notification, OutboxMail
from notifications.taking import still_wanted
from notifications.trying import revive
from workflow.messages import Message
from workflow.words import _

OUTSIDE = _("Någon utanför kommunen")


@dataclass(frozen=True)
class FailedMail:
    """`references` and `subject` only as far as the reader may see the cases; `error` in words."""

    id: int
    person_id: int | None
    to: str
    subject: str
    error: Message
    attempts: int
    failed_at: datetime
    references: tuple[str, ...]


def failed_mails(session: Session, access: Access) -> tuple[FailedMail, ...]:
    """The newest first."""
    mails = session.scalars(
        _seen_by(access)
        .where(not_arrived())
        .options(
            selectinload(OutboxMail.recipient),
            selectinload(OutboxMail.letter).selectinload(Letter.case),
            selectinload(OutboxMail.notifications).selectinload(Notification.case),
        )
        .order_by(OutboxMail.failed_at.desc(), OutboxMail.id.desc())
    )
    return tuple(_failed(mail, access) for mail in mails)


def not_arrived() -> ColumnElement[bool]:
    """The condition on OutboxMail for those given up that somebody still needs."""
    newer = aliased(Bulletin)
    reminder = exists().where(
        Notification.outbox_id == OutboxMail.id,
        Notification.dropped_at.is_(None),
        CaseStep.id == Notification.step_id,
        Case.id == Notification.case_id,
        or_(
            CaseStep.condition == OPEN,
            and_(Notification.rung.startswith(TELL), Case.closed_at.is_(None)),
        ),
    )
    letter = exists().where(
        Letter.id == OutboxMail.letter_id, Case.id == Letter.case_id, Case.closed_at.is_(None)
    )
    bulletin = exists().where(
        Bulletin.id == OutboxMail.bulletin_id,
        ~exists().where(
            newer.kind == Bulletin.kind,
            newer.recipient_id == Bulletin.recipient_id,
            newer.id > Bulletin.id,
        ),
    )
    return and_(OutboxMail.failed_at.is_not(None), or_(reminder, letter, bulletin))


def try_again(session: Session, access: Access, mail_id: int, now: datetime) -> None:
    """To the address the person has by now; nothing more happens when it waits already.

    Raises NotFound, or Refused for a mail that came all the same or that nobody needs any more.
    """
    mail = session.scalar(
        _seen_by(access).where(OutboxMail.id == mail_id).with_for_update(of=OutboxMail)
    )
    if mail is None:
        raise NotFound(_("Mejlet finns inte."))
    if mail.next_attempt_at is not None:
        return
    if mail.failed_at is None:
        raise Refused(_("Mejlet har redan kommit fram."))
    if not _needed(session, mail, now):
        raise Refused(_("Mejlet behövs inte längre. Det som det påminde om är gjort."))
    revive(mail, now)
    unit = mail.letter.case.unit if mail.letter else None
    record(session, access, "mail_retried", now, person=mail.recipient, unit=unit)


def _needed(session: Session, mail: OutboxMail, now: datetime) -> bool:
    if mail.letter:
        return enclosed_in(session, mail.letter, now) is not None
    return mail.bulletin is not None or bool(still_wanted(mail))


def _seen_by(access: Access) -> Select[OutboxMail]:
    """Those of the units where the person answers for operations; the rest only for everywhere."""
    units = access.units(RIGHTS[Right.OPERATIONS])
    if units is None:
        return select(OutboxMail).where(true())
    here = select(Case.id).where(Case.unit_id.in_(units))
    of_unit = or_(
        exists().where(Notification.outbox_id == OutboxMail.id, Notification.case_id.in_(here)),
        exists().where(Letter.id == OutboxMail.letter_id, Letter.case_id.in_(here)),
    )
    return select(OutboxMail).where(of_unit)


def _failed(mail: OutboxMail, access: Access) -> FailedMail:
    cases = {case.reference: access.part(case) for case in _cases_of(mail)}
    seen = tuple(sorted(each for each, part in cases.items() if part is not Part.NONE))
    assert mail.failed_at is not None, "asked for by not_arrived"
    to = mail.recipient.name if mail.recipient else OUTSIDE
    if mail.letter and access.part(mail.letter.case) is Part.ALL:
        to = mail.letter.name
    return FailedMail(
        mail.id,
        mail.recipient_id,
        to,
        mail.subject if len(seen) == len(cases) else "",
        fault_words(mail.last_error),
        mail.attempts,
        mail.failed_at,
        seen,
    )


def _cases_of(mail: OutboxMail) -> Iterator[Case]:
    if mail.letter:
        yield mail.letter.case
    for notification in mail.notifications:
        yield notification.case
