"""Open cases with what is known of each, read at once for all of them."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cases.lines import CaseLine, StepLine
from cases.log import CaseEvent
from cases.models import Case, CaseStep
from cases.standing import (
    CORRECTED,
    OPENED,
    RAN_OUT,
    STEP_DONE,
    engine_of,
    facts_from,
    open_steps,
)  # fmt: skip
from workflow.engine import Engine
from workflow.facts import Facts
from workflow.routines import Routines


@dataclass(frozen=True)
class OpenCase:
    """A case whose `steps`, open and ended, are loaded; its facts may hold typed text."""

    record: Case
    engine: Engine
    facts: Facts
    line: CaseLine
    next_step: StepLine
    """The open step with the least time left."""


def open_cases(
    session: Session, routines: Routines, which: ColumnElement[bool]
) -> tuple[OpenCase, ...]:
    """Three queries, however many there are; the oldest first."""
    which = which & Case.closed_at.is_(None)
    cases = session.scalars(
        select(Case)
        .where(which)
        .options(joinedload(Case.unit), selectinload(Case.steps).joinedload(CaseStep.claimant))
        .order_by(Case.id)
    ).all()
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for event in session.scalars(
        select(CaseEvent)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(which, CaseEvent.type.in_((OPENED, STEP_DONE, CORRECTED, RAN_OUT)))
        .order_by(CaseEvent.case_id, CaseEvent.sequence)
    ):
        events[event.case_id].append(event)
    return tuple(
        OpenCase(
            case,
            engine_of(routines, case),
            facts_from(case, events[case.id], routines.thresholds(case.definition, case.version)),
            CaseLine.of(case, routines),
            StepLine.of(min(open_steps(case), key=lambda s: (s.due_at, s.id)), routines),
        )
        for case in cases
    )
