"""When duty that comes back each week is in force, by the clocks on Stockholm's walls."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from cases.duty import WeeklyDuty
from workflow.holidays import STOCKHOLM

DAY = timedelta(days=1)
MINUTES_OF_A_DAY = 24 * 60


def end_of_turn(duty: WeeklyDuty, now: datetime) -> datetime | None:
    """When the turn under way ends, in UTC; None when there is none.

    As the clocks go back, the hour that comes twice belongs to whoever has it as it ends.
    """
    wall = now.astimezone(STOCKHOLM)
    if wall.fold:
        wall = wall.replace(minute=59, second=59, microsecond=999_999)
    wall = wall.replace(tzinfo=None)
    for day in (wall.date(), wall.date() - DAY):
        starts, ends = _on_the_wall(duty, day)
        if starts <= wall < ends and _begins_on(duty, day):
            return _instant(ends)
    return None


def turns(duty: WeeklyDuty, first_day: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Start and end in UTC of each time it begins on one of the days."""
    for day in (first_day + n * DAY for n in range(days)):
        if _begins_on(duty, day):
            starts, ends = _on_the_wall(duty, day)
            yield _instant(starts), _instant(ends)


def minutes_of(duty: WeeklyDuty) -> tuple[int, int]:
    """Start and end after midnight of the weekday; the end may be tomorrow's."""
    return duty.starts, duty.ends if duty.ends > duty.starts else duty.ends + MINUTES_OF_A_DAY


def weeks_between(earlier: date, later: date) -> int:
    """From the Monday of one week to that of the other."""
    return (_monday(later) - _monday(earlier)).days // 7


def _begins_on(duty: WeeklyDuty, day: date) -> bool:
    if day.weekday() != duty.weekday or day < duty.from_day or day > (duty.to_day or day):
        return False
    return weeks_between(duty.from_day, day) % duty.every_weeks == 0


def _on_the_wall(duty: WeeklyDuty, day: date) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time())
    starts, ends = minutes_of(duty)
    return midnight + timedelta(minutes=starts), midnight + timedelta(minutes=ends)


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _instant(wall: datetime) -> datetime:
    """The first time the clocks show it or, when they skip that hour, the moment they do."""
    instant = wall.replace(tzinfo=STOCKHOLM).astimezone(UTC)
    skipped = instant.astimezone(STOCKHOLM).replace(tzinfo=None) != wall
    return instant.replace(minute=0) if skipped else instant
