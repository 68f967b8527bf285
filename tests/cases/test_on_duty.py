"""Who is on duty at a moment: weekly duty against the clock on the wall, and who may have it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from cases.board import people_on_duty
from cases.database import Database
from cases.duty import WeeklyDuty
from cases.holders import on_duty_at, those_who_may
from cases.on_duty import duties
from cases.people import Membership, Unit
from cases.weekly import end_of_turn, turns
from tests.cases.village import TUESDAY, Village
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.roles import Role
from workflow.routines import load

MINUTE = timedelta(minutes=1)
CLOCKS_GO_BACK, CLOCKS_GO_FORWARD, ORDINARY = (
    date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 22),
)  # fmt: skip
"""Three Sundays."""


def weekly(**given: Any) -> WeeklyDuty:
    plain = {
        "person_id": 1, "role": Role.NURSE, "unit_id": None, "weekday": 6, "starts": 0, "ends": 0,
        "from_day": date(2026, 1, 1), "to_day": None, "every_weeks": 1,
    }  # fmt: skip
    return WeeklyDuty(**(plain | given))


def at(day: date, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(
        day.year, day.month, day.day, hour, minute, tzinfo=STOCKHOLM, fold=fold
    ).astimezone(UTC)  # fmt: skip


def watched(duty: WeeklyDuty, day: date) -> tuple[datetime, datetime]:
    """Minute by minute: from when the clock shows the start, or more, until it shows the end."""
    ends_on = day if duty.ends > duty.starts else day + timedelta(days=1)
    marks = [(day, divmod(duty.starts, 60)), (ends_on, divmod(duty.ends, 60))]
    moment, found = at(day, 0) - timedelta(hours=3), list[datetime]()
    for mark in marks:
        while True:
            wall = moment.astimezone(STOCKHOLM)
            if (wall.date(), (wall.hour, wall.minute)) >= mark:
                break
            moment += MINUTE
        found.append(moment)
    return found[0], found[1]


clock = st.integers(0, 24 * 60 - 1)


@given(
    sunday=st.sampled_from([CLOCKS_GO_BACK, CLOCKS_GO_FORWARD, ORDINARY]),
    days=st.integers(-1, 1),
    starts=clock,
    ends=clock,
    after=st.integers(-60, 50 * 60),
)
@example(CLOCKS_GO_BACK, 0, 0, 150, 190)
@example(CLOCKS_GO_FORWARD, 0, 150, 165, 150)
@example(CLOCKS_GO_FORWARD, -1, 1290, 150, 1600)
def test_weekly_duty_is_in_force_just_while_the_clock_on_the_wall_says_so(
    sunday: date, days: int, starts: int, ends: int, after: int
) -> None:
    day = sunday + timedelta(days=days)
    duty = weekly(weekday=day.weekday(), starts=starts, ends=ends, from_day=day, to_day=day)
    begins, stops = watched(duty, day)
    now = at(day, 0) + after * MINUTE
    assert end_of_turn(duty, now) == (stops if begins <= now < stops else None)
    assert list(turns(duty, day - timedelta(days=2), 5)) == [(begins, stops)]


def test_the_hour_that_comes_twice_has_one_of_two_who_relieve_each_other() -> None:
    first = weekly(starts=0, ends=150)
    second = weekly(starts=150, ends=420)
    for moment in (at(CLOCKS_GO_BACK, 2, 10), at(CLOCKS_GO_BACK, 2, 10, fold=1)):
        assert bool(end_of_turn(first, moment)) is not bool(end_of_turn(second, moment))


@given(
    every=st.integers(1, 4), weeks=st.integers(0, 12), begins=st.integers(0, 6),
    weekday=st.integers(0, 6),
)  # fmt: skip
def test_every_nth_week_is_counted_from_the_week_of_the_first_day(
    every: int, weeks: int, begins: int, weekday: int
) -> None:
    monday = date(2026, 11, 23)
    first = monday + timedelta(days=begins)
    duty = weekly(weekday=weekday, starts=480, ends=960, from_day=first, every_weeks=every)
    day = monday + timedelta(weeks=weeks, days=weekday)
    expected = weeks % every == 0 and day >= first
    assert bool(end_of_turn(duty, at(day, 12))) is expected


def test_the_last_days_night_lasts_until_its_morning() -> None:
    duty = weekly(starts=1260, ends=420, to_day=ORDINARY)
    assert end_of_turn(duty, at(ORDINARY + timedelta(days=1), 6, 59)) is not None
    assert end_of_turn(duty, at(ORDINARY + timedelta(days=1), 7)) is None
    assert end_of_turn(duty, at(ORDINARY + timedelta(days=7), 22)) is None


# In the village


@pytest.fixture
def village(sqlite_url: str) -> Village:
    return Village(Database(sqlite_url), load(None))


def unit(village: Village, key: str) -> int:
    with village.database.reading() as session:
        return session.scalars(select(Unit.id).where(Unit.key == key)).one()


def put(village: Village, who: str, **given: Any) -> None:
    with village.database.transaction() as session:
        plain = {"person_id": village.people[who], "weekday": TUESDAY.weekday(), "ends": 1439}
        session.add(weekly(**(plain | given)))


def test_spells_and_weekly_duty_are_one_to_all_who_ask(village: Village) -> None:
    granen = unit(village, "granen")
    village.on_duty("nina", Role.NURSE)
    put(village, "nina", unit_id=granen)
    with village.database.reading() as session:
        now = village.now
        assert {(d.person_id, d.role, d.unit_id) for d in duties(session, now)} == {
            (village.people["nina"], "nurse", None), (village.people["nina"], "nurse", granen),
        }  # fmt: skip
        assert duties(session, now, village.people["olga"]) == ()
        assert [one.name for one in on_duty_at(session, granen, now)] == ["Nina Nord"]
        may = those_who_may(session, granen, ["nurse"], now)
        assert [one.name for one in may] == ["Nina Nord", "Olga Ö"]
        board = people_on_duty(session, village.access(session, "mats"), now)
        assert [(one.name, one.unit) for one in board] == [
            ("Nina Nord", None), ("Nina Nord", "Granen"),
        ]  # fmt: skip
        assert (Role.NURSE, granen) in village.access(session, "nina").held


def test_whoever_no_longer_holds_the_role_has_no_duty_in_it(village: Village) -> None:
    granen = unit(village, "granen")
    put(village, "nina", unit_id=granen)
    village.on_duty("nina", Role.NURSE, granen)
    with village.database.transaction() as session:
        hers = select(Membership).where(Membership.person_id == village.people["nina"])
        session.scalars(hers).one().to_day = day_of(village.now) - timedelta(days=1)
    with village.database.reading() as session:
        assert duties(session, village.now) == ()
        assert village.access(session, "nina").held == frozenset()
