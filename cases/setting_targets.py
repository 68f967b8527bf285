"""Targets set, changed and taken away by those who keep the statistics."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.admin_log import record
from cases.administration import refuse_unless
from cases.errors import Invalid, NotFound
from cases.sent import load
from cases.target_form import target_form
from cases.target_measures import Measure, Measured, goal_of
from cases.yearly_plan import BoardTarget
from workflow.definition import WorkflowDefinition
from workflow.fields import Message
from workflow.routines import Routines
from workflow.words import _


def years_with_targets(session: Session) -> tuple[int, ...]:
    """In no order."""
    return tuple(session.scalars(select(BoardTarget.year).distinct()))


def target_to_change(session: Session, access: Access, target_id: int) -> BoardTarget:
    """Raises NotFound."""
    refuse_unless(access, Right.KEEP_STATISTICS)
    target = session.get(BoardTarget, target_id)
    if target is None:
        raise NotFound(_("Målet finns inte. Någon kan ha tagit bort det."))
    return target


def set_target(
    session: Session,
    routines: Routines,
    access: Access,
    kind: str,
    data: Mapping[str, Any],
    now: datetime,
) -> BoardTarget:
    """Raises Invalid, also where the year has the same target already."""
    refuse_unless(access, Right.KEEP_STATISTICS)
    definition = kind_of(routines, kind)
    told = load(target_form(definition, now), data)
    target = BoardTarget(definition=kind)
    _fill_in(session, access, target, told, now)
    session.add(target)
    record(session, access, "target_set", now, data={"target": _goal(definition, target)})
    return target


def change_target(
    session: Session,
    routines: Routines,
    access: Access,
    target_id: int,
    data: Mapping[str, Any],
    now: datetime,
) -> BoardTarget:
    """Raises Invalid and NotFound."""
    target = target_to_change(session, access, target_id)
    definition = kind_of(routines, target.definition)
    told, old = load(target_form(definition, now, target), data), _goal(definition, target)
    _fill_in(session, access, target, told, now)
    change = {"target": [old, _goal(definition, target)]}
    record(session, access, "target_changed", now, data=change)
    return target


def remove_target(
    session: Session, routines: Routines, access: Access, target_id: int, now: datetime
) -> int:
    """The year it was for; raises NotFound."""
    target = target_to_change(session, access, target_id)
    goal = _goal(kind_of(routines, target.definition), target)
    record(session, access, "target_removed", now, data={"target": goal})
    session.delete(target)
    return target.year


def kind_of(routines: Routines, key: str) -> WorkflowDefinition:
    """The newest version's; raises NotFound for what no statistics are about."""
    found = next((each for each in routines.current() if each.key == key), None)
    if found is None:
        raise NotFound(_("Det finns inget sådant slags ärende."))
    return found


def _fill_in(
    session: Session, access: Access, target: BoardTarget, told: Mapping[str, Any], now: datetime
) -> None:
    year, category = int(told["year"]), told.get("category", "")
    measure = str(Measured(Measure(told["measure"]), told.get("step", "")))
    same = session.scalar(
        select(BoardTarget.id).where(
            BoardTarget.year == year,
            BoardTarget.definition == target.definition,
            BoardTarget.measure == measure,
            BoardTarget.category == category,
        )
    )
    if same not in (None, target.id):
        raise Invalid({"measure": [Message(_("Året har redan ett sådant mål. Ändra det."))]})
    target.year, target.measure, target.category = year, measure, category
    target.amount, target.note = int(told["amount"]), told.get("note", "")
    target.set_by, target.set_at = access.person_id, now


def _goal(definition: WorkflowDefinition, target: BoardTarget) -> str:
    """In Swedish, with its year."""
    return f"{target.year}: {goal_of(target, definition)}"
