"""People, and the roles they hold where and when; every change leaves a line in the admin log."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.accounts import one_time_password, sign_out_everywhere
from cases.admin_log import record
from cases.administration_forms import EVERYWHERE, ChangedPerson, EndOfRole, NewPerson, NewRole
from cases.errors import Invalid, NotAllowed, NotFound, Refused
from cases.people import Membership, Person, Unit, sort_key
from cases.sent import load
from cases.tokens import revoke_all
from workflow.fields import Message, Options
from workflow.moments import day_of
from workflow.roles import Role
from workflow.words import _

LAST_ADMINISTRATOR = _(
    "Det måste finnas en systemförvaltare utan slutdatum. Ge någon annan rollen först."
)


def refuse_unless(access: Access, right: Right) -> None:
    """Raises NotAllowed."""
    if not access.has(right):
        raise NotAllowed(_("Din roll får inte göra det här."))


def add_person(session: Session, access: Access, data: Mapping[str, Any], now: datetime) -> Person:
    """Without role and password; raises Invalid."""
    refuse_unless(access, Right.ADMINISTER)
    form = NewPerson(now=now)
    new = load(form, data)
    person = Person(password_hash=None, active=True)
    _fill_in(session, person, new)
    session.add(person)
    session.flush()
    record(session, access, "person_added", now, person=person, data=_told(form, new))
    return person


def change_person(
    session: Session, access: Access, person_id: int, data: Mapping[str, Any], now: datetime
) -> Person:
    """Closing ends logins and keys; raises Invalid, and Refused for the last administrator."""
    refuse_unless(access, Right.ADMINISTER)
    person = person_to_change(session, person_id)
    form = ChangedPerson(now=now)
    new = load(form, data)
    active = new.pop("active")
    old = {name: getattr(person, name) for name in new}
    _fill_in(session, person, new)
    changed = {n: [old[n], getattr(person, n)] for n in new if old[n] != getattr(person, n)}
    if changed:
        record(session, access, "person_changed", now, person=person, data=changed)
    if active != person.active:
        person.active = active
        record(session, access, f"account_{'opened' if active else 'closed'}", now, person=person)
        if not active:
            sign_out_everywhere(session, person.id, now)
            revoke_all(session, person.id, now)
            _keep_an_administrator(session, person.memberships, now)
    return person


def give_role(
    session: Session, access: Access, person_id: int, data: Mapping[str, Any], now: datetime
) -> Membership:
    """Raises Invalid, for a role already held in some part of the time too."""
    refuse_unless(access, Right.ADMINISTER)
    person = person_to_change(session, person_id)
    form = NewRole(now=now, offers={"units": unit_offers(session, now)})
    new = load(form, data)
    unit = None if new["unit"] == EVERYWHERE else session.get_one(Unit, int(new["unit"]))
    membership = Membership(
        person_id=person.id,
        unit_id=unit.id if unit else None,
        role=new["role"],
        from_day=new["from_day"],
        to_day=new.get("to_day"),
    )
    if session.scalars(_same_time(membership)).first() is not None:
        raise Invalid({"role": [Message(_("Personen har redan rollen där under den tiden."))]})
    session.add(membership)
    session.flush()
    _told_role(session, access, "role_given", now, membership)
    return membership


def end_role(
    session: Session,
    access: Access,
    person_id: int,
    membership_id: int,
    data: Mapping[str, Any],
    now: datetime,
) -> Membership:
    """Sets the last day; raises Invalid, and Refused for the last administrator."""
    refuse_unless(access, Right.ADMINISTER)
    membership = _held(session, person_id, membership_id)
    last = load(EndOfRole(now=now), data)["to_day"]
    if last < membership.from_day:
        raise Invalid({"to_day": [Message(_("Slutdagen ligger före startdagen."))]})
    if last != membership.to_day:
        membership.to_day = last
        _told_role(session, access, "role_ended", now, membership)
        _keep_an_administrator(session, [membership], now)
    return membership


def remove_role(
    session: Session, access: Access, person_id: int, membership_id: int, now: datetime
) -> None:
    """Undoes a role that began today or has not begun; raises Refused for an older one."""
    refuse_unless(access, Right.ADMINISTER)
    membership = _held(session, person_id, membership_id)
    if membership.from_day < day_of(now):
        raise Refused(_("Rollen har redan gällt. Sätt ett slutdatum i stället."))
    _told_role(session, access, "role_removed", now, membership)
    session.delete(membership)
    _keep_an_administrator(session, [membership], now)


def give_one_time_password(
    session: Session, access: Access, person_id: int, now: datetime
) -> tuple[Person, str]:
    """To be shown once; the person is logged out everywhere and must change it at login."""
    refuse_unless(access, Right.ADMINISTER)
    person = person_to_change(session, person_id)
    record(session, access, "one_time_password", now, person=person)
    return person, one_time_password(session, person, now)


def unit_offers(session: Session, now: datetime) -> Options:
    """The whole municipality, then every unit that is open today, by name."""
    still_open = or_(Unit.closed_on.is_(None), Unit.closed_on > day_of(now))
    units = session.scalars(select(Unit).where(still_open)).all()
    by_name = sorted(units, key=lambda unit: sort_key(unit.name))
    return {EVERYWHERE: _("Hela kommunen"), **{str(unit.id): unit.name for unit in by_name}}


def person_to_change(session: Session, person_id: int) -> Person:
    """With the row locked, so that two changes come one after the other; raises NotFound."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound(_("Personen finns inte."))
    return person


