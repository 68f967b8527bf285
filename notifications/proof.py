"""How far each mail of a case came: armed, sent, taken by the mail server, opened by who got it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, defer

from cases.letters import Letter
from cases.links import LinkUse
from cases.models import Case, CaseStep
from cases.people import Person
from notifications.models import Notification, OutboxMail

WITHOUT_TEXTS = (defer(OutboxMail.text, raiseload=True), defer(OutboxMail.html, raiseload=True))


@dataclass(frozen=True)
class Proof:
    """None for what has not come; `opened_at` needs no mail, and says nothing where not `opens`.

    `goes_at` is when it is to be sent, for the first time or again.
    """

    armed_at: datetime
    goes_at: datetime
    tried_at: datetime | None = None
    taken_at: datetime | None = None
    opened_at: datetime | None = None
    failed_at: datetime | None = None
    dropped_at: datetime | None = None
    attempts: int = 0
    uncertain: bool = False
    opens: bool = True

    @property
    def waits(self) -> bool:
        """True while nothing final has come of it."""
        return self.taken_at is None and self.failed_at is None and self.dropped_at is None


@dataclass(frozen=True)
class Reminded:
    """One of our people told of one rung."""

    recipient_id: int
    name: str
    step: str
    item: str
    round: int
    rung: str
    proof: Proof


def reminded(session: Session, case: Case) -> tuple[Reminded, ...]:
    """Everybody told about the case, in the order they were told; one query."""
    rows = session.execute(_REMINDERS, {"case": case.id})
    return tuple(
        Reminded(
            told.recipient_id, name, key, item, round_, told.rung,
            _proof(told.created_at, told.send_after, told.opened_at, told.dropped_at, mail),
        )
        for told, name, key, item, round_, mail in rows
    )  # fmt: skip


_REMINDERS = (
    select(Notification, Person.name, CaseStep.key, CaseStep.item, CaseStep.round, OutboxMail)
    .join(Person, Person.id == Notification.recipient_id)
    .join(CaseStep, CaseStep.id == Notification.step_id)
    .outerjoin(OutboxMail, OutboxMail.id == Notification.outbox_id)
    .where(Notification.case_id == bindparam("case"))
    .options(*WITHOUT_TEXTS)
    .order_by(Notification.id)
)


def letters_sent(session: Session, case: Case) -> Iterator[tuple[Letter, OutboxMail | None, Proof]]:
    """The case's letters to parties outside, oldest first; opened when its link first was."""
    for letter, mail, opened_at in session.execute(_LETTERS, {"case": case.id}):
        proof = _proof(
            letter.created_at, letter.send_after, opened_at, None, mail,
            opens=letter.link_id is not None,
        )  # fmt: skip
        yield letter, mail, proof


_OPENED = (
    select(func.min(LinkUse.at))
    .where(
        LinkUse.link_id == Letter.link_id,
        LinkUse.what == "opened",
        LinkUse.at >= Letter.created_at,
    )
    .scalar_subquery()
)
_LETTERS = (
    select(Letter, OutboxMail, _OPENED)
    .outerjoin(OutboxMail, OutboxMail.letter_id == Letter.id)
    .where(Letter.case_id == bindparam("case"))
    .options(*WITHOUT_TEXTS)
    .order_by(Letter.id)
)


def _proof(
    armed_at: datetime,
    goes_at: datetime,
    opened_at: datetime | None,
    dropped_at: datetime | None,
    mail: OutboxMail | None,
    *,
    opens: bool = True,
) -> Proof:
    if mail is None:
        return Proof(armed_at, goes_at, opened_at=opened_at, dropped_at=dropped_at, opens=opens)
    return Proof(
        armed_at,
        mail.next_attempt_at or goes_at,
        mail.tried_at,
        mail.taken_at,
        opened_at,
        mail.failed_at,
        dropped_at or mail.dropped_at,
        mail.attempts,
        mail.uncertain,
        opens,
    )
