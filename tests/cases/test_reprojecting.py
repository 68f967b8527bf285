"""Closed days and holidays that change: open clocks follow, once, and say why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from cases.calendar_days import CalendarChange, ChangingDay, KnownDayOff
from cases.changes import OUT
from cases.database import Database
from cases.events import faults_of_log
from cases.models import CaseStep, PendingEscalation
from cases.reprojecting import reproject
from tests.cases.chain import Chain
from tests.cases.closed_days import routines_with
from tests.cases.village import Village
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.routines import Routines

Closed = Callable[..., Routines]
STAFF_DAY = ("2026-12-03", "Personaldag")


@pytest.fixture
def closed(tmp_path) -> Closed:
    """Routines with those days closed."""
    return lambda *days: routines_with(tmp_path / "rules.toml", *days)


@pytest.fixture
def investigated(village: Village) -> str:
    """A case whose unit has ten working days from the 24th of November to investigate."""
    reproject(village.database, village.routines, village.now)
    reference = village.report()
    village.do_all(reference, until="measures")
    return reference


def due(village: Village, reference: str, step: str) -> date:
    return day_of(next(s for s in village.case(reference).steps if s.key == step).due_at)


def follow(village: Village, routines: Routines) -> int:
    village.routines = routines
    return reproject(village.database, routines, village.now)


def changes(village: Village) -> list[tuple[str, str, bool, int]]:
    with village.database.reading() as session:
        return [
            (row.day.isoformat(), row.reason, row.closed, row.clocks_moved)
            for row in session.scalars(select(CalendarChange).order_by(CalendarChange.id))
        ]


def rungs(village: Village, reference: str, step: str) -> dict[str, datetime]:
    with village.database.reading() as session:
        rows = session.scalars(
            select(PendingEscalation).where(
                PendingEscalation.step_id == village.step(reference, step)[0]
            )
        ).all()
        assert all(row.at == row.planned_at for row in rows)
        return {row.rung: row.at for row in rows}


def whole(database: Database) -> bool:
    with database.reading() as session:
        return list(faults_of_log(session)) == []


def test_a_day_that_is_closed_moves_the_clocks_that_count_it_and_says_why(
    village: Village, investigated: str, closed: Closed
):
    before = rungs(village, investigated, "unit_investigation")
    assert due(village, investigated, "unit_investigation") == date(2026, 12, 8)
    assert due(village, investigated, "relay_orders") == date(2026, 11, 25)
    village.wait(days=1)
    # Both investigations count the third of December; the relayed orders were due before it.
    assert follow(village, closed(STAFF_DAY)) == 2
    assert due(village, investigated, "unit_investigation") == date(2026, 12, 9)
    assert due(village, investigated, "relay_orders") == date(2026, 11, 25)
    moved = village.events(investigated, "clock_moved")
    assert {event.data["step"] for event in moved} == {"investigate", "unit_investigation"}
    assert [event.data["because"] for event in moved] == [[["2026-12-03", "Personaldag", True]]] * 2
    assert all(event.actor_id is None for event in moved)
    after = rungs(village, investigated, "unit_investigation")
    assert after.keys() == before.keys()
    assert all(after[key] >= before[key] + timedelta(hours=18) for key in before)
    step = next(s for s in village.case(investigated).steps if s.key == "unit_investigation")
    assert "torsdag 3 december 2026 (lokalt stängt: Personaldag)" in step.clock["why"]["sv"]
    assert changes(village) == [("2026-12-03", "Personaldag", True, 2)]
    assert whole(village.database)


def test_a_day_that_is_opened_again_moves_the_clocks_back(
    village: Village, investigated: str, closed: Closed
):
    before = rungs(village, investigated, "unit_investigation")
    follow(village, closed(STAFF_DAY))
    assert follow(village, closed()) == 2
    assert due(village, investigated, "unit_investigation") == date(2026, 12, 8)
    assert rungs(village, investigated, "unit_investigation") == before
    assert village.events(investigated, "clock_moved")[-1].data["because"] == [
        ["2026-12-03", "Personaldag", False]
    ]
    assert [change[2:] for change in changes(village)] == [(True, 2), (False, 2)]
    assert whole(village.database)


def test_nothing_happens_while_the_calendar_is_as_last_known(
    village: Village, investigated: str, closed: Closed
):
    head = village.case(investigated).head_hash
    for _day in range(3):
        village.wait(days=1)
        assert follow(village, village.routines) == 0
    # Another name of the same day, and a day after every clock, move nothing.
    assert follow(village, closed(("2027-06-21", "Sommarstängt"))) == 0
    assert follow(village, closed(("2027-06-21", "Sommardag"))) == 0
    assert village.case(investigated).head_hash == head
    assert changes(village) == [("2027-06-21", "Sommarstängt", True, 0)]


def test_the_first_calendar_and_each_new_year_are_not_changes(village: Village):
    village.now = datetime(2026, 12, 30, 12, tzinfo=STOCKHOLM)
    assert follow(village, village.routines) == 0
    village.wait(days=3)
    assert follow(village, village.routines) == 0
    with village.database.reading() as session:
        years = {day.year for day in session.scalars(select(KnownDayOff.day))}
    assert years == {2025, 2026, 2027, 2028, 2029, 2030}
    assert changes(village) == []


def test_a_day_closed_between_the_holidays_moves_a_clock_over_christmas(
    village: Village, closed: Closed
):
    village.now = datetime(2026, 12, 18, 9, tzinfo=STOCKHOLM)
    reproject(village.database, village.routines, village.now)
    reference = village.report()
    village.do_all(reference, until="measures")
    # 21-23, 28-30 December, 4, 5, 7 and 8 January: ten worked days.
    assert due(village, reference, "unit_investigation") == date(2027, 1, 8)
    follow(village, closed(("2026-12-28", "Mellandag"), ("2027-01-07", "Planeringsdag")))
    assert due(village, reference, "unit_investigation") == date(2027, 1, 12)
    assert [change[::3] for change in changes(village)] == [("2026-12-28", 2), ("2027-01-07", 2)]


def test_a_holiday_that_the_library_changes_is_followed_as_well(
    village: Village, investigated: str
):
    """As if the clocks had been reckoned by an older library that closed the second of December."""
    step_id, _revision = village.step(investigated, "unit_investigation")
    with village.database.transaction() as session:
        session.add(KnownDayOff(day=date(2026, 12, 2), reason="påhittad helgdag"))
        session.get_one(CaseStep, step_id).due_at += timedelta(days=1)
    assert follow(village, village.routines) == 1
    assert due(village, investigated, "unit_investigation") == date(2026, 12, 8)
    assert changes(village) == [("2026-12-02", "påhittad helgdag", False, 1)]


def test_a_rung_after_due_is_aimed_anew_though_the_due_time_stays(
    village: Village, investigated: str, closed: Closed
):
    before = rungs(village, investigated, "unit_investigation")
    last = max(before, key=lambda key: before[key])
    follow(village, closed(("2026-12-09", "Personaldag")))
    after = rungs(village, investigated, "unit_investigation")
    assert due(village, investigated, "unit_investigation") == date(2026, 12, 8)
    assert after[last] == before[last] + timedelta(days=1)
    assert village.events(investigated, "clock_moved") == []


def test_rungs_behind_us_are_neither_late_nor_doubled(
    village: Village, investigated: str, closed: Closed
):
    follow(village, closed(STAFF_DAY))
    before = rungs(village, investigated, "unit_investigation")
    village.now = datetime(2026, 12, 9, 8, tzinfo=STOCKHOLM)
    follow(village, closed())
    # The due time is now the evening of the eighth: what it has passed is due from now on.
    after = rungs(village, investigated, "unit_investigation")
    assert after.keys() == before.keys()
    assert after["due"] == village.now
    assert after["soon"] == before["soon"], "this one was late before, and is"
    assert whole(village.database)


def test_limits_of_the_law_stay_where_they_are(chain: Chain, closed: Closed):
    reproject(chain.database, chain.routines, chain.now)
    _discharge, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    (before,) = chain.steps(sip, "call_by_law")
    assert before.clock["basis_kind"] == "law"
    days = ("2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30")
    follow(chain, closed(*((day, "Stängt") for day in days)))
    (after,) = chain.steps(sip, "call_by_law")
    assert (after.due_at, after.legal_latest_at) == (before.due_at, before.legal_latest_at)
    assert "call_by_law" not in {e.data["step"] for e in chain.events(sip, "clock_moved")}
    # What the municipality itself has to do by then moves, in the same case.
    assert {e.data["step"] for e in chain.events(sip, "clock_moved")} == {"pre_planning"}


def test_the_row_that_tells_the_rules_that_time_is_out_stands_and_moves_with_the_due_time(
    chain: Chain,
):
    reference, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    (call,) = chain.steps(sip, "call_by_law")
    assert rungs(chain, sip, "call_by_law")[OUT] == call.due_at
    (notice,) = (
        e for e in chain.events(reference, "step_done") if e.data["step"] == "notice_ready"
    )
    chain.wait(days=1)
    later = (chain.now - timedelta(hours=1)).isoformat()
    chain.correct("sam", reference, notice.sequence, sent_at=later, received_at=later)
    (moved,) = chain.steps(sip, "call_by_law")
    assert moved.due_at == call.due_at + timedelta(days=1)
    assert rungs(chain, sip, "call_by_law")[OUT] == moved.due_at


def test_each_change_is_journaled_and_carried_out_once_by_however_many_workers(
    village: Village, investigated: str, closed: Closed
):
    others = [village.report(patient=str(village.patients[1])) for _ in range(3)]
    for other in others:
        village.do_all(other, until="measures")
    routines = closed(STAFF_DAY)
    with ThreadPoolExecutor(4) as workers:
        calls = [
            workers.submit(reproject, village.database, routines, village.now) for _ in range(4)
        ]
        moved = [call.result() for call in calls]
    assert sum(moved) == 8
    assert changes(village) == [("2026-12-03", "Personaldag", True, 8)]
    for reference in (investigated, *others):
        assert len(village.events(reference, "clock_moved")) == 2
    assert whole(village.database)


@pytest.mark.usefixtures("investigated")
def test_what_a_worker_left_undone_is_gone_on_with(village: Village, closed: Closed):
    """As after kill -9 between noticing the day and carrying it out."""
    with village.database.transaction() as session:
        session.add(KnownDayOff(day=date(2026, 12, 3), reason="Personaldag"))
        session.add(ChangingDay(day=date(2026, 12, 3), reason="Personaldag", closed=True))
    # A worker that still has the old rules leaves it to the others.
    assert reproject(village.database, village.routines, village.now) == 0
    assert changes(village) == []
    assert follow(village, closed(STAFF_DAY)) == 2
    assert changes(village) == [("2026-12-03", "Personaldag", True, 2)]
