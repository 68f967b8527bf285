"""What must hold after any fault: each rung once, each mail at least once, nobody left waiting."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.changes import OUT
from cases.events import faults_of_log
from cases.log import NOBODY_REACHABLE, CaseEvent
from cases.models import OPEN, Case, CaseStep, PendingEscalation
from cases.people import Patient, Person
from notifications.firing import ESCALATED, PARTY_REMINDED
from notifications.models import Bulletin, Notification, OutboxMail
from notifications.settling import MAIL_FAILED, MAIL_SENT
from tests.notifications.town import REPORT, Town, texts

AGAIN = "Det här mejlet kan du redan ha fått"

RungOfStep = tuple[int, str]
"""The step's id and the rung's key."""


@dataclass(frozen=True)
class Aftermath:
    """Asked when all has settled: rungs swept until `swept`, mails sent until `sent`.

    `armed` is what was pending before (`armed_in`), `received` what the mail server has taken,
    `said` what the processes wrote. With `refused` mails may have failed for good.
    """

    town: Town
    armed: frozenset[RungOfStep]
    swept: datetime
    sent: datetime
    received: Sequence[EmailMessage]
    said: str = ""
    refused: bool = False

    def faults(self) -> list[str]:
        """Every promise that was broken, in plain words."""
        with self.town.database.reading() as session:
            log = _Log(session)
            return [
                *self._faults_of_rungs(session, log),
                *self._faults_of_telling(session, log),
                *self._faults_of_mails(session, log),
                *self._faults_of_marks(session),
                *self._stuck(session),
                *faults_of_log(session),
                *self._faults_of_privacy(session),
            ]

    def _faults_of_rungs(self, session: Session, log: "_Log") -> Iterator[str]:
        waiting = set(session.execute(select(PendingEscalation.step_id, PendingEscalation.rung)))
        still_open = set(session.scalars(select(CaseStep.id).where(CaseStep.condition == OPEN)))
        for step, rung in sorted(self.armed):
            fired = sum(log.fired[type_, step, rung] for type_ in (ESCALATED, PARTY_REMINDED))
            nobody = log.fired[NOBODY_REACHABLE, step, rung]
            if fired + nobody == 0 and step in still_open and (step, rung) not in waiting:
                yield f"step {step}: rung {rung} vanished"
            if fired and (step, rung) in waiting:
                yield f"step {step}: rung {rung} fired and still pending"
        for (type_, step, rung), times in log.fired.items():
            if times > 1:
                yield f"step {step}: rung {rung} {type_} {times} times"

    def _faults_of_telling(self, session: Session, log: "_Log") -> Iterator[str]:
        rows = session.execute(
            select(Notification.step_id, Notification.rung, Notification.recipient_id)
        )
        in_rows = Counter[tuple[int, str, int]]((step, rung, who) for step, rung, who in rows)
        in_log = log.told
        for told in (in_rows - in_log) + (in_log - in_rows):
            yield f"{told}: told {in_rows[told]} times, {in_log[told]} of them in the log"

    def _faults_of_mails(self, session: Session, log: "_Log") -> Iterator[str]:
        came = Counter(message["Message-ID"] for message in self.received)
        mails = session.scalars(select(OutboxMail)).all()
        for unknown in set(came) - {mail.message_id for mail in mails}:
            yield f"{unknown}: a mail that nobody wrote"
        for mail in mails:
            told = [n for n in mail.notifications if n.dropped_at is None]
            if mail.taken_at and not came[mail.message_id]:
                yield f"mail {mail.id}: marked as taken, but never came"
            if mail.failed_at and not self.refused:
                yield f"mail {mail.id}: given up"
            if not (mail.taken_at or mail.failed_at or mail.dropped_at or mail.next_attempt_at):
                yield f"mail {mail.id}: in limbo"
            if mail.dropped_at and came[mail.message_id] == 0 and told:
                yield f"mail {mail.id}: dropped though somebody waits for it"
            settled = MAIL_SENT if mail.taken_at else MAIL_FAILED
            for n in told if mail.taken_at or mail.failed_at else ():
                if (times := log.mailed[settled, mail.id, n.step_id, n.rung]) != 1:
                    yield f"mail {mail.id}: rung {n.rung} is {settled} {times} times in the log"

    def _faults_of_marks(self, session: Session) -> Iterator[str]:
        uncertain = set(
            session.scalars(select(OutboxMail.message_id).where(OutboxMail.uncertain.is_(True)))
        )
        seen = set[str]()
        for message in self.received:
            id_ = message["Message-ID"]
            marked = says_it_may_come_twice(message)
            if id_ in seen and not marked:
                yield f"{id_}: came again without saying so"
            if id_ in seen and id_ not in uncertain:
                yield f"{id_}: came again and is not written down as uncertain"
            if marked and id_ not in uncertain:
                yield f"{id_}: says that it may come twice, but nothing was uncertain"
            seen.add(id_)

    def _stuck(self, session: Session) -> Iterator[str]:
        due = select(PendingEscalation).where(PendingEscalation.at <= self.swept)
        for pending in session.scalars(due):
            yield f"step {pending.step_id}: rung {pending.rung} due and left pending"
        ungathered = select(Notification.id).where(
            Notification.outbox_id.is_(None),
            Notification.dropped_at.is_(None),
            Notification.send_after <= self.sent,
        )
        yield from (f"notification {id_}: never gathered" for id_ in session.scalars(ungathered))
        bulletins = select(Bulletin.id).where(
            Bulletin.gathered_at.is_(None), Bulletin.send_after <= self.sent
        )
        yield from (f"bulletin {id_}: never gathered" for id_ in session.scalars(bulletins))
        unsent = select(OutboxMail.id).where(OutboxMail.next_attempt_at <= self.sent)
        yield from (f"mail {id_}: due and not sent" for id_ in session.scalars(unsent))
        silent = select(CaseStep.id).where(CaseStep.condition == OPEN, ~CaseStep.pending.any())
        yield from (f"step {id_}: open with nothing pending" for id_ in session.scalars(silent))

    def _faults_of_privacy(self, session: Session) -> Iterator[str]:
        private = {REPORT["what_happened"], "INSERT INTO", "[parameters"}
        for patient in session.scalars(select(Patient)):
            private |= {patient.number, patient.name}
        private.update(session.scalars(select(Person.email)))
        for words in private:
            if words and words in self.said:
                yield f"a process wrote {words!r}"


class _Log:
    """How often the events say that a rung fired, that somebody was told and that a mail went."""

    def __init__(self, session: Session) -> None:
        steps = {
            (step.case_id, step.key, step.item, step.round): step.id
            for step in session.scalars(select(CaseStep))
        }
        self.fired = Counter[tuple[str, int, str]]()
        self.told = Counter[tuple[int, str, int]]()
        self.mailed = Counter[tuple[str, int, int, str]]()
        for case_id, type_, data in _events(session):
            step = steps[case_id, data["step"], data["item"], data["round"]]
            rung = data["rung"]
            if type_ in (MAIL_SENT, MAIL_FAILED):
                self.mailed[type_, data["mail"], step, rung] += 1
                continue
            self.fired[type_, step, rung] += 1
            if type_ == ESCALATED:
                self.told.update((step, rung, person) for person in data["to"])


def _events(session: Session) -> Iterable[tuple[int, str, dict[str, Any]]]:
    types = (ESCALATED, NOBODY_REACHABLE, PARTY_REMINDED, MAIL_SENT, MAIL_FAILED)
    found = session.execute(
        select(Case.id, CaseEvent.type, CaseEvent.data)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(CaseEvent.type.in_(types))
    )
    return [(case_id, type_, data) for case_id, type_, data in found if "rung" in data]


def says_it_may_come_twice(message: EmailMessage) -> bool:
    """To mail programs in a header, and to whoever reads it in both texts."""
    return message["X-Vardtrad-Attempt"] is not None and all(
        AGAIN in text for text in texts(message).values()
    )


def armed_in(town: Town) -> frozenset[RungOfStep]:
    """Every rung that is pending now; a time that runs out tells nobody by itself."""
    with town.database.reading() as session:
        rows = session.execute(
            select(PendingEscalation.step_id, PendingEscalation.rung).where(
                PendingEscalation.rung != OUT
            )
        )
        return frozenset((step, rung) for step, rung in rows)
