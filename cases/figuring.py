"""The statistics brought up to date: each changed case reckoned anew from its log."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from cases.database import Database
from cases.figure_rows import CaseRows, figure_rows
from cases.figures import LIVING, CaseFigures, CaseTally, StepFigures
from cases.happening_again import Month, mark_again
from cases.imported import IMPORTED
from cases.log import CaseEvent
from cases.models import Case
from cases.standing import CORRECTED, OPENED, RAN_OUT, STEP_DONE
from cases.summing import add_up
from workflow.definitions import CHECKS
from workflow.routines import Routines

logger = logging.getLogger(__name__)

BATCH = 500
"""Cases in one transaction; SQLite's other writers wait about half a second for them."""

FIGURING = 0x6669677572
"""PostgreSQL's advisory lock of whoever figures; the letters "figur"."""

DISPOSED = "disposed"
"""The event after which a case's figures stay as they were, since its words are gone."""

_TOLD = (OPENED, STEP_DONE, CORRECTED, RAN_OUT, IMPORTED, DISPOSED)


def figure(database: Database, routines: Routines, most: int = BATCH) -> int:
    """How many cases were reckoned anew, at most so many in each transaction."""
    with database.reading() as session:
        # By the event's time, so that a month is added up a few times and not in every batch.
        changed = session.scalars(select(Case.id).where(unfigured()).order_by(Case.occurred_at))
        ids = changed.all()
    return sum(
        database.run(partial(_figure, routines=routines, ids=ids[begins : begins + most]))
        for begins in range(0, len(ids), most)
    )


def unfigured() -> ColumnElement[bool]:
    """The condition on Case that its figures are not of its newest revision."""
    return Case.figured_revision != Case.revision


def _figure(session: Session, routines: Routines, ids: Sequence[int]) -> int:
    if session.get_bind().dialect.name == "postgresql":  # SQLite has a single writer
        session.execute(select(func.pg_advisory_xact_lock(FIGURING)))
    cases = session.scalars(select(Case).where(Case.id.in_(ids), unfigured())).all()
    checks = {each.key for each in CHECKS}
    events = _events(session, ids)
    counted = [
        case
        for case in cases
        if case.definition not in checks
        and not any(event.type == DISPOSED for event in events[case.id])
    ]
    figured = [figure_rows(routines, case, events[case.id]) for case in counted]
    _write(session, [case.id for case in counted], figured)
    # A change that came meanwhile has another revision, and is reckoned the next time.
    if cases:
        session.connection().execute(
            update(Case)
            .where(Case.id == bindparam("case"), Case.revision == bindparam("seen"))
            .values(figured_revision=bindparam("seen")),
            [{"case": case.id, "seen": case.revision} for case in cases],
        )
    return len(cases)


def _events(session: Session, ids: Sequence[int]) -> dict[int, list[CaseEvent]]:
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for event in session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id.in_(ids), CaseEvent.type.in_(_TOLD))
        .order_by(CaseEvent.case_id, CaseEvent.sequence)
    ):
        events[event.case_id].append(event)
    return events


def _write(session: Session, ids: Sequence[int], figured: Sequence[CaseRows]) -> None:
    touched, patients = _standing(session, ids)
    for rows in (CaseFigures, StepFigures, CaseTally):
        session.execute(delete(rows).where(rows.edition == LIVING, rows.case_id.in_(ids)))
    for rows, written in (
        (CaseFigures, [row for each in figured for row in each.cases]),
        (StepFigures, [row for each in figured for row in each.steps]),
        (CaseTally, [row for each in figured for row in each.tallies]),
    ):
        if written:
            session.connection().execute(insert(rows), written)
    months, people = _standing(session, ids)
    touched |= months | mark_again(session, patients | people)
    for definition in {definition for definition, _month in touched}:
        add_up(session, definition, [month for kind, month in touched if kind == definition])


def _standing(session: Session, ids: Sequence[int]) -> tuple[set[Month], set[int]]:
    """The months that the cases are counted in, and their patients."""
    c = CaseFigures
    rows = session.execute(
        select(c.definition, c.event_month, c.patient_id).where(
            c.edition == LIVING, c.case_id.in_(ids)
        )
    ).all()
    months = {(definition, month) for definition, month, _patient in rows}
    return months, {patient for _kind, _month, patient in rows if patient is not None}
