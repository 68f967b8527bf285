"""Pauses: a ledger with a budget, from which the due time is always reckoned."""

import shutil
from collections.abc import Iterator
from copy import copy
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.database import Database
from cases.errors import Invalid, NotAllowed, Refused
from cases.events import faults_of_log
from cases.models import CaseStep, PendingEscalation
from cases.operations import pause, resume
from cases.pauses import Pause
from cases.reprojecting import reproject
from tests.cases.closed_days import routines_with
from tests.cases.village import TUESDAY, Village
from workflow.definitions.deviation.pauses import WAITING_FOR_ANSWER
from workflow.holidays import STOCKHOLM, WorkingCalendar
from workflow.moments import day_of, end_of
from workflow.routines import load

STEP = "unit_investigation"
BUDGET, LONGEST = WAITING_FOR_ANSWER.budget, WAITING_FOR_ANSWER.longest


@pytest.fixture
def village(sqlite_url: str) -> Iterator[Village]:
    """On one database: nothing here asks more of it than other changes of a step do."""
    database = Database(sqlite_url)
    yield Village(database, load(None))
    database.engine.dispose()


@pytest.fixture
def case(village: Village) -> str:
    """The unit has ten working days from Tuesday the 24th of November to investigate."""
    return _investigated(village)


def _investigated(village: Village) -> str:
    reference = village.report()
    village.do_all(reference, until="measures")
    return reference


def stop(
    village: Village, case: str, back: str | date, reason: str = "in_hospital", who: str = "ulla",
    step: str = STEP,
) -> None:  # fmt: skip
    step_id, _revision = village.step(case, step)
    day = date.fromisoformat(back) if isinstance(back, str) else back
    village.run(who, lambda s, a: pause(s, village.routines, a, step_id, reason, day, village.now))


def go_on(village: Village, case: str, who: str = "ulla") -> None:
    step_id, _revision = village.step(case, STEP)
    village.run(who, lambda s, a: resume(s, village.routines, a, step_id, village.now))


def state(village: Village, case: str, step: str = STEP) -> tuple[date, dict[str, datetime]]:
    """Its due day and the rungs pending for it."""
    step_id, _revision = village.step(case, step)
    with village.database.reading() as session:
        rows = session.scalars(
            select(PendingEscalation).where(PendingEscalation.step_id == step_id)
        )
        rungs = {row.rung: row.at for row in rows}
        due = session.get_one(CaseStep, step_id).due_at
    assert due == end_of(day_of(due))
    return day_of(due), rungs


def test_a_pause_moves_the_due_time_and_the_rungs_at_once_by_the_working_days_paused(
    village: Village, case: str
):
    due, rungs = state(village, case)
    assert due == date(2026, 12, 8)
    village.wait(days=1)
    # Wednesday to Wednesday: five working days.
    stop(village, case, "2026-12-02")
    after, moved = state(village, case)
    assert after == date(2026, 12, 15)
    assert {key: at - rungs[key] for key, at in moved.items()} == dict.fromkeys(
        rungs, timedelta(days=7)
    )
    (event,) = village.events(case, "paused")
    assert event.data["reason"] == "in_hospital"
    assert (event.data["back"], event.data["left"]) == ("2026-12-02", BUDGET - 7)
    assert event.text is None
    step = next(s for s in village.case(case).steps if s.key == STEP)
    assert (
        "Pausen från onsdag 25 november 2026 till onsdag 2 december 2026 ger 5 arbetsdagar"
        in (step.clock["why"]["sv"])
    )
    assert step.clock["why"]["sv"].endswith("Fristen går ut vid slutet av tisdag 15 december 2026.")


def test_a_pause_ends_by_itself_and_another_may_follow(village: Village, case: str):
    stop(village, case, "2026-11-26")
    village.now = datetime(2026, 11, 26, 0, 0, 1, tzinfo=STOCKHOLM)
    with pytest.raises(Refused, match="inte pausat"):
        go_on(village, case)
    stop(village, case, "2026-11-27", "device_answer")
    # Tuesday, Wednesday and Thursday.
    assert state(village, case)[0] == date(2026, 12, 11)


def test_going_on_before_the_time_gives_back_what_is_left_of_the_pause(village: Village, case: str):
    _due, rungs = state(village, case)
    stop(village, case, "2026-12-04")
    village.wait(days=2)
    go_on(village, case)
    due, moved = state(village, case)
    assert due == date(2026, 12, 10)
    assert moved["due"] == rungs["due"] + timedelta(days=2)
    with village.database.reading() as session:
        (row,) = session.scalars(select(Pause))
    assert row.ended_at == village.now
    assert [event.type for event in village.events(case, "paused", "resumed")] == [
        "paused", "resumed",
    ]  # fmt: skip


def test_a_pause_ended_the_day_it_began_costs_nothing(village: Village, case: str):
    before = state(village, case)
    for _time in range(3):
        stop(village, case, "2026-12-04")
        go_on(village, case)
    assert state(village, case) == before


def test_nobody_is_reminded_during_a_pause(village: Village, case: str):
    village.now = datetime(2026, 12, 5, 10, tzinfo=STOCKHOLM)  # a Saturday
    stop(village, case, "2026-12-08")
    until = datetime(2026, 12, 8, tzinfo=STOCKHOLM)
    _due, rungs = state(village, case)
    assert all(at >= until for key, at in rungs.items() if key != "soon")


