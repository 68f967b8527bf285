"""What holds for every start in a century, drawn close to the days and nights that go wrong."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.deadlines import (
    RULES,
    Clock,
    calendar_days,
    clock,
    elapsed,
    hours_or_next_weekday,
    months,
    payment_liability,
    sip_call,
    working_days,
)
from workflow.holidays import STOCKHOLM, WorkingCalendar

CALENDAR = WorkingCalendar()
FIRST, LAST = datetime(2000, 1, 2, tzinfo=UTC), datetime(2097, 12, 31, tzinfo=UTC)
DAY = timedelta(days=1)
END_OF_DAY = time(23, 59, 59)
MOMENTS = ("target", "due", "legal_latest", "liable_from")


def clock_changes() -> Iterator[datetime]:
    days = (FIRST + n * DAY for n in range((LAST - FIRST).days))
    for before, after in pairwise(day.astimezone(STOCKHOLM) for day in days):
        if before.utcoffset() != after.utcoffset():
            yield before.astimezone(UTC)


CHANGES = list(clock_changes())
WINTER_HOLIDAYS = [datetime(year, 12, 20, tzinfo=UTC) for year in range(2000, 2097)]
ANY_MOMENT = st.integers(0, int((LAST - FIRST).total_seconds())).map(
    lambda seconds: FIRST + timedelta(seconds=seconds)
)
NEAR_TROUBLE = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from(CHANGES + WINTER_HOLIDAYS),
    st.integers(-4 * 1440, 14 * 1440),
)
ZONES = st.sampled_from([UTC, STOCKHOLM, ZoneInfo("America/New_York")])
STARTS = st.builds(datetime.astimezone, ANY_MOMENT | NEAR_TROUBLE, ZONES)
AMOUNTS = st.integers(0, 24)
DAYS_LATER = st.sets(st.integers(0, 30), max_size=4)
EVERY_RULE = pytest.mark.parametrize("rule", RULES)


def closed_after(start: datetime, days: set[int]) -> WorkingCalendar:
    return WorkingCalendar({start.date() + n * DAY: "stängt" for n in days})


def reckon(rule: str, start: datetime, amount: int, calendar: WorkingCalendar = CALENDAR) -> Clock:
    return clock(rule, start, amount if RULES[rule].amount else None, calendar)


def local(moment: datetime | None) -> datetime:
    assert moment
    return moment.astimezone(STOCKHOLM)


def worked_between(after: date, to: date, calendar: WorkingCalendar) -> int:
    return sum(calendar.is_working_day(after + n * DAY) for n in range(1, (to - after).days + 1))


@EVERY_RULE
@given(start=STARTS, amount=AMOUNTS, closed=DAYS_LATER)
def test_nothing_is_due_before_it_starts(rule: str, start: datetime, amount: int, closed: set[int]):
    reckoned = reckon(rule, start, amount, closed_after(start, closed))
    # Python holds a local time that comes twice unequal to every other zone's; hence UTC.
    assert reckoned.start == start.astimezone(UTC)
    if reckoned.liable_from:
        assert reckoned.liable_from > local(start).date()
    else:
        assert reckoned.due
        assert start <= (reckoned.target or start) <= reckoned.due
        assert reckoned.due <= (reckoned.legal_latest or reckoned.due)


@EVERY_RULE
@given(
    start=STARTS,
    later=st.integers(0, 12 * 1440).map(lambda minutes: timedelta(minutes=minutes)),
    amount=AMOUNTS,
    closed=DAYS_LATER,
)
def test_who_starts_later_is_never_due_earlier(
    rule: str, start: datetime, later: timedelta, amount: int, closed: set[int]
):
    calendar = closed_after(start, closed)
    first = reckon(rule, start, amount, calendar)
    # Through UTC: adding to a local time would count hours on the face of the clock.
    second = reckon(rule, start.astimezone(UTC) + later, amount, calendar)
    for name in MOMENTS:
        earlier, since = getattr(first, name), getattr(second, name)
        assert (earlier is None) == (since is None)
        assert earlier is None or earlier <= since


@EVERY_RULE
@given(start=STARTS, amount=AMOUNTS)
def test_the_zone_the_start_is_written_in_does_not_matter(rule: str, start: datetime, amount: int):
    assert reckon(rule, start, amount) == reckon(rule, start.astimezone(UTC), amount)


@EVERY_RULE
@given(start=STARTS, amount=AMOUNTS)
def test_a_clock_written_as_json_is_the_same_clock(rule: str, start: datetime, amount: int):
    reckoned = reckon(rule, start, amount)
    assert Clock.from_json(json.loads(json.dumps(reckoned.as_json()))) == reckoned


@given(start=STARTS, hours=st.integers(0, 10_000))
def test_elapsed_hours_are_real_hours(start: datetime, hours: int):
    due = elapsed(start, hours).due
    assert due
    assert due - start.astimezone(UTC) == timedelta(hours=hours)


@given(start=STARTS, hours=st.integers(0, 200), closed=DAYS_LATER)
def test_hours_or_next_weekday_ends_on_the_first_working_day_from_the_target(
    start: datetime, hours: int, closed: set[int]
):
    calendar = closed_after(start, closed)
    reckoned = hours_or_next_weekday(start, hours, calendar)
    due, target = local(reckoned.due), local(reckoned.target)
    assert target.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    assert due.time() == END_OF_DAY
    assert calendar.is_working_day(due.date())
    assert worked_between(target.date() - DAY, due.date(), calendar) == 1


@given(start=STARTS, days=st.integers(1, 60), closed=DAYS_LATER)
def test_working_days_end_when_so_many_have_been_worked(
    start: datetime, days: int, closed: set[int]
):
    calendar = closed_after(start, closed)
    due = local(working_days(start, days, calendar).due)
    assert due.time() == END_OF_DAY
    assert calendar.is_working_day(due.date())
    assert worked_between(local(start).date(), due.date(), calendar) == days


@given(start=STARTS, days=st.integers(0, 400))
def test_calendar_days_count_every_day(start: datetime, days: int):
    due = local(calendar_days(start, days, CALENDAR).due)
    assert due.time() == END_OF_DAY
    assert due.date() - local(start).date() == days * DAY


@given(start=STARTS, amount=st.integers(0, 24), closed=DAYS_LATER)
def test_months_end_in_the_right_month_and_move_only_past_days_the_law_names(
    start: datetime, amount: int, closed: set[int]
):
    reckoned = months(start, amount, closed_after(start, closed))
    began, target, due = local(start).date(), local(reckoned.target).date(), local(reckoned.due)
    assert (target.year - began.year) * 12 + target.month - began.month == amount
    assert target.day == began.day or (target.day < began.day and (target + DAY).day == 1)
    assert due.time() == END_OF_DAY
    assert CALENDAR.is_working_day(due.date())
    assert worked_between(target - DAY, due.date(), CALENDAR) == 1


@given(start=STARTS, closed=DAYS_LATER)
def test_a_sip_call_is_due_on_day_three_and_by_law_on_a_working_day(
    start: datetime, closed: set[int]
):
    reckoned = sip_call(start, closed_after(start, closed))
    due, latest = local(reckoned.due), local(reckoned.legal_latest)
    assert due.date() - local(start).date() == 3 * DAY
    assert (due.time(), latest.time()) == (END_OF_DAY, END_OF_DAY)
    assert CALENDAR.is_working_day(latest.date())
    assert worked_between(due.date() - DAY, latest.date(), CALENDAR) == 1


@given(start=STARTS, closed=DAYS_LATER)
def test_liability_begins_by_the_clock_in_sweden_whatever_the_day(
    start: datetime, closed: set[int]
):
    sent = local(start)
    reckoned = payment_liability(start, closed_after(start, closed))
    assert reckoned.liable_from == sent.date() + (4 if sent.time() > time(12) else 3) * DAY
