"""Writing an earlier system's cases: many at a time, and so that others get their turn between."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cases.chains import write_events
from cases.changes import arm
from cases.database import Database
from cases.events import next_references
from cases.imported import ImportedCase
from cases.importing.plan import Earlier, known_among
from cases.importing.retelling import Retelling, Told
from cases.models import Case, CaseStep
from cases.own import IMPORTED as NOBODY
from cases.own import nobody, own_person
from workflow.definitions.deviation import DEVIATION
from workflow.moments import day_of
from workflow.routines import Routines

BATCH = 250
"""Cases in one transaction; SQLite's other writers wait about a quarter of a second for them."""


def import_cases(
    database: Database,
    routines: Routines,
    new: Sequence[Earlier],
    now: datetime,
    by: int | None = None,
) -> Iterator[int]:
    """Yields how many rows have become cases, batch by batch, in the order they were reported.

    What another import has brought in meanwhile is left out, so that one broken off can be run
    again; `by` is None for the command line.
    """
    rows = sorted(new, key=attrgetter("reported_at"))
    for begins in range(0, len(rows), BATCH):
        batch = rows[begins : begins + BATCH]
        yield database.run(partial(_write, routines=routines, batch=batch, now=now, by=by))
        database.tidy()


def _write(
    session: Session, routines: Routines, batch: Sequence[Earlier], now: datetime, by: int | None
) -> int:
    known = known_among(session, [each.reference for each in batch])
    left = [each for each in batch if each.reference not in known]
    retelling = Retelling(
        routines.engine(DEVIATION.key), routines.thresholds(DEVIATION.key),
        own_person(session).id, by, now,
    )  # fmt: skip
    told = [
        retelling.tell(each, reference)
        for year, group in groupby(left, key=lambda each: day_of(each.reported_at).year)
        for each, reference in _numbered(session, year, list(group))
    ]
    if told:
        _write_all(session, retelling, told, nobody(session, NOBODY, now).id)
    return len(told)


def _numbered(
    session: Session, year: int, group: Sequence[Earlier]
) -> Iterator[tuple[Earlier, str]]:
    return zip(group, next_references(session, DEVIATION.prefix, year, len(group)), strict=True)


def _write_all(session: Session, retelling: Retelling, told: Sequence[Told], patient: int) -> None:
    connection = session.connection()
    cases = [_case(retelling, each, patient) for each in told]
    ids = connection.scalars(
        insert(Case).returning(Case.id, sort_by_parameter_order=True), cases
    ).all()
    for id_, each in zip(ids, told, strict=True):
        for row in (*each.chain.events, *(step for step, _rungs in each.steps)):
            row["case_id"] = id_
    connection.execute(
        insert(ImportedCase),
        [
            {
                "case_id": id_,
                "reference": each.earlier.reference,
                "digest": each.earlier.digest,
                "imported_at": retelling.now,
                "person_id": retelling.by,
            }
            for id_, each in zip(ids, told, strict=True)
        ],
    )
    _write_steps(session, [step for each in told for step in each.steps])
    write_events(session, [each.chain for each in told])


def _write_steps(
    session: Session, steps: Sequence[tuple[dict[str, Any], list[dict[str, Any]]]]
) -> None:
    connection = session.connection()
    ended = [step for step, rungs in steps if not rungs]
    waiting = [(step, rungs) for step, rungs in steps if rungs]
    if ended:
        connection.execute(insert(CaseStep), ended)
    if waiting:
        ids = connection.scalars(
            insert(CaseStep).returning(CaseStep.id, sort_by_parameter_order=True),
            [step for step, _rungs in waiting],
        )
        arm(
            session,
            [
                rung | {"step_id": id_}
                for id_, (_step, rungs) in zip(ids, waiting, strict=True)
                for rung in rungs
            ],
        )


def _case(retelling: Retelling, told: Told, patient: int) -> dict[str, Any]:
    definition, earlier = retelling.engine.definition, told.earlier
    return {
        "reference": told.chain.reference,
        "definition": definition.key,
        "version": definition.version,
        "category": earlier.category,
        "patient_id": patient,
        "unit_id": earlier.unit_id,
        "state": told.state,
        "round": 1,
        "revision": 1,
        "figured_revision": 0,
        "occurred_at": earlier.occurred_at,
        "opened_at": earlier.reported_at,
        "opened_by": retelling.own_id,
        "closed_at": earlier.closed_at,
        "head_sequence": told.chain.sequence,
        "head_hash": told.chain.hash,
    }
