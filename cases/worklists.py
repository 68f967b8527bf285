"""What somebody has to do, and what came of what they have reported."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from cases.access import Access
from cases.lines import CaseLine, StepLine, at_units, open_steps_where, step_of
from cases.models import DONE, Case, CaseStep
from workflow.routines import Routines

REPORTS_SHOWN = 20
"""The newest reports of a person; older ones are found by their reference."""


def my_steps(session: Session, routines: Routines, access: Access) -> tuple[StepLine, ...]:
    """Open steps the person may do and nobody else has taken, least time left first."""
    steps = session.scalars(
        open_steps_where(
            at_units(access.units()),
            or_(CaseStep.claimed_by.is_(None), CaseStep.claimed_by == access.person_id),
        )
    )
    return tuple(
        StepLine.of(step, routines) for step in steps if access.may_do(step.case, step.roles)
    )


@dataclass(frozen=True)
class Report:
    """A case that the person opened; `answered_at` is when they were told what came of it."""

    case: CaseLine
    answered_at: datetime | None


def my_reports(session: Session, routines: Routines, access: Access) -> tuple[Report, ...]:
    """The newest first."""
    cases = session.scalars(
        select(Case)
        .where(Case.opened_by == access.person_id)
        .options(joinedload(Case.unit))
        .order_by(Case.opened_at.desc(), Case.id.desc())
        .limit(REPORTS_SHOWN)
    )
    return tuple(Report(CaseLine.of(case, routines), _answered(case, routines)) for case in cases)


def _answered(case: Case, routines: Routines) -> datetime | None:
    answers = [
        step.ended_at
        for step in case.steps
        if step.condition == DONE and step.ended_at and step_of(step, routines).feedback
    ]
    return max(answers, default=None)