@pytest.mark.parametrize(
    "back", ["2026-11-24", "2026-11-23", (TUESDAY + timedelta(days=LONGEST + 1)).date()]
)
def test_a_day_too_early_or_too_late_is_refused_beside_its_field(
    village: Village, case: str, back: str | date
):
    with pytest.raises(Invalid) as refused:
        stop(village, case, back)
    assert refused.value.errors["back"] == ["Välj en dag från 2026-11-25 till 2026-12-08."]
    with pytest.raises(Invalid) as refused:
        stop(village, case, "2026-11-27", reason="hittepå")
    assert refused.value.errors.keys() == {"reason"}


def test_the_budget_is_the_end_of_it(village: Village, case: str):
    for days in (LONGEST, LONGEST, BUDGET - 2 * LONGEST):
        stop(village, case, village.now.date() + timedelta(days=days))
        village.wait(days=days)
    with pytest.raises(Refused, match="så länge som rutinen tillåter") as refused:
        stop(village, case, village.now.date() + timedelta(days=1))
    assert refused.value.values == {"days": BUDGET}


def test_a_second_pause_and_one_when_time_is_out_are_refused(village: Village, case: str):
    stop(village, case, "2026-11-26")
    stop(village, case, "2026-11-26")  # a double click
    assert len(village.events(case, "paused")) == 1
    with pytest.raises(Refused, match="redan pausat"):
        stop(village, case, "2026-11-30")
    village.now = datetime(2026, 12, 11, 0, 0, tzinfo=STOCKHOLM)
    with pytest.raises(Refused, match="Tiden har redan gått ut"):
        stop(village, case, "2026-12-14")


def test_only_those_who_do_the_step_and_the_manager_pause_it(village: Village, case: str):
    for who in ("siv", "nina", "mats"):
        with pytest.raises(NotAllowed):
            stop(village, case, "2026-11-26", who=who)
    stop(village, case, "2026-11-26")
    with pytest.raises(NotAllowed):
        go_on(village, case, who="nina")


def test_what_the_routine_gives_no_pause_has_none(village: Village, case: str):
    with pytest.raises(Refused, match="kan inte pausas"):
        stop(village, case, "2026-11-26", step="relay_orders")
    pausable = {
        step.key
        for definition in village.routines.current()
        for state_ in definition.states
        for step in state_.steps
        if step.pause
    }
    assert pausable == {"investigate", "unit_investigation"}


def test_a_closed_day_keeps_what_was_paused(village: Village, case: str, tmp_path: Path):
    reproject(village.database, village.routines, village.now)
    stop(village, case, "2026-11-30")  # Tuesday to Friday
    assert state(village, case)[0] == date(2026, 12, 14)
    village.routines = routines_with(tmp_path / "rules.toml", ("2026-12-10", "Personaldag"))
    reproject(village.database, village.routines, village.now)
    assert state(village, case)[0] == date(2026, 12, 15)
    # A closed day within the pause was not worked anyway: one day less to give back.
    village.routines = routines_with(tmp_path / "rules.toml", ("2026-11-26", "Personaldag"))
    reproject(village.database, village.routines, village.now)
    assert state(village, case)[0] == date(2026, 12, 14)


# Whatever is done in whatever order, what stands in the database is what the ledger says.

CLOSABLE = ("2026-11-27", "2026-12-03", "2026-12-10", "2026-12-23", "2026-12-28")
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 72)),
        st.tuples(st.just("pause"), st.integers(0, 16)),
        st.tuples(st.just("resume"), st.just(0)),
        st.tuples(st.just("correct"), st.just(0)),
        st.tuples(st.just("close"), st.integers(0, len(CLOSABLE) - 1)),
    ),
    max_size=10,
)


@pytest.fixture
def begun(village: Village, case: str) -> tuple[Village, str]:
    reproject(village.database, village.routines, village.now)
    village.database.engine.dispose()
    return village, case


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_the_due_time_is_what_was_reckoned_and_the_ledger_whatever_is_done(
    begun: tuple[Village, str], tmp_path: Path, moves: list[tuple[str, int]]
):
    case, closed = begun[1], set[str]()
    village = _copied(begun[0], tmp_path / "example.sqlite3")
    for what, n in moves:
        try:
            match what:
                case "wait":
                    village.wait(hours=n)
                case "pause":
                    stop(village, case, day_of(village.now) + timedelta(days=n))
                case "resume":
                    go_on(village, case)
                case "correct":
                    village.correct("siv", case, 1, what_happened="Föll på nytt.")
                case "close":
                    closed ^= {CLOSABLE[n]}
                    days = ((day, "Stängt") for day in sorted(closed))
                    village.routines = routines_with(tmp_path / "rules.toml", *days)
                    reproject(village.database, village.routines, village.now)
        except Refused:
            continue
        _matches_the_ledger(village, case)
    village.database.engine.dispose()


def _matches_the_ledger(village: Village, case: str) -> None:
    """Reckoned here day by day: ten working days after the start, and the paused ones again."""
    with village.database.reading() as session:
        rows = [(p.from_at, p.ended_at or p.until) for p in session.scalars(select(Pause))]
        assert list(faults_of_log(session)) == []
    calendar = WorkingCalendar(village.routines.calendar.closed_days)
    paused = [
        day_of(start) + timedelta(days=n)
        for start, end in rows
        for n in range((day_of(end) - day_of(start)).days)
    ]
    assert len(paused) == len(set(paused)) <= BUDGET
    left, day = 10 + sum(map(calendar.is_working_day, paused)), TUESDAY.date()
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    due, rungs = state(village, case)
    assert due == day
    assert rungs["due"] == max(end_of(day), min(rungs["due"], village.now))


def _copied(village: Village, path: Path) -> Village:
    """Each example begins on the same Tuesday with the same case."""
    path.unlink(missing_ok=True)
    shutil.copy(village.database.engine.url.database or "", path)
    another = copy(village)
    another.database = Database(f"sqlite:///{path}")
    return another
