"""What the pages about people and units show; no patient is read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from cases.errors import NotFound
from cases.models import Case
from cases.people import OWN, Membership, Person, Unit, held_on, sort_key
from workflow.moments import day_of
from workflow.words import _

PAGE = 50


@dataclass(frozen=True)
class RoleLine:
    """A role somebody holds; `unit` None is the whole municipality."""

    id: int
    role: str
    unit: str | None
    from_day: date
    to_day: date | None
    over: bool
    removable: bool


@dataclass(frozen=True)
class PersonLine:
    """A person with the roles held today, or with all of them on the person's own page."""

    id: int
    name: str
    username: str
    email: str
    active: bool
    has_password: bool
    roles: tuple[RoleLine, ...]


@dataclass(frozen=True)
class Found:
    """One page of a list; `page` is counted from 1."""

    people: tuple[PersonLine, ...]
    total: int
    page: int
    pages: int


def people_found(session: Session, q: str, page: int, now: datetime) -> Found:
    """Names or user names that hold the text, in Swedish order; a page too far gives the last."""
    text = Person.sort_name.contains(sort_key(q), autoescape=True)
    found = or_(text, Person.username.contains(q.lower(), autoescape=True)) if q else true()
    matches = and_(found, Person.username != OWN)
    total = session.scalar(select(func.count()).select_from(Person).where(matches)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    people = session.scalars(
        select(Person)
        .where(matches)
        .order_by(Person.sort_name, Person.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    in_force = held_on(day_of(now))
    roles = _roles(session, [person.id for person in people], now, in_force)
    lines = tuple(_person(person, roles.get(person.id, ())) for person in people)
    return Found(lines, total, page, pages)


def person_page(session: Session, person_id: int, now: datetime) -> PersonLine:
    """With every role, also those over and to come; raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(_("Personen finns inte."))
    return _person(person, _roles(session, [person.id], now, true()).get(person.id, ()))


def _person(person: Person, roles: Sequence[RoleLine]) -> PersonLine:
    return PersonLine(
        person.id,
        person.name,
        person.username,
        person.email,
        person.active,
        person.password_hash is not None,
        tuple(roles),
    )


def _roles(
    session: Session, person_ids: Iterable[int], now: datetime, where: ColumnElement[bool]
) -> dict[int, list[RoleLine]]:
    by_person: dict[int, list[RoleLine]] = {}
    rows = session.execute(
        select(Membership, Unit.name)
        .join(Unit, Unit.id == Membership.unit_id, isouter=True)
        .where(Membership.person_id.in_(list(person_ids)), where)
        .order_by(Membership.from_day.desc(), Membership.id)
    )
    day = day_of(now)
    for held, unit in rows:
        over = held.to_day is not None and held.to_day < day
        line = RoleLine(
            held.id, held.role, unit, held.from_day, held.to_day, over, held.from_day >= day
        )
        by_person.setdefault(held.person_id, []).append(line)
    return by_person


@dataclass(frozen=True)
class UnitLine:
    """A unit with how many work there today and how many cases are open."""

    id: int
    name: str
    kind: str
    closed_on: date | None
    people: int
    open_cases: int


def units(session: Session, now: datetime) -> tuple[UnitLine, ...]:
    """Open ones first, in Swedish order."""
    people = (
        select(func.count(Membership.person_id.distinct()))
        .where(Membership.unit_id == Unit.id, held_on(day_of(now)))
        .scalar_subquery()
    )
    cases = (
        select(func.count(Case.id))
        .where(Case.unit_id == Unit.id, Case.closed_at.is_(None))
        .scalar_subquery()
    )
    shown = select(Unit.id, Unit.name, Unit.kind, Unit.closed_on, people, cases)
    rows = session.execute(shown.where(Unit.key != OWN))
    lines = (UnitLine(*row) for row in rows)
    return tuple(sorted(lines, key=lambda line: (line.closed_on is not None, sort_key(line.name))))


def unit_page(session: Session, unit_id: int, now: datetime) -> UnitLine:
    """Raises NotFound."""
    for line in units(session, now):
        if line.id == unit_id:
            return line
    raise NotFound(_("Enheten finns inte."))
