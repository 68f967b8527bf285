"""Counts of a year that may still be under way."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from cases.figure_sums import StepSums
from cases.figures import CaseFigures, StepFigures
from cases.overdue import past_due
from cases.statistics.asked import Asked
from cases.statistics.cases_in_time import LONG_OPEN


def cases_until(asked: Asked, until: datetime | None, *which: ColumnElement[bool]) -> int:
    """How many had happened and were reported before then; all without a moment."""
    c = CaseFigures
    known = [] if until is None else [c.occurred_at < until, c.reported_at < until]
    count = select(func.count()).select_from(c).where(asked.of(c), *known, *which)
    return asked.session.scalars(count).one()


def cases_handled(asked: Asked) -> tuple[int, int]:
    """Closed with every part done, of those and the closed without one and the open for long.

    An imported case of which the parts are not known is left out.
    """
    c = CaseFigures
    parts = (c.has_causes, c.has_measures, c.effect_followed_up, c.feedback_given)
    closed = c.closed_at.is_not(None)
    handled = and_(closed, *(part.is_(True) for part in parts))
    lacking = closed & or_(*(part.is_(False) for part in parts))
    long_open = c.closed_at.is_(None) & (c.reported_at < asked.now - LONG_OPEN)
    numbers = select(_number(handled), _number(lacking | long_open)).where(asked.of(c))
    done, left = asked.session.execute(numbers).one()
    return int(done), int(done + left)


def steps_kept(asked: Asked, step: str) -> tuple[int, int]:
    """Done in time, of those and the ones that were not or are overdue now."""
    s, f = StepSums, StepFigures
    ended = select(func.sum(s.number), func.sum(s.late)).where(asked.of(s), s.step == step)
    number, late = (int(each or 0) for each in asked.session.execute(ended).one())
    undone = f.ended_at.is_(None) & past_due(f.due_at, asked.now)
    overdue = select(func.count()).select_from(f).where(asked.of(f), f.step == step, undone)
    return number - late, number + asked.session.scalars(overdue).one()


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
