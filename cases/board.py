"""What nobody on duty may miss, and who is on duty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.lines import StepLine, at_units, defined_as, open_steps_where
from cases.people import OnDutySpell, Person, Unit
from workflow.ladders import Sending
from workflow.routines import Routines


@dataclass(frozen=True)
class OnDuty:
    """Somebody on duty now; no unit means the whole municipality."""

    name: str
    role: str
    unit_id: int | None
    unit: str | None
    until: datetime


@dataclass(frozen=True)
class AcuteLine:
    """A step that cannot wait; `on_duty` names those on duty who may do it."""

    step: StepLine
    on_duty: tuple[str, ...]


def acute_steps(
    session: Session, routines: Routines, access: Access, duty: Iterable[OnDuty]
) -> tuple[AcuteLine, ...]:
    """Open steps whose ladder goes at once, day and night; least time left first."""
    acute = defined_as(routines, lambda step: step.ladder.sending is Sending.AT_ONCE)
    steps = session.scalars(open_steps_where(acute, at_units(_units(access))))
    return tuple(
        AcuteLine(
            StepLine.of(step, routines),
            tuple(
                one.name
                for one in duty
                if one.role in step.roles and one.unit_id in (None, step.case.unit_id)
            ),
        )
        for step in steps
    )


def people_on_duty(session: Session, access: Access, now: datetime) -> tuple[OnDuty, ...]:
    """At the units whose board the person sees, by role and the time they leave."""
    units = _units(access)
    rows = session.execute(
        select(Person.name, OnDutySpell.role, Unit.id, Unit.name, OnDutySpell.ends_at)
        .select_from(OnDutySpell)
        .join(OnDutySpell.person)
        .outerjoin(Unit, Unit.id == OnDutySpell.unit_id)
        .where(
            Person.active,
            OnDutySpell.starts_at <= now,
            OnDutySpell.ends_at > now,
            true() if units is None else or_(Unit.id.is_(None), Unit.id.in_(units)),
        )
        .order_by(OnDutySpell.role, OnDutySpell.ends_at, Person.sort_name)
    )
    return tuple(OnDuty(*row) for row in rows)


def _units(access: Access) -> frozenset[int] | None:
    return access.units(RIGHTS[Right.ACUTE_BOARD])
