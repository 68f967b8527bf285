"""Where a case stands: its log read as the facts and the position that the engine asks for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.events import events_of
from cases.log import CaseEvent
from cases.models import DONE, OPEN, Case, CaseStep
from workflow.engine import Engine, Position, StepRef
from workflow.facts import Answer, Facts
from workflow.routines import Routines

OPENED, STEP_DONE, CORRECTED = "opened", "step_done", "corrected"
RAN_OUT, CLOCK_MOVED = "ran_out", "clock_moved"
PAUSED, RESUMED = "paused", "resumed"


def form_data(event: CaseEvent) -> Mapping[str, Any]:
    """The form's JSON; empty when the text has been disposed of."""
    body = event.text.body if event.text else None
    return body["form"] if body else {}


def newest_forms(events: Iterable[CaseEvent]) -> dict[int, Mapping[str, Any]]:
    """Sequence of each form-bearing event to what the form says after corrections."""
    forms: dict[int, Mapping[str, Any]] = {}
    for event in events:
        if event.type in (OPENED, STEP_DONE):
            forms[event.sequence] = form_data(event)
        elif event.type == CORRECTED:
            forms[event.data["corrects"]] = form_data(event)
    return forms


def moments_told(events: Iterable[CaseEvent]) -> dict[int, datetime]:
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
    events: Iterable[CaseEvent],
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


def _ran_out(case: Case, events: Iterable[CaseEvent]) -> frozenset[str]:
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
    return facts_from(case, events_of(session, case.id), thresholds)


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
