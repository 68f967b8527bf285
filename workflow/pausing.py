"""Pauses of a step's clock: for which reasons, how long, and where they move the due time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from workflow.basis import Basis
from workflow.clocks import Clock
from workflow.explanation import Explanation, spoken_amount, spoken_day, told
from workflow.holidays import WorkingCalendar
from workflow.moments import day_of, days_after, end_of
from workflow.reasons import ends

IN_WORKING_DAYS = "working_days"
PAUSABLE = (IN_WORKING_DAYS, "calendar_days")
"""The rules of workflow.deadlines under which a day that is not counted has a meaning."""


@dataclass(frozen=True)
class Pausing:
    """What a routine allows; `budget` for the whole step and `longest` at a time, in days.

    `reasons` are by key. Days are calendar days in Stockholm, whatever the step's limit counts in.
    """

    reasons: Mapping[str, str]
    budget: int
    longest: int
    basis: Basis


@dataclass(frozen=True)
class Paused:
    """A stretch of time that a clock stands still, the end not included."""

    start: datetime
    end: datetime

    @property
    def first(self) -> date:
        """The first day that does not count, however late in it the pause began."""
        return day_of(self.start)

    @property
    def back(self) -> date:
        """The day that counts again."""
        return day_of(self.end)

    @property
    def days(self) -> int:
        """What the pause takes of the budget; 0 when it ends the day it began."""
        return (self.back - self.first).days


def used(ledger: Iterable[Paused]) -> int:
    """Days of the budget."""
    return sum(pause.days for pause in ledger)


def moved_by(clock: Clock, ledger: Iterable[Paused], calendar: WorkingCalendar) -> Clock:
    """Due as many days later as were paused: working days, where the limit counts those alone.

    Whole days are counted, so that the due time stays at the end of a day, and of a working day
    where the limit ends on one. A clock that no pause touches is answered as it is.
    """
    if clock.due is None:
        return clock
    due, sentences = day_of(clock.due), list[Explanation]()
    for pause in ledger:
        days = _counted(clock.rule, pause, calendar)
        if clock.rule == IN_WORKING_DAYS:
            due = calendar.add_working_days(due, days)
        else:
            due = days_after(due, days)
        if days:
            sentences.append(_told(clock.rule, pause, days))
    if not sentences:
        return clock
    return replace(clock, due=end_of(due), why=told([clock.why, *sentences, ends(due)]))


def running(clock: Clock, moved: Clock) -> Clock:
    """As if the moved clock had started later, for reminders at a share of the time that runs."""
    if clock.due is None or moved.due is None:
        return moved
    return replace(moved, start=clock.start + (moved.due - clock.due))


def after(moment: datetime, ledger: Iterable[Paused]) -> datetime:
    """The moment itself, or the end of the pause it falls in: nobody is reminded during one."""
    for pause in ledger:
        if pause.start <= moment < pause.end:
            return pause.end
    return moment


def _counted(rule: str, pause: Paused, calendar: WorkingCalendar) -> int:
    if rule != IN_WORKING_DAYS:
        return pause.days
    days = (days_after(pause.first, n) for n in range(pause.days))
    return sum(calendar.is_working_day(day) for day in days)


def _told(rule: str, pause: Paused, days: int) -> Explanation:
    return Explanation(
        "Pausen från %(first)s till %(back)s ger %(amount)s till.",
        "The pause from %(first)s to %(back)s gives %(amount)s more.",
    ).filled(
        first=spoken_day(pause.first),
        back=spoken_day(pause.back),
        amount=spoken_amount(days, "working_days" if rule == IN_WORKING_DAYS else "days"),
    )
