"""What came of a mail: marked once, and told on the timeline of every case in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.chains import lock, write
from cases.events import append, locked_case
from cases.letters import Letter
from cases.models import Case, CaseStep
from notifications.channels import Receipt
from notifications.firing import step_data
from notifications.letter_words import kind_of
from notifications.letters import told_before
from notifications.models import Notification, OutboxMail
from notifications.taking import Taken
from notifications.trying import conclude
from notifications.unheard import hurry_next_rung

MAIL_SENT, MAIL_FAILED = "mail_sent", "mail_failed"


def settle(session: Session, taken: Taken, receipt: Receipt, now: datetime) -> None:
    """Does nothing when another worker has settled the mail, or has it, and it was not taken."""
    mail = session.get_one(OutboxMail, taken.mail_id, with_for_update=True)
    if not conclude(mail, taken.attempt, receipt, now):
        return
    if mail.taken_at is not None:
        _log(session, mail, MAIL_SENT, now)
    elif mail.failed_at is not None:
        _log(session, mail, MAIL_FAILED, now)


def _log(session: Session, mail: OutboxMail, type_: str, now: datetime) -> None:
    more: dict[str, Any] = {} if mail.last_error is None else {"error": mail.last_error}
    if mail.attempts > 1:
        more["attempts"] = mail.attempts
    if mail.letter is not None:
        _log_letter(session, mail, mail.letter, type_, now, more)
        return
    told = session.execute(
        select(Notification, CaseStep)
        .join(CaseStep, CaseStep.id == Notification.step_id)
        .where(Notification.outbox_id == mail.id, Notification.dropped_at.is_(None))
        .order_by(Notification.id)
    ).all()
    # A digest may hold thousands of lines, and SQLite's other writers wait meanwhile.
    chains = lock(session, {notification.case_id for notification, _step in told})
    for notification, step in told:
        data = step_data(step) | {
            "rung": notification.rung,
            "to": [mail.recipient_id],
            "mail": mail.id,
        }
        chains[notification.case_id].add(type_, now, data | more)
    write(session, chains.values())
    if type_ == MAIL_FAILED:
        for notification, _step in told:
            hurry_next_rung(session, notification, now)


def _log_letter(
    session: Session,
    mail: OutboxMail,
    letter: Letter,
    type_: str,
    now: datetime,
    more: dict[str, Any],
) -> None:
    """The party's name is typed text, so it is kept apart from the event, as all such is."""
    kind = kind_of(letter, told_before=told_before(session, letter))
    data: dict[str, Any] = {"party": letter.party, "letter": kind, "mail": mail.id}
    reference = session.scalar(select(Case.reference).where(Case.id == letter.case_id))
    assert reference is not None, "a letter is of a case"
    append(
        session, locked_case(session, reference), type_, now, data=data | more,
        text={"party": letter.name},
    )  # fmt: skip
