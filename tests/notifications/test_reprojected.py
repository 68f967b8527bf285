"""A clock that the calendar moves after somebody has been reminded: told again, but never twice."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from cases.database import Database
from cases.events import faults_of_log
from cases.models import CaseStep, PendingEscalation
from cases.reprojecting import reproject
from notifications.models import Notification
from notifications.sweep import sweep
from tests.cases.closed_days import routines_with
from tests.cases.village import Village
from workflow.routines import load


def test_a_rung_that_lies_ahead_again_tells_nobody_what_they_have_been_told(
    sqlite_url: str, tmp_path: Path
):
    village = Village(Database(sqlite_url), load(None))
    reproject(village.database, village.routines, village.now)
    case = village.report()
    village.do_all(case, until="measures")
    step_id, _revision = village.step(case, "unit_investigation")

    def told() -> Counter[tuple[str, int]]:
        with village.database.reading() as session:
            rows = session.execute(
                select(Notification.rung, Notification.recipient_id).where(
                    Notification.step_id == step_id
                )
            )
            return Counter((rung, person) for rung, person in rows)

    def pending(rung: str) -> PendingEscalation | None:
        with village.database.reading() as session:
            return session.scalar(
                select(PendingEscalation).where(
                    PendingEscalation.step_id == step_id, PendingEscalation.rung == rung
                )
            )

    soon = pending("soon")
    assert soon
    village.now = soon.at
    sweep(village.database, village.routines, village.now)
    before = told()
    assert before == {("soon", village.people["ulla"]): 1}
    assert pending("soon") is None
    village.routines = routines_with(tmp_path / "rules.toml", ("2026-12-07", "Personaldag"))
    assert reproject(village.database, village.routines, village.now) > 0
    again = pending("soon")
    assert again
    assert again.at > village.now
    sweep(village.database, village.routines, again.at)
    assert told() == before
    with village.database.reading() as session:
        due = session.get_one(CaseStep, step_id).due_at
    sweep(village.database, village.routines, due - timedelta(minutes=1))
    assert told() == before
    sweep(village.database, village.routines, due)
    assert told() == before | {("due", village.people["ulla"]): 1}
    with village.database.reading() as session:
        assert list(faults_of_log(session)) == []
    village.database.engine.dispose()
