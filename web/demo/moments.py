"""Moments as the demonstration's files write them, so that Exempelby is as fresh as its loading."""

from datetime import UTC, date, datetime, time, timedelta

from workflow.holidays import STOCKHOLM, WorkingCalendar


def moment(base: datetime, written: str, calendar: WorkingCalendar) -> datetime:
    """`-12w` counts working days, `-1d` days, `-2h` hours, `+40m` minutes; `09:40` sets the clock.

    Working days come first, then days, then the clock in Stockholm, then elapsed time; in UTC.
    """
    words = written.split()
    amounts = {word[-1]: int(word[:-1]) for word in words if ":" not in word}
    clock = next((time.fromisoformat(word) for word in words if ":" in word), None)
    local = base.astimezone(STOCKHOLM)
    day = _working_days_from(local.date(), amounts.get("w", 0), calendar)
    day += timedelta(days=amounts.get("d", 0))
    if clock or day != local.date():
        local = datetime.combine(day, clock or local.time(), STOCKHOLM)
    elapsed = timedelta(hours=amounts.get("h", 0), minutes=amounts.get("m", 0))
    return local.astimezone(UTC) + elapsed


def _working_days_from(day: date, count: int, calendar: WorkingCalendar) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    for _nth in range(abs(count)):
        day += step
        while not calendar.is_working_day(day):
            day += step
    return day
