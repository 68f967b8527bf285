"""Who can be asked to do a step at a unit: those on duty, and those who hold the role."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from cases.people import Membership, OnDutySpell, Person, sort_key
from workflow.moments import day_of


@dataclass(frozen=True)
class Holder:
    """A person in one role at the unit or in the whole municipality."""

    person_id: int
    name: str
    role: str


def on_duty_at(session: Session, unit_id: int, now: datetime) -> tuple[Holder, ...]:
    """By name; somebody on duty in two roles stands there twice."""
    rows = session.execute(
        select(Person.id, Person.name, OnDutySpell.role)
        .join(OnDutySpell, OnDutySpell.person_id == Person.id)
        .where(
            Person.active,
            OnDutySpell.starts_at <= now,
            OnDutySpell.ends_at > now,
            _at(OnDutySpell.unit_id, unit_id),
        )
    )
    return _by_name(Holder(*row) for row in rows)


def those_who_may(
    session: Session, unit_id: int, roles: Sequence[str], now: datetime
) -> tuple[Holder, ...]:
    """Each person once, by name; the role is the first of `roles` that they hold."""
    today = day_of(now)
    rows = session.execute(
        select(Person.id, Person.name, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.active,
            Membership.role.in_(roles),
            Membership.from_day <= today,
            or_(Membership.to_day.is_(None), Membership.to_day >= today),
            _at(Membership.unit_id, unit_id),
        )
    )
    found = [Holder(*row) for row in rows]
    found += [each for each in on_duty_at(session, unit_id, now) if each.role in roles]
    found.sort(key=lambda holder: roles.index(holder.role), reverse=True)
    return _by_name({holder.person_id: holder for holder in found}.values())


def _by_name(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    return tuple(sorted(set(holders), key=lambda holder: (sort_key(holder.name), holder.person_id)))


def _at(column: InstrumentedAttribute[int | None], unit_id: int) -> ColumnElement[bool]:
    return or_(column.is_(None), column == unit_id)
