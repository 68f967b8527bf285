"""One case's due rungs: people found and told, each rung with its line in the log."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.changes import LATE
from cases.doing import run_out
from cases.events import append
from cases.models import Case, CaseStep, PendingEscalation
from cases.outside_links import newest_link, remind
from cases.standing import open_steps
from notifications.models import Notification
from notifications.recipients import Addressees, any_mas, people_behind
from notifications.rungs import addressed, is_tell
from workflow.ladders import PARTY, Sending
from workflow.routines import Routines

ESCALATED, NOBODY_REACHABLE = "escalated", "nobody_reachable"
PARTY_REMINDED = "party_reminded"

LATE_AFTER = timedelta(minutes=5)
"""A rung fired later than this is marked late: the sweep had stood still."""


@dataclass(frozen=True)
class Fired:
    """How many rungs were taken, how many people are told, how late the latest rung was."""

    rungs: int = 0
    told: int = 0
    late: timedelta = timedelta()

    def __add__(self, other: "Fired") -> "Fired":
        return Fired(self.rungs + other.rungs, self.told + other.told, max(self.late, other.late))


class Firing:
    """One case's turn in a sweep; the caller has locked the case's row."""

    def __init__(self, session: Session, routines: Routines, case: Case, now: datetime) -> None:
        self.session, self.routines, self.case, self.now = session, routines, case, now
        self.fired = Fired()
        self._definition = routines.engine(case.definition, case.version).definition

    def fire(self) -> Fired:
        """Takes every due rung, and the one after a rung behind which nobody stands."""
        for step in open_steps(self.case):
            if step.due_at <= self.now and self._definition.step(step.key).moves_on:
                run_out(self.session, self.routines, step, self.now)
        for ladder in self._ladders():
            unheard = None
            for pending in ladder:
                if pending.at > self.now and unheard is None:
                    break
                unheard = None if self._take(pending) else pending
            if unheard is not None:
                self._tell(unheard, any_mas(self.session, self.now))
        return self.fired

    def _ladders(self) -> list[list[PendingEscalation]]:
        """The pending rungs that hang together, for ladders with something due, oldest first."""
        pending = self.session.scalars(
            select(PendingEscalation)
            .join(CaseStep)
            .where(CaseStep.case_id == self.case.id)
            .order_by(PendingEscalation.at, PendingEscalation.id)
        )
        ladders: dict[tuple[int, str], list[PendingEscalation]] = {}
        for row in pending:
            # A tell has no next rung.
            own = row.rung if is_tell(row.rung) else ""
            ladders.setdefault((row.step_id, own), []).append(row)
        return [rows for rows in ladders.values() if rows[0].at <= self.now]

    def _take(self, pending: PendingEscalation) -> bool:
        """False when nobody could be reached, or nobody of our own where they were meant too."""
        self.session.delete(pending)
        self.fired += Fired(rungs=1, late=self.now - pending.at)
        to = addressed(self._definition, pending.step.key, pending.rung, pending.passed)
        ours = [each for each in to if each != PARTY]
        addressees = people_behind(self.session, pending.step, ours, self.now)
        if PARTY in to and not self._remind(pending):
            addressees = replace(addressees, without_anyone=(PARTY, *addressees.without_anyone))
        if addressees.people:
            self._tell(pending, addressees)
            return True
        if not (ours or addressees.without_anyone):
            return True
        self._log(NOBODY_REACHABLE, pending, roles_without_anyone=list(addressees.without_anyone))
        return False

    def _remind(self, pending: PendingEscalation) -> bool:
        """False when whoever outside is to answer has no living link or no address."""
        step = pending.step
        if pending.rung == LATE:
            # The step has just been opened, and its link has just been sent.
            return newest_link(self.session, step) is not None
        next_digest = self.routines.next_digest(self.now)
        letter = remind(self.session, self.routines, step, self.now, next_digest)
        if letter is None:
            return False
        self.fired += Fired(told=1)
        self._log(PARTY_REMINDED, pending, letter=letter.id)
        return True

    def _tell(self, pending: PendingEscalation, addressees: Addressees) -> None:
        told = self.session.scalars(
            select(Notification.recipient_id).where(
                Notification.step_id == pending.step_id, Notification.rung == pending.rung
            )
        ).all()
        new = [person.id for person in addressees.people if person.id not in told]
        if not new:
            return
        sending, send_after = self._sending(pending)
        self.session.add_all(
            Notification(
                case_id=self.case.id,
                step_id=pending.step_id,
                rung=pending.rung,
                recipient_id=person_id,
                sending=sending,
                send_after=send_after,
                created_at=self.now,
            )
            for person_id in new
        )
        self.fired += Fired(told=len(new))
        more: dict[str, Any] = {"passed": pending.passed} if pending.passed else {}
        if self.now - pending.at > LATE_AFTER:
            more["late"] = True
        without = list(addressees.without_anyone)
        self._log(ESCALATED, pending, to=new, roles_without_anyone=without, **more)

    def _sending(self, pending: PendingEscalation) -> tuple[Sending, datetime]:
        ladder = self._definition.step(pending.step.key).ladder
        if is_tell(pending.rung) or ladder.sending is Sending.AT_ONCE:
            return Sending.AT_ONCE, self.now
        return Sending.DIGEST, self.routines.next_digest(self.now)

    def _log(self, type_: str, pending: PendingEscalation, **data: Any) -> None:
        append(
            self.session, self.case, type_, self.now,
            data=step_data(pending.step) | {"rung": pending.rung} | data,
        )  # fmt: skip


def step_data(step: CaseStep) -> dict[str, Any]:
    """How the log names a step."""
    return {"step": step.key, "item": step.item, "round": step.round}
