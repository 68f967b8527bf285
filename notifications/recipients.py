"""The people behind a rung: those on duty now, else those who hold the role, else its fall-back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.on_duty import duties, stand_ins
from cases.people import Membership, Person, held_on
from workflow.ladders import RESPONSIBLE
from workflow.moments import day_of
from workflow.roles import Role
from workflow.routines import Routines


@dataclass(frozen=True)
class Addressees:
    """Ids of people, each once; `without_anyone` names the roles (or "responsible") with nobody."""

    people: tuple[int, ...]
    without_anyone: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Post:
    """Somebody in a role at a unit, or (None) at every unit."""

    person_id: int
    unit_id: int | None


class Reach:
    """Everybody who can be reached at one moment, read once for thousands of rungs.

    Only people who are active and have a mail address; a substitute who holds the role stands in
    for whoever is absent.
    """

    def __init__(self, session: Session, routines: Routines, now: datetime) -> None:
        self._fallbacks = routines.fallbacks
        self._known: dict[tuple[tuple[str, ...], int | None], tuple[int, ...]] = {}
        self._reachable = frozenset(
            session.scalars(select(Person.id).where(Person.active, Person.email != ""))
        )
        self._instead = stand_ins(session, now)
        self._on_duty = self._by_role(
            (duty.role, duty.person_id, duty.unit_id) for duty in duties(session, now)
        )
        held = session.execute(
            select(Membership.role, Membership.person_id, Membership.unit_id).where(
                held_on(day_of(now))
            )
        )
        self._holders = self._by_role((role, who, unit) for role, who, unit in held)

    def behind(
        self, unit_id: int, roles: Sequence[str], claimed_by: int | None, to: Iterable[str]
    ) -> Addressees:
        """Of a step at a unit, which `roles` may do; each addressee's people in turn."""
        found: dict[int, None] = {}
        without: list[str] = []
        for addressee in dict.fromkeys(to):
            if addressee == RESPONSIBLE:
                people = self._responsible(unit_id, tuple(roles), claimed_by)
            else:
                people = self._staff((addressee,), unit_id)
            found |= dict.fromkeys(people)
            if not people:
                without.append(str(addressee))
        return Addressees(tuple(found), tuple(without))

    def any_mas(self) -> Addressees:
        """The MAS of any unit, for a rung behind which nobody stood."""
        return self.anywhere(Role.MAS)

    def anywhere(self, role: Role) -> Addressees:
        """Of any unit or of none, for what concerns the whole municipality."""
        people = self._staff((role,), None)
        return Addressees(people, () if people else (str(role),))

    def _responsible(
        self, unit_id: int, roles: tuple[str, ...], claimed_by: int | None
    ) -> tuple[int, ...]:
        if claimed_by is not None:
            stand_in = self._instead.away.get(claimed_by, claimed_by)
            posts = (*self._posts(self._on_duty, roles), *self._posts(self._holders, roles))
            if stand_in in _at(posts, unit_id):
                return (stand_in,)
        return self._staff(roles, unit_id)

    def _staff(self, roles: tuple[str, ...], unit_id: int | None) -> tuple[int, ...]:
        key = (roles, unit_id)
        if key not in self._known:
            self._known[key] = self._found(roles, unit_id, set())
        return self._known[key]

    def _found(self, roles: Iterable[str], unit_id: int | None, asked: set[str]) -> tuple[int, ...]:
        """Everybody on duty in one of the roles, else the first role's that anybody holds."""
        roles = [role for role in roles if role not in asked]
        if not roles:
            return ()
        if people := _at(self._posts(self._on_duty, roles), unit_id):
            return people
        for role in roles:
            if people := _at(self._posts(self._holders, (role,)), unit_id):
                return people
        asked |= set(roles)
        instead = [other for role in roles for other in self._fallbacks.get(role, ())]
        return self._found(instead, unit_id, asked)

    def _by_role(
        self, rows: Iterable[tuple[str, int, int | None]]
    ) -> Mapping[str, tuple[_Post, ...]]:
        posts: dict[str, list[_Post]] = {}
        for role, person_id, unit_id in rows:
            acts = self._instead.who_acts(person_id, role)
            if acts in self._reachable:
                posts.setdefault(role, []).append(_Post(acts, unit_id))
        return {role: tuple(each) for role, each in posts.items()}

    def _posts(
        self, posts: Mapping[str, tuple[_Post, ...]], roles: Iterable[str]
    ) -> Iterator[_Post]:
        for role in roles:
            yield from posts.get(role, ())


def _at(posts: Iterable[_Post], unit_id: int | None) -> tuple[int, ...]:
    """At the unit or in the whole municipality; without a unit, anywhere."""
    here = {p.person_id for p in posts if unit_id is None or p.unit_id in (None, unit_id)}
    return tuple(sorted(here))
