"""When each rung fires."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.deadlines import (
    Clock,
    elapsed,
    hours_or_next_weekday,
    payment_liability,
    working_days,
)
from workflow.definitions.deviation.ladders import ACUTE, DAYTIME
from workflow.holidays import BY_LAW, STOCKHOLM, WorkingCalendar
from workflow.ladders import At, Ladder, Rung, Sending
from workflow.roles import Role

FRIDAY_NIGHT = datetime(2026, 11, 27, 23, 30, tzinfo=STOCKHOLM)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=STOCKHOLM)


def moments(
    ladder: Ladder, clock: Clock, calendar: WorkingCalendar = BY_LAW
) -> dict[str, datetime]:
    return {rung.key: rung.moment(clock, calendar) for rung in ladder.rungs}


def test_the_acute_ladder_climbs_by_the_hour_through_the_night():
    due = FRIDAY_NIGHT + timedelta(hours=2)
    assert moments(ACUTE, elapsed(FRIDAY_NIGHT, 2)) == {
        "soon": due - timedelta(minutes=30),
        "due": due,
        "head": due + timedelta(hours=1),
        "mas": due + timedelta(hours=2),
    }


def test_an_hour_after_is_an_hour_in_real_time_when_the_clocks_change():
    start = datetime(2026, 10, 25, 0, 30, tzinfo=STOCKHOLM)
    fired = moments(ACUTE, elapsed(start, 2))
    assert fired["head"] - fired["due"] == timedelta(hours=1)
    assert f"{fired['head'].astimezone(STOCKHOLM):%H:%M %z}" == "02:30 +0100"


def test_the_daytime_ladder_waits_for_working_days():
    clock = hours_or_next_weekday(at(22, 10), 24, BY_LAW)
    assert moments(DAYTIME, clock) == {
        "soon": at(23, 23, 59, 59) - timedelta(hours=37, minutes=59, seconds=59) / 4,
        "due": at(23, 23, 59, 59),
        "head": at(28, 23, 59),
        "mas": at(29, 23, 59),
    }


def test_a_local_closed_day_moves_the_rungs_after_it():
    closed = WorkingCalendar({date(2026, 12, 28): "Inventering"})
    clock = working_days(at(22, 10), 1, closed)
    assert moments(DAYTIME, clock, closed)["head"] == at(29, 23, 59)


@pytest.mark.parametrize(("hours", "before"), [(4, 2), (8, 2), (9, 2.25), (72, 18)])
def test_the_first_reminder_comes_with_a_quarter_left_but_at_least_two_hours(
    hours: int, before: float
):
    clock = elapsed(FRIDAY_NIGHT, hours)
    soon = FRIDAY_NIGHT + timedelta(hours=hours - before)
    assert moments(DAYTIME, clock)["soon"] == soon


def test_a_clock_without_a_due_time_has_no_rungs():
    clock = payment_liability(FRIDAY_NIGHT, BY_LAW)
    with pytest.raises(ValueError, match="rung due: the clock payment_liability has no due time"):
        Rung("due", At.DUE, (Role.MAS,)).moment(clock, BY_LAW)


def test_a_rung_is_found_by_its_key():
    assert ACUTE.rung("mas").to == (Role.MAS,)
    with pytest.raises(KeyError, match="nobody"):
        ACUTE.rung("nobody")


@given(
    start=st.timedeltas(timedelta(days=-9000), timedelta(days=25000)).map(FRIDAY_NIGHT.__add__),
    hours=st.integers(1, 2000),
    ladder=st.sampled_from([ACUTE, DAYTIME]),
)
def test_rungs_fire_in_the_order_they_stand(start: datetime, hours: int, ladder: Ladder):
    for clock in (elapsed(start, hours), hours_or_next_weekday(start, hours, BY_LAW)):
        fired = [*moments(ladder, clock).values()]
        assert fired == sorted(fired)


def ladder(*rungs: tuple[At, int]) -> Ladder:
    made = (Rung(f"r{n}", at, (Role.MAS,), amount) for n, (at, amount) in enumerate(rungs))
    return Ladder("any", "Vilken som helst", Sending.DIGEST, tuple(made))


@pytest.mark.parametrize(
    ("rungs", "in_order"),
    [
        ([(At.MINUTES_BEFORE, 60), (At.MINUTES_BEFORE, 30), (At.DUE, 0)], True),
        ([(At.MINUTES_BEFORE, 30), (At.MINUTES_BEFORE, 60), (At.DUE, 0)], False),
        ([(At.DUE, 0), (At.HOURS_AFTER, 1), (At.WORKING_DAYS_AFTER, 1)], True),
        ([(At.DUE, 0), (At.HOURS_AFTER, 2), (At.HOURS_AFTER, 1)], False),
        ([(At.HOURS_AFTER, 1), (At.DUE, 0)], False),
        ([(At.DUE, 0), (At.SHARE_LEFT, 25)], False),
        ([(At.DUE, 0), (At.DUE, 0)], False),
        ([(At.SHARE_LEFT, 50), (At.SHARE_LEFT, 25), (At.DUE, 0)], True),
        ([(At.SHARE_LEFT, 25), (At.SHARE_LEFT, 50), (At.DUE, 0)], False),
    ],
)
def test_a_ladder_knows_whether_its_rungs_stand_in_order(
    rungs: list[tuple[At, int]], in_order: bool
):
    assert ladder(*rungs).in_order is in_order


def test_a_ladder_knows_whether_anybody_hears_that_the_time_is_out():
    assert not ladder((At.SHARE_LEFT, 25), (At.MINUTES_BEFORE, 30)).tells_when_overdue
    assert ladder((At.WORKING_DAYS_AFTER, 1)).tells_when_overdue


@pytest.mark.parametrize(("hours", "left"), [(2, 4), (8, 4), (48, 24)])
def test_half_of_the_time_is_at_least_four_hours_and_comes_before_the_last_quarter(hours, left):
    clock = elapsed(FRIDAY_NIGHT, hours)
    half, quarter = (Rung("early", At.SHARE_LEFT, (Role.NURSE,), part) for part in (50, 25))
    assert clock.due
    assert clock.due - half.moment(clock, BY_LAW) == timedelta(hours=left)
    assert half.moment(clock, BY_LAW) < quarter.moment(clock, BY_LAW)


@given(
    start=st.timedeltas(timedelta(), timedelta(days=9000)).map(FRIDAY_NIGHT.__add__),
    hours=st.integers(1, 2000),
    percent=st.integers(1, 99),
)
def test_a_share_of_the_time_is_what_is_left_of_it_or_of_eight_hours(start, hours, percent):
    clock = elapsed(start, hours)
    rung = Rung("early", At.SHARE_LEFT, (Role.NURSE,), percent)
    assert clock.due
    left = clock.due - rung.moment(clock, BY_LAW)
    assert left / timedelta(hours=1) == pytest.approx(max(hours, 8) * percent / 100)
