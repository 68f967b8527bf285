"""Who is on duty: set by the unit's manager, or by an administrator for any unit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.admin_log import record
from cases.administration import person_to_change, refuse_unless, unit_offers
from cases.administration_forms import EVERYWHERE
from cases.duty_forms import DUTY_ROLES, NewSpell
from cases.errors import Invalid, NotAllowed, NotFound, Refused
from cases.people import Membership, OnDutySpell, Person, Unit, held_on
from cases.sent import load
from workflow.fields import Message, Options
from workflow.moments import day_of
from workflow.words import _


def roster_offers(session: Session, access: Access, now: datetime) -> Mapping[str, Options]:
    """The units whose roster the person sets, and the people who hold a role that is rostered."""
    units = {
        key: name
        for key, name in unit_offers(session, now).items()
        if access.may_roster(None if key == EVERYWHERE else int(key))
    }
    people = session.execute(
        select(Person.id, Person.name, Person.username)
        .where(Person.memberships.any(_in_force(now)), Person.active)
        .order_by(Person.sort_name, Person.id)
    )
    offered = {str(key): f"{name} ({username})" for key, name, username in people}
    return {"units": units, "people": offered}


def add_spell(
    session: Session, access: Access, data: Mapping[str, Any], now: datetime
) -> OnDutySpell:
    """Only in a role that the person holds somewhere; raises Invalid."""
    refuse_unless(access, Right.DUTY_ROSTER)
    new = load(NewSpell(now=now, offers=roster_offers(session, access, now)), data)
    person = person_to_be_on_duty(session, new, now)
    unit = unit_chosen(session, new["unit"])
    spell = OnDutySpell(
        person=person,
        unit_id=unit.id if unit else None,
        role=new["role"],
        starts_at=new["starts_at"],
        ends_at=new["ends_at"],
    )
    if session.scalars(_same_time(spell, person)).first() is not None:
        raise Invalid({"starts_at": [Message(_("Personen har redan jour där under den tiden."))]})
    session.add(spell)
    record_duty(session, access, "duty_added", now, spell, unit)
    return spell


def person_to_be_on_duty(session: Session, new: Mapping[str, Any], now: datetime) -> Person:
    """With the row locked; raises Invalid for a role that the person does not hold anywhere."""
    person = person_to_change(session, int(new["person"]))
    holds = select(Membership.id).where(
        Membership.person_id == person.id, Membership.role == new["role"], _in_force(now)
    )
    if session.scalars(holds).first() is None:
        raise Invalid({"role": [Message(_("Personen har inte den rollen i någon enhet."))]})
    return person


def unit_chosen(session: Session, choice: str) -> Unit | None:
    """None for the whole municipality."""
    return None if choice == EVERYWHERE else session.get_one(Unit, int(choice))


def end_spell(session: Session, access: Access, spell_id: int, now: datetime) -> None:
    """Removes a spell to come, and ends one under way; raises Refused for one that is over."""
    refuse_unless(access, Right.DUTY_ROSTER)
    spell = session.get(OnDutySpell, spell_id, with_for_update=True)
    if spell is None:
        raise NotFound(_("Jourpasset finns inte. Någon kan ha tagit bort det."))
    if not access.may_roster(spell.unit_id):
        raise NotAllowed(_("Du får inte ändra jouren för den enheten."))
    unit = session.get(Unit, spell.unit_id) if spell.unit_id else None
    if spell.ends_at <= now:
        raise Refused(_("Jourpasset är redan slut."))
    if spell.starts_at > now:
        record_duty(session, access, "duty_removed", now, spell, unit)
        session.delete(spell)
    else:
        spell.ends_at = now
        record_duty(session, access, "duty_ended", now, spell, unit)


def _in_force(now: datetime) -> ColumnElement[bool]:
    return and_(Membership.role.in_(DUTY_ROLES), held_on(day_of(now)))


def _same_time(spell: OnDutySpell, person: Person) -> Select[int]:
    return select(OnDutySpell.id).where(
        OnDutySpell.person_id == person.id,
        OnDutySpell.role == spell.role,
        OnDutySpell.unit_id == spell.unit_id,
        OnDutySpell.starts_at < spell.ends_at,
        OnDutySpell.ends_at > spell.starts_at,
    )


def record_duty(
    session: Session,
    access: Access,
    action: str,
    now: datetime,
    spell: OnDutySpell,
    unit: Unit | None,
) -> None:
    """A line in the admin log about the person on duty."""
    data = {
        "role": spell.role,
        "unit": unit.name if unit else None,
        "starts_at": spell.starts_at.isoformat(),
        "ends_at": spell.ends_at.isoformat(),
    }
    record(session, access, action, now, person=spell.person, unit=unit, data=data)
