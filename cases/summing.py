"""Figures added up month by month, so that a question reads hundreds of rows and not millions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, delete, func, insert, select
from sqlalchemy.orm import Session

from cases.figure_sums import CaseSums, StepSums, StepTimes, TallySums
from cases.figures import LIVING, CaseFigures, CaseTally, StepFigures
from cases.overdue import past_due

SUMS = (CaseSums, StepSums, StepTimes, TallySums)

_BY_MONTH = ("edition", "definition", "event_month", "report_month")
_BY_UNIT = (*_BY_MONTH, "category", "unit_id")


def add_up(session: Session, definition: str, months: Iterable[int]) -> None:
    """Makes the living sums of these months of events anew."""
    chosen = sorted(months)
    for sums in SUMS:
        session.execute(
            delete(sums).where(
                sums.edition == LIVING,
                sums.definition == definition,
                sums.event_month.in_(chosen),
            )
        )

    def of(figures: Any) -> ColumnElement[bool]:
        return and_(
            figures.edition == LIVING,
            figures.definition == definition,
            figures.event_month.in_(chosen),
        )

    _add_up_cases(session, of(CaseFigures))
    _add_up_steps(session, of(StepFigures))
    _add_up_tallies(session, of(CaseFigures))


def _number(condition: SQLColumnExpression[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _add_up_cases(session: Session, which: ColumnElement[bool]) -> None:
    c = CaseFigures
    closed = c.closed_at.is_not(None)
    keys = (*(getattr(c, key) for key in _BY_UNIT), c.subcategory, func.coalesce(c.severity, 0))
    numbers = {
        "number": func.count(),
        "again": _number(c.again),
        "looped": _number(c.rounds > 1),
        "closed": _number(closed),
        "closed_in_time": _number(c.closed_in_time.is_(True)),
        "closed_late": _number(c.closed_in_time.is_(False)),
        "assessed": _number(closed & c.severity.is_not(None)),
        "causes": _number(closed & c.has_causes.is_(True)),
        "no_causes": _number(closed & c.has_causes.is_(False)),
        "measures": _number(closed & c.has_measures.is_(True)),
        "no_measures": _number(closed & c.has_measures.is_(False)),
        "effect": _number(closed & c.effect_followed_up.is_(True)),
        "no_effect": _number(closed & c.effect_followed_up.is_(False)),
        "feedback": _number(closed & c.feedback_given.is_(True)),
        "no_feedback": _number(closed & c.feedback_given.is_(False)),
    }
    names = (*_BY_UNIT, "subcategory", "severity")
    _insert(session, CaseSums, names, keys, numbers, which)


def _add_up_steps(session: Session, which: ColumnElement[bool]) -> None:
    s = StepFigures
    which &= s.ended_at.is_not(None)
    keys = (*(getattr(s, key) for key in _BY_UNIT), s.step)
    numbers = {
        "number": func.count(),
        "late": _number(past_due(s.due_at, s.ended_at)),
        "targeted": func.count(s.target_at),
        "past_target": _number(past_due(s.target_at, s.ended_at)),
    }
    _insert(session, StepSums, (*_BY_UNIT, "step"), keys, numbers, which)
    keys = (*(getattr(s, key) for key in _BY_MONTH), s.step, s.minutes)
    names = (*_BY_MONTH, "step", "minutes")
    done = which & s.minutes.is_not(None)
    _insert(session, StepTimes, names, keys, {"number": func.count()}, done)


def _add_up_tallies(session: Session, which: ColumnElement[bool]) -> None:
    c, t = CaseFigures, CaseTally
    keys = (*(getattr(c, key) for key in _BY_UNIT), t.figure, t.value)
    numbers = {"number": func.sum(t.number), "cases": func.count()}
    which &= and_(t.edition == c.edition, t.case_id == c.case_id)
    _insert(session, TallySums, (*_BY_UNIT, "figure", "value"), keys, numbers, which)


def _insert(
    session: Session,
    into: Any,
    names: Sequence[str],
    keys: Sequence[ColumnElement[Any]],
    numbers: Mapping[str, ColumnElement[int]],
    which: ColumnElement[bool],
) -> None:
    chosen = select(*keys, *numbers.values()).where(which).group_by(*keys)
    session.execute(insert(into).from_select([*names, *numbers], chosen))
