"""Who can be asked to do a step at a unit: those on duty, and those who hold the role."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from cases.on_duty import duties, stand_ins
from cases.people import Membership, Person, held_on, sort_key
from workflow.moments import day_of


@dataclass(frozen=True)
class Holder:
    """A person in one role at the unit or in the whole municipality."""

    person_id: int
    name: str
    role: str


def on_duty_at(session: Session, unit_id: int, now: datetime) -> tuple[Holder, ...]:
    """By name, nobody who is absent; somebody on duty in two roles stands there twice."""
    return _named(session, _on_duty(session, unit_id, now))


def those_who_may(
    session: Session, unit_id: int, roles: Sequence[str], now: datetime
) -> tuple[Holder, ...]:
    """Each person once, by name; the role is the first of `roles` that they hold or stand in for.

    Nobody who is absent.
    """
    members = session.execute(
        select(Membership.person_id, Membership.role).where(
            Membership.role.in_(roles),
            held_on(day_of(now)),
            or_(Membership.unit_id.is_(None), Membership.unit_id == unit_id),
        )
    )
    instead = stand_ins(session, now)
    acting = [(instead.who_acts(person, role), role) for person, role in members]
    found = [(person, role) for person, role in acting if person is not None]
    found += [(person, role) for person, role in _on_duty(session, unit_id, now) if role in roles]
    found.sort(key=lambda pair: roles.index(pair[1]), reverse=True)
    return _named(session, dict(found).items())


def _on_duty(session: Session, unit_id: int, now: datetime) -> list[tuple[int, str]]:
    here = (None, unit_id)
    return [(duty.person_id, duty.role) for duty in duties(session, now) if duty.unit_id in here]


_NAMES = select(Person.id, Person.name).where(
    Person.active, Person.id.in_(bindparam("people", expanding=True))
)


def _named(session: Session, found: Collection[tuple[int, str]]) -> tuple[Holder, ...]:
    if not found:
        return ()
    names = dict(session.execute(_NAMES, {"people": {person for person, _role in found}}).all())
    holders = {Holder(person, names[person], role) for person, role in found if person in names}
    return tuple(sorted(holders, key=lambda one: (sort_key(one.name), one.person_id, one.role)))
