"""Open clocks reckoned anew when a day that they were reckoned with is closed or opened."""

import logging
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from cases.calendar_days import ChangingDay
from cases.calendar_watch import days_off, is_known, journal, notice
from cases.database import Database
from cases.events import locked_case
from cases.following import go_on
from cases.models import OPEN, Case, CaseStep, PendingEscalation
from cases.moving import move, reckoned
from cases.standing import engine_of, facts_of, open_steps
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.routines import Routines

logger = logging.getLogger(__name__)


def reproject(database: Database, routines: Routines, now: datetime) -> int:
    """How many clocks this call has moved; any number of workers may call it at the same time.

    A changed day is noticed by one of them and carried out, case by case, by as many as there are.
    What a worker leaves undone is gone on with by the next call.
    """
    off, moved = days_off(routines.calendar, now), 0
    while not is_known(database, off):
        changing = database.run(lambda session: notice(session, off))
        if any((change.day in off) != change.closed for change in changing):
            break  # noticed by a worker with other rules than ours, who has to carry it out
        with database.reading() as session:
            references = session.scalars(_touched(changing)).all() if changing else ()
        broken = 0
        for reference in references:
            try:
                moved += _move_in(database, routines, reference, changing, now)
            except Exception as fault:  # noqa: BLE001  one broken case must not stop the others
                # Never the message: it may hold what somebody typed.
                logger.error("reproject: %s: %s", reference, type(fault).__name__)
                broken += 1
        if broken:
            break
        _journal(database, changing, now)
    return moved


def _journal(database: Database, changing: Sequence[ChangingDay], now: datetime) -> None:
    database.run(lambda session: journal(session, changing, now))


def _touched(changing: Sequence[ChangingDay]) -> Select[str]:
    """Cases with a clock that began before the last changed day and has rungs after the first."""
    days = [change.day for change in changing]
    first = datetime.combine(min(days), time(), STOCKHOLM)
    after = max(days) + timedelta(days=1)
    rungs = select(PendingEscalation.step_id).where(PendingEscalation.planned_at >= first)
    return (
        select(Case.reference)
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(
            CaseStep.condition == OPEN,
            CaseStep.clock["start"].as_string() < after.isoformat(),
            or_(CaseStep.due_at >= first, CaseStep.id.in_(rungs)),
        )
        .distinct()
        .order_by(Case.reference)
    )


def _move_in(
    database: Database,
    routines: Routines,
    reference: str,
    changing: Sequence[ChangingDay],
    now: datetime,
) -> int:
    return database.run(lambda session: _move(session, routines, reference, changing, now))


def _move(
    session: Session,
    routines: Routines,
    reference: str,
    changing: Sequence[ChangingDay],
    now: datetime,
) -> int:
    case = locked_case(session, reference)
    engine, facts = engine_of(routines, case), facts_of(session, routines, case)
    moved = 0
    for step in open_steps(case):
        began = day_of(datetime.fromisoformat(step.clock["start"]))
        met = [change for change in changing if began <= change.day]
        if not met:
            continue
        opening = reckoned(session, engine, facts, step)
        last = day_of(max(step.due_at, opening.clock.due or step.due_at))
        met = [change for change in met if change.day <= last]
        because = [[change.day.isoformat(), change.reason, change.closed] for change in met]
        if move(session, step, opening, now, None, because=because):
            moved += 1
            for change in met:
                session.execute(
                    update(ChangingDay)
                    .where(ChangingDay.day == change.day)
                    .values(clocks_moved=ChangingDay.clocks_moved + 1)
                )
    if moved and facts.ran_out:
        # What had run out may have time left again.
        go_on(
            session,
            routines,
            case,
            facts,
            facts_of(session, routines, case),
            case.steps[0],
            now,
            None,
        )
        case.revision += 1
    return moved
