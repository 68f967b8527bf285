"""What nobody on duty may miss, and who is on duty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.lines import StepLine, at_units, defined_as, open_steps_where
from cases.on_duty import duties
from cases.people import Person, Unit
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
    here = [
        duty for duty in duties(session, now) if units is None or duty.unit_id in {None, *units}
    ]
    people = select(Person.id, Person.name, Person.sort_name).where(
        Person.active, Person.id.in_({duty.person_id for duty in here})
    )
    named = {key: (name, sort_name) for key, name, sort_name in session.execute(people)}
    unit_names = dict(session.execute(select(Unit.id, Unit.name)).all())
    known = [duty for duty in here if duty.person_id in named]
    known.sort(key=lambda duty: (duty.role, duty.until, named[duty.person_id][1]))
    return tuple(
        OnDuty(
            named[duty.person_id][0],
            duty.role,
            duty.unit_id,
            unit_names[duty.unit_id] if duty.unit_id else None,
            duty.until,
        )
        for duty in known
    )


def _units(access: Access) -> frozenset[int] | None:
    return access.units(RIGHTS[Right.ACUTE_BOARD])
