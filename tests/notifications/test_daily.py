"""The daily work: once however many workers there are, and a piece that fails stops no other."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select, update

from cases.events import faults_of_log
from cases.log import Checkpoint
from cases.models import Case, Draft, PendingEscalation
from notifications.models import DailyWork
from tests.notifications.mornings import at, daily, told_by
from tests.notifications.town import FRIDAY, Town, step_of
from workflow.definitions.canary import CANARY
from workflow.roles import Role

MONDAY = at("2026-11-23 07:00")


def test_workers_that_wake_at_the_same_moment_share_one_days_work(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    with town.database.transaction() as session:
        step = step_of(session, reference, "assess")
        session.execute(delete(PendingEscalation).where(PendingEscalation.step_id == step.id))
    together = Barrier(3)

    def wake() -> None:
        together.wait()
        for moment in (MONDAY, MONDAY + timedelta(minutes=90)):
            daily(town, moment)

    workers = [Thread(target=wake) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told_by(town, "overdue") == [("2026-11-23", who) for who in ("eva", "hans", "mia")]
    assert told_by(town, "orphans") == [("2026-11-23", "mia")]
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).where(Case.definition == CANARY.key)) == 1
        assert sorted(session.scalars(select(DailyWork.piece))) == [
            "calls", "canary_check", "canary_open", "drafts", "orphans", "overdue", "seal",
        ]  # fmt: skip


def test_each_day_begins_with_a_seal_over_the_log(town: Town):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    for moment in ("2026-11-20 13:05", "2026-11-20 23:59", "2026-11-21 00:00"):
        daily(town, at(moment))
    with town.database.reading() as session:
        days = {seal.day.isoformat(): seal for seal in session.scalars(select(Checkpoint))}
        assert sorted(days) == ["2026-11-20", "2026-11-21"]
        assert reference in [head.reference for head in days["2026-11-20"].heads]
        assert reference not in [head.reference for head in days["2026-11-21"].heads]
        assert list(faults_of_log(session)) == []


def test_it_says_when_it_has_more_to_do(town_on_sqlite: Town):
    asked = [
        "2026-11-20 00:00", "2026-11-20 04:00", "2026-11-20 05:15", "2026-11-20 07:00",
        "2026-11-21 00:00", "2026-11-21 04:00", "2026-11-21 05:15", "2026-11-22 00:00",
    ]  # fmt: skip
    answers = [daily(town_on_sqlite, at(moment)) for moment in asked]
    assert answers == [*(at(moment) for moment in asked[1:]), at("2026-11-22 04:00")]


def test_a_piece_that_fails_is_tried_again_and_stops_no_other(
    town_on_sqlite: Town, caplog: pytest.LogCaptureFixture
):
    town = town_on_sqlite
    reference = town.report(town.staff()["wilma"], FRIDAY)
    with town.database.transaction() as session:
        session.execute(delete(PendingEscalation))
        session.execute(update(Case).values(definition="typed by somebody"))
    assert daily(town, MONDAY) == MONDAY + timedelta(minutes=5)
    assert caplog.messages == ["daily: orphans: KeyError"]
    assert [who for _key, who in told_by(town, "overdue")] == ["eva", "hans", "mia"]
    with town.database.transaction() as session:
        session.execute(
            update(Case).where(Case.reference == reference).values(definition="deviation")
        )
    daily(town, MONDAY + timedelta(minutes=5))
    assert told_by(town, "orphans") == [("2026-11-23", "mia")]
    assert len(told_by(town, "overdue")) == 3


def test_old_drafts_are_thrown_away(town_on_sqlite: Town):
    town = town_on_sqlite
    wilma = town.hire("wilma", Role.CARE_WORKER)
    with town.database.transaction() as session:
        for purpose, days in (("open:deviation", 15), ("open:sip", 13)):
            saved = MONDAY - timedelta(days=days)
            session.add(Draft(person_id=wilma, purpose=purpose, data={}, saved_at=saved))
    daily(town, MONDAY)
    with town.database.reading() as session:
        assert session.scalars(select(Draft.purpose)).all() == ["open:sip"]
