"""Days of care (boendedygn) by unit and month: what falls and other events are set against."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, select, true
from sqlalchemy.orm import Session

from cases.statistics.question import Question
from cases.yearly_plan import CareDays


def care_days(
    session: Session, question: Question, units: frozenset[int] | None
) -> Mapping[int, int]:
    """Unit id to the days entered for the months asked about; without units that have none."""
    rows = session.execute(
        select(CareDays.unit_id, func.sum(CareDays.days))
        .where(
            CareDays.month.between(question.first, question.last),
            true() if units is None else CareDays.unit_id.in_(units),
            true() if question.unit is None else CareDays.unit_id == question.unit,
        )
        .group_by(CareDays.unit_id)
    )
    return {unit: int(days) for unit, days in rows if days}


def has_care_days(
    unit_id: SQLColumnExpression[int], month: SQLColumnExpression[int]
) -> ColumnElement[bool]:
    """The condition that days are entered there and then; only such events belong in a rate."""
    return exists().where(CareDays.unit_id == unit_id, CareDays.month == month)
