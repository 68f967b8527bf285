"""Whom and what a row of a roster names, among the people and units there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.duty_forms import DUTY_ROLES
from cases.errors import Invalid
from cases.people import Membership, Person, Unit, held_on
from cases.roster_files import Row
from workflow.fields import Message
from workflow.moments import day_of
from workflow.roles import LABELS, Role
from workflow.words import _

T = TypeVar("T")

EVERYWHERE = ("", "*", "all", "hela kommunen")
"""How a file says the whole municipality."""

_ROLES = {word.casefold(): role for role in DUTY_ROLES for word in (role, LABELS[role])}


@dataclass(frozen=True)
class Post:
    """People in one role at a unit, or (None) in the whole municipality."""

    people: tuple[Person, ...]
    role: Role
    unit: Unit | None


@dataclass(frozen=True)
class Directory:
    """People by user name and mail address, units by key and name, all casefolded.

    `None` stands for a name that two people or two units share.
    """

    access: Access
    people: Mapping[str, Person | None]
    units: Mapping[str, Unit | None]
    holding: frozenset[tuple[int, str]]

    def post(self, row: Row) -> Post:
        """Raises Invalid, with a message for each thing that is wrong."""
        people, role = self._people(row), _ROLES.get(row.role.strip().casefold())
        name = row.unit.strip().casefold()
        unit = None if name in EVERYWHERE else self.units.get(name)
        wrong: list[Message] = []
        if not people:
            wrong.append(Message(_("Ingen har det användarnamnet eller den adressen.")))
        if role is None:
            wrong.append(Message(_("Rollen finns inte, eller har inte jour.")))
        elif any((person.id, role) not in self.holding for person in people):
            wrong.append(Message(_("Personen har inte den rollen i någon enhet.")))
        if unit is None and name not in EVERYWHERE:
            wrong.append(Message(_("Enheten finns inte, eller två enheter heter så.")))
        elif not self.access.may_roster(unit.id if unit else None):
            wrong.append(Message(_("Du får inte lägga in jour för den enheten.")))
        if wrong or role is None:
            raise Invalid({"": wrong})
        return Post(people, role, unit)

    def _people(self, row: Row) -> tuple[Person, ...]:
        for group in row.who:
            known = {name.casefold(): self.people.get(name.casefold()) for name in group}
            if found := [person for person in known.values() if person is not None]:
                return tuple(dict.fromkeys(found))
        return ()


def directory(session: Session, access: Access, now: datetime) -> Directory:
    """People whose accounts are open and units that are not closed."""
    people = session.scalars(select(Person).where(Person.active)).all()
    units = session.scalars(
        select(Unit).where(or_(Unit.closed_on.is_(None), Unit.closed_on > day_of(now)))
    ).all()
    holding = session.execute(
        select(Membership.person_id, Membership.role).where(held_on(day_of(now)))
    )
    return Directory(
        access,
        by_name((name, each) for each in people for name in (each.username, each.email)),
        by_name((name, each) for each in units for name in (each.key, each.name)),
        frozenset((person, role) for person, role in holding),
    )


def by_name(pairs: Iterable[tuple[str, T]]) -> dict[str, T | None]:
    """Casefolded; None for a name that two of them share."""
    named: dict[str, T | None] = {}
    for name, each in pairs:
        key = name.casefold()
        named[key] = each if named.get(key, each) is each else None
    return named
