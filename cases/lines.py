"""Cases and open steps as lines of a list: the definition's words, nothing of the patient."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, Select, select, true, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from cases.models import OPEN, Case, CaseStep
from cases.people import Person, Unit
from cases.standing import engine_of
from workflow.definition import Step
from workflow.routines import Routines


@dataclass(frozen=True)
class CaseLine:
    """A case in its definition's Swedish words; `category` is empty where it names no case."""

    reference: str
    definition: str
    category: str
    unit: str
    state: str
    opened_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, case: Case, routines: Routines) -> Self:
        """The case's unit must be loaded already, or each line costs a query."""
        return cls.read(case, case.unit.name, routines)

    @classmethod
    def read(cls, case: Any, unit: str, routines: Routines) -> Self:
        """Takes a case, or a row with its columns."""
        definition = routines.engine(case.definition, case.version).definition
        return cls(
            case.reference,
            definition.label,
            definition.categories.get(case.category, "") if definition.named_by_category else "",
            unit,
            definition.state(case.state).label,
            case.opened_at,
            case.closed_at,
        )


@dataclass(frozen=True)
class StepLine:
    """An open step; `roles` are those who may do it, the first of them is asked first.

    `quiet_until` is how long somebody has asked its reminders to wait, also when that has passed.
    """

    id: int
    case: CaseLine
    label: str
    roles: tuple[str, ...]
    due_at: datetime
    holder: str | None
    held_by: int | None
    quiet_until: datetime | None

    @classmethod
    def of(cls, step: CaseStep, routines: Routines) -> Self:
        """Takes a step of `open_steps_where`."""
        return cls(
            step.id,
            CaseLine.of(step.case, routines),
            step_of(step, routines).label,
            tuple(step.roles),
            step.due_at,
            step.claimant.name if step.claimant else None,
            step.claimed_by,
            step.acknowledged_until,
        )

    @classmethod
    def read(cls, row: Row[Any], routines: Routines) -> Self:
        """Takes a row of `open_step_rows`."""
        definition = routines.engine(row.definition, row.version).definition
        return cls(
            row.id,
            CaseLine.read(row, row.unit, routines),
            definition.step(row.key).label,
            tuple(row.roles),
            row.due_at,
            row.holder,
            row.claimed_by,
            row.acknowledged_until,
        )


def step_of(step: CaseStep, routines: Routines) -> Step:
    """The step in the definition of its case's version."""
    return engine_of(routines, step.case).definition.step(step.key)


def open_steps_where(*conditions: ColumnElement[bool]) -> Select[CaseStep]:
    """Open steps of open cases by due time, with all that a StepLine needs, in one query."""
    return (
        select(CaseStep)
        .join(CaseStep.case)
        .join(Case.unit)
        .where(CaseStep.condition == OPEN, Case.closed_at.is_(None), *conditions)
        .options(
            contains_eager(CaseStep.case).contains_eager(Case.unit),
            contains_eager(CaseStep.case).lazyload(Case.steps),
            joinedload(CaseStep.claimant),
        )
        .order_by(CaseStep.due_at, CaseStep.id)
    )


def open_step_rows(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """As `open_steps_where`, but plain rows: a list of thousands costs a tenth."""
    return (
        select(
            CaseStep.id, CaseStep.key, CaseStep.roles, CaseStep.due_at, CaseStep.claimed_by,
            CaseStep.acknowledged_until, Person.name.label("holder"), Case.reference,
            Case.definition, Case.version, Case.category, Case.state, Case.opened_at,
            Case.closed_at, Unit.name.label("unit"), Unit.key.label("unit_key"),
        )
        .join(CaseStep.case)
        .join(Case.unit)
        .outerjoin(CaseStep.claimant)
        .where(CaseStep.condition == OPEN, Case.closed_at.is_(None), *conditions)
        .order_by(CaseStep.due_at, CaseStep.id)
    )  # fmt: skip


def at_units(units: frozenset[int] | None) -> ColumnElement[bool]:
    """The condition that a case belongs to one of the units; None means every unit."""
    return true() if units is None else Case.unit_id.in_(units)


def defined_as(routines: Routines, wanted: Callable[[Step], bool]) -> ColumnElement[bool]:
    """The condition that a step, with its case, is one whose definition is wanted."""
    keys = [
        (*version, step.key)
        for version, engine in routines.engines.items()
        for state in engine.definition.states
        for step in state.steps
        if wanted(step)
    ]
    return tuple_(Case.definition, Case.version, CaseStep.key).in_(keys)


def taken_up_at_conference(routines: Routines) -> ColumnElement[bool]:
    """The condition that a step belongs to a patient conference."""
    return defined_as(routines, lambda step: step.conference)
