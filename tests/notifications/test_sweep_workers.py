"""The sweep as a pass: several at once, a case that fails, and what it leaves behind."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from cases.database import Database
from cases.events import faults_of_log
from cases.models import Case
from notifications.models import Sweep
from notifications.sweep import sweep
from tests.notifications.town import DUE, FRIDAY, MINUTE, Town


def test_two_workers_at_once_tell_each_person_once(town: Town):
    wilma = town.staff()["wilma"]
    references = [town.report(wilma, FRIDAY) for _ in range(12)]
    start = Barrier(2)

    def work() -> int:
        database = Database(str(town.database.engine.url.render_as_string(hide_password=False)))
        start.wait()
        fired = sweep(database, town.routines, DUE).fired.rungs
        database.engine.dispose()
        return fired

    with ThreadPoolExecutor(2) as pool:
        fired = [future.result() for future in [pool.submit(work) for _ in range(2)]]
    assert sum(fired) == 24
    assert sorted(town.told("assess")) == sorted(
        12 * [("soon", "nils"), ("due", "nils"), ("due", "eva")]
    )
    for reference in references:
        rungs = [e.data["rung"] for e in town.events(reference, "escalated")]
        assert rungs == ["soon", "due"]
    with town.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_a_case_in_somebody_elses_hands_does_not_hold_up_the_others(
    town_on_postgresql: Town,
):
    town = town_on_postgresql
    wilma = town.staff()["wilma"]
    held, free = town.report(wilma, FRIDAY), town.report(wilma, FRIDAY)
    with town.database.transaction() as session:
        session.scalars(select(Case).where(Case.reference == held).with_for_update()).one()
        town.sweep(DUE)
        assert town.pending(held, "assess") == ["soon", "due", "head", "mas"]
        assert town.pending(free, "assess") == ["head", "mas"]
    town.sweep(DUE)
    assert town.pending(held, "assess") == ["head", "mas"]


def test_a_broken_case_stops_no_other_and_is_logged_without_its_texts(
    town: Town, caplog: pytest.LogCaptureFixture
):
    wilma = town.staff()["wilma"]
    broken, whole = town.report(wilma, FRIDAY), town.report(wilma, FRIDAY)
    with town.database.transaction() as session:
        session.execute(
            update(Case).where(Case.reference == broken).values(definition="Föll vid sängen")
        )
    with caplog.at_level(logging.ERROR):
        report = town.sweep(DUE)
    assert report.broken == (broken,)
    assert str(report) == f"2 påminnelser till 3 mottagare. Fel i {broken}."
    assert [record.getMessage() for record in caplog.records] == [f"sweep: {broken}: KeyError"]
    assert town.pending(whole, "assess") == ["head", "mas"]
    assert town.pending(broken, "assess") == ["soon", "due", "head", "mas"]


def test_a_sweep_says_when_it_was_and_an_idle_one_takes_no_room(town: Town):
    town.report(town.staff()["wilma"], FRIDAY)
    for minutes in (0, 1, 2):
        town.sweep(FRIDAY + minutes * MINUTE)
    town.sweep(DUE)
    town.sweep(DUE + MINUTE)
    with town.database.reading() as session:
        rows = session.scalars(select(Sweep).order_by(Sweep.id)).all()
        assert [(s.started_at, s.fired, s.mailed, s.late_seconds) for s in rows] == [
            (FRIDAY + 2 * MINUTE, 0, 0, 0), (DUE, 2, 3, 1800), (DUE + MINUTE, 0, 0, 0)
        ]  # fmt: skip
        assert all(s.started_at <= s.finished_at < s.started_at + MINUTE for s in rows)
