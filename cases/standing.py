"""Where a case stands: its log read as the facts and the position that the engine asks for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cases.log import CaseEvent, EventText
from cases.models import DONE, OPEN, Case, CaseStep
from workflow.engine import Engine, Position, StepRef
from workflow.facts import Answer, Facts
from workflow.routines import Routines

OPENED, STEP_DONE, CORRECTED = "opened", "step_done", "corrected"
RAN_OUT, CLOCK_MOVED = "ran_out", "clock_moved"
PAUSED, RESUMED = "paused", "resumed"


class Entry(NamedTuple):
    """What is read of an event to know where its case stands, as the columns of a row."""

    type: str
    sequence: int
    data: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    body: dict[str, Any] | None


Told = CaseEvent | Entry

_ENTRIES = (
    select(
        CaseEvent.type,
        CaseEvent.sequence,
        CaseEvent.data,
        CaseEvent.occurred_at,
        CaseEvent.recorded_at,
        EventText.body,
    )
    .outerjoin(EventText, EventText.event_id == CaseEvent.id)
    .where(CaseEvent.case_id == bindparam("case"))
    .order_by(CaseEvent.sequence)
)


def form_data(event: Told) -> Mapping[str, Any]:
    """The form's JSON; empty when the text has been disposed of."""
    return event.body["form"] if event.body else {}


def newest_forms(events: Iterable[Told]) -> dict[int, Mapping[str, Any]]:
    """Sequence of each form-bearing event to what the form says after corrections."""
    forms: dict[int, Mapping[str, Any]] = {}
    for event in events:
        if event.type in (OPENED, STEP_DONE):
            forms[event.sequence] = form_data(event)
        elif event.type == CORRECTED:
            forms[event.data["corrects"]] = form_data(event)
    return forms


def moments_told(events: Iterable[Told]) -> dict[int, datetime]:
    """Sequence of each form-bearing event to when it happened, as the newest correction has it."""
    moments: dict[int, datetime] = {}
    for event in events:
        if event.type in (OPENED, STEP_DONE):
            moments[event.sequence] = event.occurred_at
        elif event.type == CORRECTED and "occurred_at" in event.data:
            moments[event.data["corrects"]] = datetime.fromisoformat(event.data["occurred_at"])
    return moments


def facts_from(
    case: Case,
    events: Iterable[Told],
    thresholds: Mapping[str, int],
    before: int | None = None,
) -> Facts:
    """The facts of the log, or of the part before one event's sequence."""
    events = list(events)
    forms, moments = newest_forms(events), moments_told(events)
    answers = tuple(
        Answer(
            event.data["step"],
            event.data["item"],
            event.data["round"],
            forms[event.sequence],
            moments[event.sequence],
        )
        for event in events
        if event.type == STEP_DONE and (before is None or event.sequence < before)
    )
    opening = next((forms[e.sequence] for e in events if e.type == OPENED), {})
    return Facts(opening, case.opened_at, answers, case.round, thresholds, _ran_out(case, events))


def _ran_out(case: Case, events: Iterable[Told]) -> frozenset[str]:
    """A clock that a correction has moved ahead again has not run out."""
    out: set[str] = set()
    for event in events:
        if event.type == RAN_OUT and event.data["round"] == case.round:
            out.add(event.data["step"])
        elif (
            event.type == CLOCK_MOVED
            and datetime.fromisoformat(event.data["to"]) > event.recorded_at
        ):
            out.discard(event.data["step"])
    return frozenset(out)


def facts_of(session: Session, routines: Routines, case: Case) -> Facts:
    """What is known of the case now."""
    thresholds = routines.thresholds(case.definition, case.version)
    rows = session.connection().execute(_ENTRIES, {"case": case.id})
    return facts_from(case, (Entry(*row) for row in rows), thresholds)


def engine_of(routines: Routines, case: Case) -> Engine:
    """The engine of the version the case was opened under."""
    return routines.engine(case.definition, case.version)


def position_of(case: Case) -> Position:
    """Open steps, and the steps done in the present round."""

    def refs(condition: str) -> frozenset[StepRef]:
        return frozenset(
            StepRef(step.key, step.item)
            for step in case.steps
            if step.condition == condition and step.round == case.round
        )

    return Position(case.state, case.round, refs(OPEN), refs(DONE))


def open_steps(case: Case) -> list[CaseStep]:
    """The steps that somebody has to do, in the order they were opened."""
    return [step for step in case.steps if step.condition == OPEN]
