"""Due rungs taken: people found and told, each rung with its line in the log."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from cases.chains import write
from cases.changes import LATE
from cases.log import NOBODY_REACHABLE
from cases.models import CaseStep, PendingEscalation
from cases.outside_links import newest_link, remind
from notifications.due import DueCase, DueRung, DueStep
from notifications.models import Notification
from notifications.recipients import Addressees, Reach
from notifications.rungs import addressed, following, is_tell
from workflow.definition import WorkflowDefinition
from workflow.ladders import PARTY, Ladder, Sending
from workflow.routines import Routines

ESCALATED = "escalated"
PARTY_REMINDED = "party_reminded"

LATE_AFTER = timedelta(minutes=5)
"""A rung fired later than this is marked late: the sweep had stood still."""


@dataclass(frozen=True)
class Fired:
    """How many rungs were taken, how many people are told, how late the latest rung was.

    `late_rungs` are those that were marked late.
    """

    rungs: int = 0
    told: int = 0
    late: timedelta = timedelta()
    late_rungs: int = 0

    def __add__(self, other: "Fired") -> "Fired":
        return Fired(
            self.rungs + other.rungs,
            self.told + other.told,
            max(self.late, other.late),
            self.late_rungs + other.late_rungs,
        )


@dataclass
class _Rows:
    """What a case's firing leads to, kept apart until all of it is known to go well."""

    gone: list[int] = field(default_factory=list)
    armed: list[dict[str, Any]] = field(default_factory=list)
    notifications: list[dict[str, Any]] = field(default_factory=list)


class Firing:
    """One batch of a sweep; decides case by case and writes all of it together."""

    def __init__(self, session: Session, routines: Routines, reach: Reach, now: datetime) -> None:
        self.session, self.routines, self.reach, self.now = session, routines, reach, now
        self._rows, self._cases = _Rows(), list[DueCase]()

    def fire(self, case: DueCase) -> Fired:
        """Takes every due rung, and the one after a rung behind which nobody stands."""
        taking = _Taking(self, case)
        for ladder in case.ladders:
            unheard = None
            for pending in ladder:
                if pending.at > self.now and unheard is None:
                    break
                unheard = None if taking.take(pending, ladder) else pending
            if unheard is not None:
                taking.tell(unheard, self.reach.any_mas())
        self._rows.gone += taking.rows.gone
        self._rows.armed += taking.rows.armed
        self._rows.notifications += taking.rows.notifications
        self._cases.append(case)
        return taking.fired

    def write(self) -> None:
        """A handful of statements, however many cases the batch holds."""
        rows, connection = self._rows, self.session.connection()
        if rows.gone:
            gone = PendingEscalation.id.in_(rows.gone)
            connection.execute(delete(PendingEscalation).where(gone))
        if rows.armed:
            connection.execute(insert(PendingEscalation), rows.armed)
        if rows.notifications:
            connection.execute(insert(Notification), rows.notifications)
        write(self.session, (case.chain for case in self._cases))


class _Taking:
    """One case's turn."""

    def __init__(self, firing: Firing, case: DueCase) -> None:
        self.case, self.now, self.reach = case, firing.now, firing.reach
        self._session, self._routines = firing.session, firing.routines
        self._definition: WorkflowDefinition = self._routines.engine(
            case.definition, case.version
        ).definition
        self.rows, self.fired = _Rows(), Fired()

    def take(self, pending: DueRung, ladder: tuple[DueRung, ...]) -> bool:
        """False when nobody could be reached, or nobody of our own where they were meant too."""
        to = addressed(self._definition, pending.step.key, pending.rung, pending.passed)
        ours = [each for each in to if each != PARTY]
        step = pending.step
        addressees = self.reach.behind(self.case.unit_id, step.roles, step.claimed_by, ours)
        late = self.now - pending.at
        self.rows.gone.append(pending.id)
        self.fired += Fired(rungs=1, late=late, late_rungs=late > LATE_AFTER)
        told = {rung for step_id, rung, _who in self.case.told if step_id == pending.step.id}
        self._arm_repeat(pending, told | {each.rung for each in ladder})
        if PARTY in to and not self._remind(pending):
            addressees = replace(addressees, without_anyone=(PARTY, *addressees.without_anyone))
        if addressees.people:
            self.tell(pending, addressees)
            return True
        if not (ours or addressees.without_anyone):
            return True
        self._log(NOBODY_REACHABLE, pending, roles_without_anyone=list(addressees.without_anyone))
        return False

    def tell(self, pending: DueRung, addressees: Addressees) -> None:
        """Those who have not heard of the rung before."""
        step_id, rung = pending.step.id, pending.rung
        new = [who for who in addressees.people if (step_id, rung, who) not in self.case.told]
        if not new:
            return
        sending, send_after = self._sending(pending)
        self.rows.notifications += [
            {
                "case_id": self.case.id,
                "step_id": step_id,
                "rung": rung,
                "recipient_id": who,
                "sending": sending,
                "send_after": send_after,
                "created_at": self.now,
            }
            for who in new
        ]
        self.fired += Fired(told=len(new))
        more: dict[str, Any] = {"passed": list(pending.passed)} if pending.passed else {}
        late = self.now - pending.at
        if late > LATE_AFTER:
            more |= {"late": True, "late_seconds": int(late.total_seconds())}
        without = list(addressees.without_anyone)
        self._log(ESCALATED, pending, to=new, roles_without_anyone=without, **more)

    def _arm_repeat(self, pending: DueRung, known: Collection[str]) -> None:
        repeat = following(
            self._ladder(pending), pending.rung, pending.passed, known, self.now,
            self._routines.calendar,
        )  # fmt: skip
        if repeat is not None:
            key, at = repeat
            self.rows.armed.append(
                {"step_id": pending.step.id, "rung": key, "at": at, "planned_at": at, "passed": []}
            )

    def _remind(self, pending: DueRung) -> bool:
        """False when whoever outside is to answer has no living link or no address."""
        step = self._session.get_one(CaseStep, pending.step.id)
        if pending.rung == LATE:
            # The step has just been opened, and its link has just been sent.
            return newest_link(self._session, step) is not None
        next_digest = self._next_digest(pending)
        letter = remind(self._session, self._routines, step, self.now, next_digest)
        if letter is None:
            return False
        self.fired += Fired(told=1)
        self._log(PARTY_REMINDED, pending, letter=letter.id)
        return True

    def _ladder(self, pending: DueRung) -> Ladder:
        return self._definition.step(pending.step.key).ladder

    def _sending(self, pending: DueRung) -> tuple[Sending, datetime]:
        if is_tell(pending.rung) or self._ladder(pending).sending is Sending.AT_ONCE:
            return Sending.AT_ONCE, self.now
        return Sending.DIGEST, self._next_digest(pending)

    def _next_digest(self, pending: DueRung) -> datetime:
        return self._routines.next_digest(self.now, self._ladder(pending))

    def _log(self, type_: str, pending: DueRung, **data: Any) -> None:
        named = step_data(pending.step) | {"rung": pending.rung} | data
        self.case.chain.add(type_, self.now, named)


def step_data(step: CaseStep | DueStep) -> dict[str, Any]:
    """How the log names a step."""
    return {"step": step.key, "item": step.item, "round": step.round}
