"""The people behind a rung: those on duty now, else those who hold the role."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from cases.access import access_of
from cases.models import CaseStep
from cases.people import Membership, OnDutySpell, Person
from workflow.holidays import STOCKHOLM
from workflow.ladders import RESPONSIBLE
from workflow.roles import Role


@dataclass(frozen=True)
class Addressees:
    """Each person once; `without_anyone` names the roles (or "responsible") nobody stood behind."""

    people: tuple[Person, ...]
    without_anyone: tuple[str, ...]


def people_behind(session: Session, step: CaseStep, to: Iterable[str], now: datetime) -> Addressees:
    """Only people who are active and have an e-mail address."""
    found: dict[int, Person] = {}
    without: list[str] = []
    for addressee in dict.fromkeys(to):
        if addressee == RESPONSIBLE:
            people = _responsible(session, step, now)
        else:
            people = _staff(session, (addressee,), step.case.unit_id, now)
        found |= {person.id: person for person in people}
        if not people:
            without.append(str(addressee))
    return Addressees(tuple(found.values()), tuple(without))


def any_mas(session: Session, now: datetime) -> Addressees:
    """The MAS of any unit, for a rung behind which nobody stood."""
    people = _staff(session, (Role.MAS,), None, now)
    return Addressees(tuple(people), () if people else (str(Role.MAS),))


def _responsible(session: Session, step: CaseStep, now: datetime) -> Sequence[Person]:
    claimant = step.claimant
    if (
        claimant is not None
        and claimant.email
        and access_of(session, claimant, now).may_do(step.case, step.roles)
    ):
        return (claimant,)
    return _staff(session, step.roles, step.case.unit_id, now)


def _staff(
    session: Session, roles: Sequence[str], unit_id: int | None, now: datetime
) -> Sequence[Person]:
    """Everybody on duty in one of the roles, else all who hold the first role anybody holds."""
    on_duty = _reachable().join(OnDutySpell, OnDutySpell.person_id == Person.id)
    on_duty = on_duty.where(
        OnDutySpell.role.in_(roles),
        OnDutySpell.starts_at <= now,
        OnDutySpell.ends_at > now,
        _at(OnDutySpell.unit_id, unit_id),
    )
    if people := session.scalars(on_duty).all():
        return people
    today = now.astimezone(STOCKHOLM).date()
    for role in roles:
        holders = _reachable().join(Membership, Membership.person_id == Person.id)
        holders = holders.where(
            Membership.role == role,
            Membership.from_day <= today,
            or_(Membership.to_day.is_(None), Membership.to_day >= today),
            _at(Membership.unit_id, unit_id),
        )
        if people := session.scalars(holders).all():
            return people
    return ()


def _reachable() -> Select[Person]:
    return select(Person).where(Person.active, Person.email != "").order_by(Person.id).distinct()


def _at(column: InstrumentedAttribute[int | None], unit_id: int | None) -> ColumnElement[bool]:
    """The unit or the whole municipality; without a unit, anywhere."""
    return true() if unit_id is None else or_(column.is_(None), column == unit_id)
