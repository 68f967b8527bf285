"""Cases by where they stand, page after page, without anything about the patient."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, lazyload

from cases.access import Access
from cases.access_reading import within_days
from cases.models import Case
from cases.people import Unit
from workflow.routines import Routines


def cases_page(
    session: Session,
    routines: Routines,
    access: Access,
    wanted: Mapping[str, Any],
    after: int,
    most: int,
) -> list[Case]:
    """In the order they were registered, those after the id `after`; units are loaded.

    `wanted` may hold definition, state, category, unit (key), open, reference (how it begins), and
    from_day and to_day of the opening, both included, in Stockholm.
    """
    cases = (
        select(Case)
        .where(Case.id > after, access.seen_cases(), *_conditions(routines, wanted))
        .options(joinedload(Case.unit), lazyload(Case.steps))
        .order_by(Case.id)
        .limit(most)
    )
    return list(session.scalars(cases))


def _conditions(routines: Routines, wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    columns = (Case.definition, Case.state, Case.category)
    where: list[ColumnElement[bool]] = [
        column == wanted[column.key] for column in columns if column.key in wanted
    ]
    where.append(Case.definition.in_([each.key for each in routines.current()]))
    if (unit := wanted.get("unit")) is not None:
        where.append(Case.unit_id == select(Unit.id).where(Unit.key == unit).scalar_subquery())
    if (is_open := wanted.get("open")) is not None:
        where.append(Case.closed_at.is_(None) if is_open else Case.closed_at.is_not(None))
    if (reference := wanted.get("reference")) is not None:
        where.append(Case.reference.startswith(reference.upper(), autoescape=True))
    return [*where, *within_days(Case.opened_at, wanted)]
