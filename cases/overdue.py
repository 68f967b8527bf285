"""Where it is burning: the one predicate for overdue, and the lists that managers watch."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session, joinedload

from cases.access import RIGHTS, Access, Right
from cases.changes import LATE, OUT, TELL
from cases.lines import StepLine, at_units, open_steps_where, step_of
from cases.log import CaseEvent
from cases.models import OPEN, Case, CaseStep
from workflow.again import repeated
from workflow.ladders import RESPONSIBLE
from workflow.routines import Routines


def overdue(now: datetime) -> ColumnElement[bool]:
    """The condition on CaseStep that lists, counts, mails and figures share."""
    return and_(
        CaseStep.condition == OPEN,
        CaseStep.due_at < now,
        CaseStep.case.has(Case.closed_at.is_(None)),
    )


@dataclass(frozen=True)
class Sieve:
    """What a list is narrowed to, by key; an empty one lets everything through."""

    unit: str = ""
    definition: str = ""
    category: str = ""
    step: str = ""

    def lets_through(self, other: "Sieve") -> bool:
        """True when all that this one names is the same in the other."""
        return all(
            mine in ("", theirs) for mine, theirs in zip(astuple(self), astuple(other), strict=True)
        )


@dataclass(frozen=True)
class OverdueLine:
    """`next_to` are the roles that hear of it next; no `next_at` when the ladder has ended."""

    step: StepLine
    keys: Sieve
    next_to: tuple[str, ...]
    next_at: datetime | None


def overdue_steps(
    session: Session, routines: Routines, access: Access, now: datetime
) -> tuple[OverdueLine, ...]:
    """Every overdue step that the person watches over, the longest overdue first."""
    steps = session.scalars(
        open_steps_where(overdue(now), _watched(access)).options(joinedload(CaseStep.pending))
    )
    return tuple(_line(step, routines) for step in steps.unique())


def count_overdue(session: Session, access: Access, now: datetime) -> int:
    """How many lines overdue_steps would give."""
    counted = select(func.count()).select_from(CaseStep).join(CaseStep.case)
    return session.scalars(counted.where(overdue(now), _watched(access))).one()


def oldest_overdue(
    session: Session, routines: Routines, access: Access, now: datetime, most: int
) -> tuple[tuple[int, StepLine], ...]:
    """As overdue_steps, with each unit's id and without who hears next."""
    steps = session.scalars(open_steps_where(overdue(now), _watched(access)).limit(most))
    return tuple((step.case.unit_id, StepLine.of(step, routines)) for step in steps)


def overdue_by_unit(
    session: Session, now: datetime, access: Access | None = None
) -> dict[int, int]:
    """How many lines overdue_steps would give at each unit, by id; everywhere without an access."""
    counted = select(Case.unit_id, func.count()).select_from(CaseStep).join(CaseStep.case)
    watched = true() if access is None else _watched(access)
    rows = session.execute(counted.where(overdue(now), watched).group_by(Case.unit_id))
    return dict(rows.all())


def overdue_by_definition(session: Session, now: datetime) -> dict[str, int]:
    """How many steps are overdue in each kind of case that has any, over all units."""
    rows = session.execute(
        select(Case.definition, func.count())
        .select_from(CaseStep)
        .join(CaseStep.case)
        .where(overdue(now))
        .group_by(Case.definition)
    ).all()
    return dict(rows)


@dataclass(frozen=True)
class Unheard:
    """An open step about which nobody could be told; `roles` are those nobody stood behind."""

    step: StepLine
    roles: tuple[str, ...]


def unheard_steps(
    session: Session, routines: Routines, access: Access, event_type: str
) -> tuple[Unheard, ...]:
    """From the log's events of that type, least time left first."""
    rows = session.execute(
        open_steps_where(_watched(access))
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(CaseEvent.type == event_type)
        .add_columns(CaseEvent.data)
    )
    found: dict[int, Unheard] = {}
    for step, data in rows:
        if (data["step"], data["item"], data["round"]) == (step.key, step.item, step.round):
            roles = _roles(step, data["roles_without_anyone"])
            before = found[step.id].roles if step.id in found else ()
            found[step.id] = Unheard(StepLine.of(step, routines), _unique((*before, *roles)))
    return tuple(found.values())


def _watched(access: Access) -> ColumnElement[bool]:
    return at_units(access.units(RIGHTS[Right.OVERDUE]))


def _line(step: CaseStep, routines: Routines) -> OverdueLine:
    case, ladder = step.case, step_of(step, routines).ladder
    rungs = (row for row in step.pending if row.rung != OUT and not row.rung.startswith(TELL))
    coming = min(rungs, key=lambda row: row.at, default=None)
    keys = (coming.passed if coming.rung == LATE else [repeated(coming.rung)[0]]) if coming else []
    addressed = [to for rung in ladder.rungs if rung.key in keys for to in rung.to]
    return OverdueLine(
        StepLine.of(step, routines),
        Sieve(case.unit.key, case.definition, case.category, step.key),
        _roles(step, addressed),
        coming.at if coming else None,
    )


def _roles(step: CaseStep, addressed: Iterable[str]) -> tuple[str, ...]:
    return _unique(step.roles[0] if to == RESPONSIBLE else to for to in addressed)


def _unique(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(roles))
