"""What a sweep does over days and after standing still: repeats, catching up, one bad case."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from cases.events import faults_of_log
from cases.models import Case
from notifications.models import CatchUp, Sweep
from tests.notifications.town import ASSESSMENT, DUE, FRIDAY, MINUTE, Town
from workflow.roles import Role

HOUR = timedelta(hours=1)


def test_the_last_rung_comes_again_at_growing_intervals_until_the_step_is_done(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    for hours in range(60):
        town.sweep(FRIDAY + hours * HOUR)
    told = [(n.rung, (n.created_at - DUE) / HOUR) for n in town.notifications()]
    assert [each for each in told if each[0].startswith("mas")] == [
        ("mas", 2), ("mas#2", 6), ("mas#3", 14), ("mas#4", 30), ("mas#5", 54)
    ]  # fmt: skip
    town.do(staff["nils"], reference, "assess", FRIDAY + 60 * HOUR, ASSESSMENT)
    before = len(town.told("assess"))
    for days in range(3, 30):
        town.sweep(FRIDAY + timedelta(days=days))
    assert len(town.told("assess")) == before


def test_a_step_that_opens_with_its_whole_ladder_gone_is_still_repeated(town: Town):
    reference = town.report(town.staff()["wilma"], FRIDAY, called_at=FRIDAY - 9 * HOUR)
    town.sweep(FRIDAY)
    assert town.pending(reference, "assess") == ["mas#2"]


def test_a_repeat_behind_which_nobody_stands_goes_to_any_mas_and_the_next_is_armed(town: Town):
    wilma = town.hire("wilma", Role.CARE_WORKER)
    town.hire("mia", Role.MAS, unit_id=town.unit("bjorkbacken"))
    reference = town.report(wilma, FRIDAY)
    town.sweep(DUE)
    town.sweep(DUE + 4 * HOUR)
    assert town.told("assess") == [("mas", "mia"), ("mas#2", "mia")]
    assert town.pending(reference, "assess") == ["mas#3"]
    rungs = [e.data["rung"] for e in town.events(reference, "nobody_reachable")]
    assert rungs == ["soon", "due", "head", "mas", "mas#2"]


def test_a_standstill_leaves_one_row_that_says_how_long_and_how_much(town: Town):
    wilma = town.staff()["wilma"]
    town.report(wilma, FRIDAY)
    town.sweep(FRIDAY)
    town.sweep(DUE + HOUR)
    town.sweep(DUE + HOUR + MINUTE)
    with town.database.reading() as session:
        [row] = session.scalars(select(CatchUp)).all()
        before = session.scalars(select(Sweep.finished_at).order_by(Sweep.id)).first()
    assert row.stood_still_from == before
    assert (row.found_at, row.rungs, row.latest_seconds) == (DUE + HOUR, 2, 90 * 60)


def test_rungs_in_time_after_a_quiet_night_are_no_catching_up(town: Town):
    town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(FRIDAY - timedelta(hours=9))
    town.sweep(DUE - 30 * MINUTE)
    with town.database.reading() as session:
        assert session.scalars(select(CatchUp)).all() == []


def test_a_case_that_cannot_be_written_stops_no_other_in_its_batch(
    town: Town, caplog: pytest.LogCaptureFixture
):
    wilma = town.staff()["wilma"]
    first, bad, last = (town.report(wilma, FRIDAY) for _ in range(3))
    with town.database.transaction() as session:
        session.execute(update(Case).where(Case.reference == bad).values(head_sequence=1))
    with caplog.at_level(logging.ERROR):
        report = town.sweep(DUE)
    assert report.broken == (bad,)
    assert [each.getMessage() for each in caplog.records] == [f"sweep: {bad}: IntegrityError"]
    for whole in (first, last):
        assert town.pending(whole, "assess") == ["head", "mas"]
        rungs = [e.data["rung"] for e in town.events(whole, "escalated")]
        assert rungs == ["soon", "due"]
    assert town.pending(bad, "assess") == ["soon", "due", "head", "mas"]
    with town.database.reading() as session:
        assert all(bad in fault for fault in faults_of_log(session))
