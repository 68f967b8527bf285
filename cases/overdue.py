"""Where it is burning: the one predicate for overdue, and the lists that managers watch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.changes import LATE, OUT, TELL
from cases.database import UTCDateTime
from cases.lines import StepLine, at_units, open_step_rows, open_steps_where
from cases.log import UNHEARD, CaseEvent
from cases.models import OPEN, Case, CaseStep, PendingEscalation
from workflow.again import repeated
from workflow.ladders import RESPONSIBLE
from workflow.routines import Routines

Clock = SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None]


def past_due(due_at: Clock, ended_at: Clock | datetime) -> ColumnElement[bool]:
    """Of an open step now, or of one that has ended then: no closing hides that it was late."""
    return due_at < ended_at


def overdue(now: Clock | datetime) -> ColumnElement[bool]:
    """The condition on CaseStep that lists, counts, mails and figures share."""
    return and_(
        CaseStep.condition == OPEN,
        past_due(CaseStep.due_at, now),
        CaseStep.case.has(Case.closed_at.is_(None)),
    )


class Sieve(NamedTuple):
    """What a list is narrowed to, by key; an empty one lets everything through."""

    unit: str = ""
    definition: str = ""
    category: str = ""
    step: str = ""

    def lets_through(self, other: "Sieve") -> bool:
        """True when all that this one names is the same in the other."""
        return all(mine in ("", theirs) for mine, theirs in zip(self, other, strict=True))


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
    which = (overdue(now), _watched(access))
    coming = {row.step_id: row for row in session.execute(_next_rungs(*which))}
    rows = session.execute(open_step_rows(*which))
    return tuple(_line(row, coming.get(row.id), routines) for row in rows)


def _next_rungs(*which: ColumnElement[bool]) -> Select[Any]:
    """Of each such step the rung that fires first, leaving out what addresses nobody on time."""
    place = func.row_number().over(
        partition_by=PendingEscalation.step_id,
        order_by=(PendingEscalation.at, PendingEscalation.id),
    )
    rungs = (
        select(
            PendingEscalation.step_id,
            PendingEscalation.rung,
            PendingEscalation.at,
            PendingEscalation.passed,
            place.label("place"),
        )
        .join(PendingEscalation.step)
        .join(CaseStep.case)
        .where(
            PendingEscalation.rung != OUT,
            ~PendingEscalation.rung.startswith(TELL, autoescape=True),
            *which,
        )
        .subquery()
    )
    return select(rungs).where(rungs.c.place == 1)


def count_overdue(session: Session, access: Access, now: datetime) -> int:
    """How many lines overdue_steps would give."""
    units = access.units(RIGHTS[Right.OVERDUE])
    counted = _COUNT if units is None else _COUNT_HERE
    return session.scalars(counted, {"now": now, "units": units}).one()


# Made once: every page's menu asks it, and making it takes longer than answering it.
_COUNT = (
    select(func.count()).select_from(CaseStep).where(overdue(bindparam("now", type_=UTCDateTime())))
)
_COUNT_HERE = _COUNT.join(CaseStep.case).where(Case.unit_id.in_(bindparam("units", expanding=True)))


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


def unheard_steps(session: Session, routines: Routines, access: Access) -> tuple[Unheard, ...]:
    """By the log, least time left first."""
    told_nobody = select(CaseEvent.case_id).where(UNHEARD)
    without_anyone: dict[tuple[int, str, str, int], list[str]] = {}
    for case_id, data in session.execute(
        told_nobody.add_columns(CaseEvent.data).order_by(CaseEvent.id)
    ):
        about = (case_id, data["step"], data["item"], data["round"])
        without_anyone.setdefault(about, []).extend(data["roles_without_anyone"])
    if not without_anyone:
        return ()
    which = (CaseStep.case_id.in_(told_nobody), _watched(access))
    return tuple(
        Unheard(StepLine.of(step, routines), _roles(step.roles, missing))
        for step in session.scalars(open_steps_where(*which))
        if (missing := without_anyone.get((step.case_id, step.key, step.item, step.round)))
    )


def _watched(access: Access) -> ColumnElement[bool]:
    return at_units(access.units(RIGHTS[Right.OVERDUE]))


def _line(step: Row[Any], coming: Row[Any] | None, routines: Routines) -> OverdueLine:
    ladder = routines.engine(step.definition, step.version).definition.step(step.key).ladder
    keys = (coming.passed if coming.rung == LATE else [repeated(coming.rung)[0]]) if coming else []
    addressed = [to for rung in ladder.rungs if rung.key in keys for to in rung.to]
    return OverdueLine(
        StepLine.read(step, routines),
        Sieve(step.unit_key, step.definition, step.category, step.key),
        _roles(step.roles, addressed),
        coming.at if coming else None,
    )


def _roles(roles: Sequence[str], addressed: Iterable[str]) -> tuple[str, ...]:
    return _unique(roles[0] if to == RESPONSIBLE else to for to in addressed)


def _unique(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(roles))
