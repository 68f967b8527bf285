"""Reminders and escalations of a step: when each rung fires and whom it addresses."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal

from workflow.again import Again, repeat_key, repeated
from workflow.basis import OUR_PROPOSAL, Basis
from workflow.deadlines import Clock
from workflow.holidays import STOCKHOLM, WorkingCalendar
from workflow.roles import Role
from workflow.window import SendWindow
from workflow.words import _

RESPONSIBLE: Final = "responsible"
type_of_responsible = Literal["responsible"]

PARTY: Final = "party"
type_of_party = Literal["party"]
PARTY_LABEL = _("Den som ska svara utifrån")


class Sending(StrEnum):
    """AT_ONCE goes day and night; DIGEST waits for the send window and gathers per person."""

    AT_ONCE = "at_once"
    DIGEST = "digest"


LABELS: dict[Sending, str] = {
    Sending.AT_ONCE: _("Genast, dygnet runt"),
    Sending.DIGEST: _("Samlat, vardagar dagtid"),
}


class At(StrEnum):
    """How a rung's moment is counted from the step's clock."""

    SHARE_LEFT = "share_left"
    MINUTES_BEFORE = "minutes_before"
    DUE = "due"
    HOURS_AFTER = "hours_after"
    WORKING_DAYS_AFTER = "working_days_after"

    @property
    def takes_amount(self) -> bool:
        """True when the rung needs a number of per cent, minutes, hours or days, at least 1."""
        return self is not At.DUE

    @property
    def phase(self) -> int:
        """0 before the time is out, 1 at that moment, 2 after it."""
        if self is At.DUE:
            return 1
        return 0 if self in (At.SHARE_LEFT, At.MINUTES_BEFORE) else 2


SHARED_AT_LEAST = timedelta(hours=8)
"""deviation.md, ladders: "when a quarter of the time is left, at least 2 h before due"."""


@dataclass(frozen=True)
class Rung:
    """`to` names roles, RESPONSIBLE for whoever the step belongs to when the rung fires, or PARTY.

    PARTY is whoever outside may answer the step; only a step with `by_link` has one. `amount` is in
    the unit that `at` names, per cent for a share left.
    """

    key: str
    at: At
    to: tuple[Role | type_of_responsible | type_of_party, ...]
    amount: int = 0

    def moment(self, clock: Clock, calendar: WorkingCalendar) -> datetime:
        """The aware moment this rung fires; needs a clock that has a due time."""
        due = clock.due
        if due is None:
            raise ValueError(f"rung {self.key}: the clock {clock.rule} has no due time")
        match self.at:
            case At.SHARE_LEFT:
                return due - max(SHARED_AT_LEAST, due - clock.start) * self.amount / 100
            case At.MINUTES_BEFORE:
                return due - timedelta(minutes=self.amount)
            case At.DUE:
                return due
            case At.HOURS_AFTER:
                return due + timedelta(hours=self.amount)
            case At.WORKING_DAYS_AFTER:
                local = due.astimezone(STOCKHOLM)
                day = calendar.add_working_days(local.date(), self.amount)
                return datetime.combine(day, time(local.hour, local.minute), STOCKHOLM)


@dataclass(frozen=True)
class Ladder:
    """Rungs in the order they fire; `again` repeats the last, `window` is None for everybody's."""

    key: str
    label: str
    sending: Sending
    rungs: tuple[Rung, ...]
    basis: Basis = OUR_PROPOSAL
    again: Again | None = None
    window: SendWindow | None = None

    @property
    def in_order(self) -> bool:
        """False when a rung is known to fire before, or with, one that stands above it."""
        phases = [rung.at.phase for rung in self.rungs]
        offsets = [
            [rung.amount if rung.at.phase else -rung.amount for rung in self.rungs if rung.at is at]
            for at in At
        ]
        return phases == sorted(phases) and all(alike == sorted(set(alike)) for alike in offsets)

    @property
    def tells_when_overdue(self) -> bool:
        """False when a step could run late without anybody of our own being told."""
        return any(rung.at.phase and set(rung.to) != {PARTY} for rung in self.rungs)

    @property
    def reminds_the_party(self) -> bool:
        """True when a rung is for whoever outside may answer the step."""
        return any(PARTY in rung.to for rung in self.rungs)

    def rung(self, key: str) -> Rung:
        """Also for a repeat's key; raises KeyError for a key the ladder does not have."""
        wanted, _time = repeated(key)
        for rung in self.rungs:
            if rung.key == wanted:
                return rung
        raise KeyError(key)

    def after(
        self, rung_key: str, fired: datetime, calendar: WorkingCalendar
    ) -> tuple[str, datetime] | None:
        """The repeat that follows the last rung or a repeat, with its moment in UTC."""
        rung, time_told = repeated(rung_key)
        if self.again is None or (time_told == 1 and rung != self.rungs[-1].key):
            return None
        return repeat_key(rung, time_told + 1), self.again.moment(time_told, fired, calendar)