def _fill_in(session: Session, person: Person, new: Mapping[str, Any]) -> None:
    username = new["username"].lower()
    same = select(Person.id).where(Person.username == username, Person.id != person.id)
    if session.scalar(same) is not None:
        raise Invalid({"username": [Message(_("Användarnamnet är upptaget."))]})
    person.username, person.name, person.email = username, new["name"], new["email"]
    person.sort_name = sort_key(person.name)


def _told(form: NewPerson, new: Mapping[str, Any]) -> dict[str, Any]:
    return dict(form.dump(new))


def _held(session: Session, person_id: int, membership_id: int) -> Membership:
    person = person_to_change(session, person_id)
    membership = session.get(Membership, membership_id)
    if membership is None or membership.person_id != person.id:
        raise NotFound(_("Rollen finns inte."))
    return membership


def _same_time(new: Membership) -> Select[int]:
    begins_before_end = Membership.from_day <= new.to_day if new.to_day else true()
    return select(Membership.id).where(
        Membership.person_id == new.person_id,
        Membership.role == new.role,
        Membership.unit_id == new.unit_id,
        begins_before_end,
        or_(Membership.to_day.is_(None), Membership.to_day >= new.from_day),
    )


def _told_role(
    session: Session, access: Access, action: str, now: datetime, membership: Membership
) -> None:
    data = {
        "role": membership.role,
        "unit": membership.unit.name if membership.unit else None,
        "from_day": membership.from_day.isoformat(),
        "to_day": membership.to_day.isoformat() if membership.to_day else None,
    }
    record(session, access, action, now, person=membership.person, unit=membership.unit, data=data)


def _keep_an_administrator(session: Session, lost: Iterable[Membership], now: datetime) -> None:
    if all(membership.role != Role.ADMINISTRATOR for membership in lost):
        return
    # After the change: locking all of them makes two administrators who remove each other take
    # turns, and the second one finds nobody left.
    session.flush()
    remaining = session.scalars(
        select(Membership.id)
        .join(Membership.person)
        .where(
            Membership.role == Role.ADMINISTRATOR,
            Membership.from_day <= day_of(now),
            Membership.to_day.is_(None),
            Person.active,
        )
        .with_for_update()
    )
    if not remaining.all():
        raise Refused(LAST_ADMINISTRATOR)
