"""The log's events, each with the case, step, unit and people it concerns."""

from collections.abc import Collection, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, raiseload

from cases.log import CaseEvent
from cases.models import NOT_NEEDED, Case, CaseStep
from cases.ocel.objects import Pseudonyms, step_id, unit_id
from cases.ocel.shapes import CASE, STEP, UNIT, Related, an_event
from cases.ocel.wanted import Wanted
from cases.people import Unit
from cases.standing import STEP_DONE, moments_told

Key = tuple[int, str, str, int]
"""Of a step: its case, key, item and round."""


def events(session: Session, wanted: Wanted, pseudonyms: Pseudonyms) -> Iterator[dict[str, Any]]:
    """Case by case, in the order of each log; the time is the newest that was told."""
    for ids in wanted.batches(session):
        rows = session.execute(
            select(Case.id, Case.reference, Case.definition, Unit.key)
            .join(Case.unit)
            .where(Case.id.in_(ids))
        ).all()
        about = {id_: (reference, definition, unit) for id_, reference, definition, unit in rows}
        steps = _steps(session, ids)
        # What was typed is not even read.
        logged = session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id.in_(ids))
            .order_by(CaseEvent.case_id, CaseEvent.sequence)
            .options(raiseload(CaseEvent.text))
        )
        for case_id, of_case in groupby(logged, attrgetter("case_id")):
            log = list(of_case)
            reference, definition, unit = about[case_id]
            moments, round_ = moments_told(log), 1
            for event in log:
                yield an_event(
                    f"{reference}:{event.sequence}",
                    f"{definition}.{_what(event)}",
                    moments.get(event.sequence, event.occurred_at),
                    {**event.data, "recorded_at": event.recorded_at},
                    [
                        (reference, CASE),
                        (unit_id(unit), UNIT),
                        *_steps_in(event, steps, round_),
                        *_people_in(event, pseudonyms),
                    ],
                )
                round_ = event.data["round"] if event.type == "advanced" else round_
        session.expunge_all()


def _what(event: CaseEvent) -> str:
    """A step that is done and an action are called by their keys, the rest by the log's type."""
    if event.type == STEP_DONE:
        return str(event.data["step"])
    return str(event.data["action"]) if event.type == "action" else event.type


def _steps(session: Session, ids: Collection[int]) -> dict[Key, int]:
    """The newest, where one was not needed and then needed after all."""
    rows = session.execute(
        select(CaseStep.case_id, CaseStep.key, CaseStep.item, CaseStep.round, CaseStep.id)
        .where(CaseStep.case_id.in_(ids))
        .order_by(CaseStep.condition != NOT_NEEDED, CaseStep.id)
    )
    return {(case_id, key, item, round_): id_ for case_id, key, item, round_, id_ in rows}


def _steps_in(event: CaseEvent, steps: dict[Key, int], before: int) -> Iterator[Related]:
    """What is no longer needed is of the round before the event."""
    data = event.data
    round_ = data.get("round", before)
    named = [(data["step"], data.get("item", ""), round_, STEP)] if "step" in data else []
    named += [(key, item, round_, "opened") for key, item in data.get("opened", ())]
    named += [(key, item, before, "not_needed") for key, item in data.get("not_needed", ())]
    for key, item, of_round, qualifier in named:
        found = steps.get((event.case_id, key, item, of_round))
        if found is not None:
            yield step_id(found), qualifier


def _people_in(event: CaseEvent, pseudonyms: Pseudonyms) -> Iterator[Related]:
    if event.actor_id is not None:
        yield pseudonyms.of(event.actor_id), "by"
    to = event.data.get("to")
    for person_id in to if isinstance(to, list) else [to]:
        if isinstance(person_id, int):
            yield pseudonyms.of(person_id), "to"
