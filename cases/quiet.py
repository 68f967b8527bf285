"""Cases gone quiet: open, and for a long time nobody has done anything in them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from cases.access import Access
from cases.lines import CaseLine, StepLine, open_steps_where, step_of
from cases.log import CaseEvent
from cases.models import Case, CaseStep
from cases.standing import STEP_DONE
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.routines import Routines

QUIET_DAYS = "quiet_days"
"""The threshold of a definition that says when a case counts as quiet."""


@dataclass(frozen=True)
class QuietLine:
    """`days` since somebody last did something; `rests` when the next step has a chosen day."""

    case: CaseLine
    step: StepLine
    last_at: datetime
    days: int
    rests: bool


def quiet_cases(
    session: Session, routines: Routines, access: Access, now: datetime
) -> tuple[QuietLine, ...]:
    """The quietest first; mails, reminders and sweeps are no sign of life."""
    kinds = {key for key, _version in _limits(routines)}
    last_at = _last_at()
    which = access.whole_cases(sorted(kinds)) & is_quiet(routines, now)
    rows = session.execute(
        select(Case, last_at)
        .where(which, Case.closed_at.is_(None))
        .options(joinedload(Case.unit), lazyload(Case.steps))
    ).all()
    first = _first_steps(session, which)
    return tuple(
        sorted(
            (_line(case, first[case.id], last, routines, now) for case, last in rows),
            key=lambda line: (line.last_at, line.case.reference),
        )
    )


def is_quiet(routines: Routines, now: datetime) -> ColumnElement[bool]:
    """The condition on an open Case that the list of the quiet and the statistics share."""
    return or_(
        false(),
        *(
            and_(Case.definition == key, Case.version == version, _last_at() < _before(now, days))
            for (key, version), days in _limits(routines).items()
        ),
    )


def _last_at() -> ScalarSelect[datetime]:
    # An answer from outside is done by nobody of ours, but by somebody all the same.
    by_somebody = or_(CaseEvent.actor_id.is_not(None), CaseEvent.type == STEP_DONE)
    return (
        select(func.max(CaseEvent.recorded_at))
        .where(CaseEvent.case_id == Case.id, by_somebody)
        .correlate(Case)
        .scalar_subquery()
    )


def _limits(routines: Routines) -> dict[tuple[str, int], int]:
    found = {version: routines.thresholds(*version) for version in routines.engines}
    return {version: each[QUIET_DAYS] for version, each in found.items() if QUIET_DAYS in each}


def _before(now: datetime, days: int) -> datetime:
    """The beginning of the day after which the newest event makes a case no longer quiet."""
    return datetime.combine(day_of(now) - timedelta(days=days - 1), time(), STOCKHOLM)


def _first_steps(session: Session, which: ColumnElement[bool]) -> dict[int, CaseStep]:
    first: dict[int, CaseStep] = {}
    for step in session.scalars(open_steps_where(which)):
        first.setdefault(step.case_id, step)
    return first


def _line(
    case: Case, step: CaseStep, last: datetime, routines: Routines, now: datetime
) -> QuietLine:
    return QuietLine(
        CaseLine.of(case, routines),
        StepLine.of(step, routines),
        last,
        (day_of(now) - day_of(last)).days,
        step_of(step, routines).due.is_in_form and step.due_at > now,
    )
