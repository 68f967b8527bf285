"""Who is away and who stands in: set by a manager for the unit's people, or by administrators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from cases.access import RIGHTS, Access, Right
from cases.admin_log import record
from cases.administration import person_to_change, refuse_unless
from cases.duty import Absence
from cases.duty_forms import NewAbsence
from cases.errors import Invalid, NotAllowed, NotFound, Refused
from cases.people import Membership, Person, held_on
from cases.sent import load
from workflow.fields import Message, Options
from workflow.moments import day_of
from workflow.words import _


@dataclass(frozen=True)
class AbsenceLine:
    """An absence not over yet; `substitute` None is nobody."""

    id: int
    person: str
    substitute: str | None
    starts_at: datetime
    ends_at: datetime
    under_way: bool


def absence_lines(session: Session, access: Access, now: datetime) -> tuple[AbsenceLine, ...]:
    """Of the people whose absence the person sets, first come first."""
    found = session.scalars(
        select(Absence)
        .join(Person, Person.id == Absence.person_id)
        .where(Absence.ends_at > now, Person.active, _staff(access, now))
        .options(joinedload(Absence.person), joinedload(Absence.substitute))
        .order_by(Absence.starts_at, Person.sort_name, Absence.id)
    )
    return tuple(
        AbsenceLine(
            each.id,
            each.person.name,
            each.substitute.name if each.substitute else None,
            each.starts_at,
            each.ends_at,
            each.starts_at <= now,
        )
        for each in found
    )


def absence_offers(session: Session, access: Access, now: datetime) -> Mapping[str, Options]:
    """The people whose absence the person sets, and all who hold a role and may stand in."""
    everybody = select(Person.id, Person.name, Person.username).where(
        Person.active, Person.memberships.any(held_on(day_of(now)))
    )
    ordered = everybody.order_by(Person.sort_name, Person.id)
    return {
        offer: {str(key): f"{name} ({username})" for key, name, username in session.execute(found)}
        for offer, found in (
            ("people", ordered.where(_staff(access, now))),
            ("substitutes", ordered),
        )
    }


def add_absence(
    session: Session, access: Access, data: Mapping[str, Any], now: datetime
) -> Absence:
    """Raises Invalid, for a substitute who shares no role or is away too."""
    refuse_unless(access, Right.DUTY_ROSTER)
    new = load(NewAbsence(now=now, offers=absence_offers(session, access, now)), data)
    chosen = sorted({int(new["person"]), int(new.get("substitute", new["person"]))})
    # Locked in one order, so that two who are to stand in for each other wait for their turn.
    people = {person_id: person_to_change(session, person_id) for person_id in chosen}
    person = people[int(new["person"])]
    substitute = people[int(new["substitute"])] if "substitute" in new else None
    absence = Absence(
        person_id=person.id,
        substitute_id=substitute.id if substitute else None,
        starts_at=new["starts_at"],
        ends_at=new["ends_at"],
    )
    if _is_away(session, person, absence):
        raise Invalid({"starts_at": [Message(_("Personen är redan borta under den tiden."))]})
    if substitute is not None:
        _refuse_unfit(session, person, substitute, absence, now)
    session.add(absence)
    session.flush()
    _told(session, access, "absence_added", now, absence)
    return absence


def end_absence(session: Session, access: Access, absence_id: int, now: datetime) -> None:
    """Removes one to come, and ends one under way; raises Refused for one that is over."""
    refuse_unless(access, Right.DUTY_ROSTER)
    absence = session.get(Absence, absence_id, with_for_update=True)
    if absence is None:
        raise NotFound(_("Frånvaron finns inte. Någon kan ha tagit bort den."))
    hers = select(Person.id).where(Person.id == absence.person_id, _staff(access, now))
    if session.scalar(hers) is None:
        raise NotAllowed(_("Du får inte ändra frånvaron för den personen."))
    if absence.ends_at <= now:
        raise Refused(_("Frånvaron är redan slut."))
    if absence.starts_at > now:
        _told(session, access, "absence_removed", now, absence)
        session.delete(absence)
    else:
        absence.ends_at = now
        _told(session, access, "absence_ended", now, absence)


def _staff(access: Access, now: datetime) -> ColumnElement[bool]:
    """The condition on Person for those who work at a unit whose roster the person sets."""
    units = access.units(RIGHTS[Right.DUTY_ROSTER])
    works = held_on(day_of(now))
    return Person.memberships.any(works if units is None else works & Membership.unit_id.in_(units))


def _is_away(session: Session, person: Person, absence: Absence) -> bool:
    same_time = select(Absence.id).where(
        Absence.person_id == person.id,
        Absence.starts_at < absence.ends_at,
        Absence.ends_at > absence.starts_at,
    )
    return session.scalars(same_time).first() is not None


def _refuse_unfit(
    session: Session, person: Person, substitute: Person, absence: Absence, now: datetime
) -> None:
    held = [
        set(session.scalars(
            select(Membership.role).where(
                Membership.person_id == each.id, held_on(day_of(max(now, absence.starts_at)))
            )
        ))
        for each in (person, substitute)
    ]  # fmt: skip
    if held[0].isdisjoint(held[1]):
        raise Invalid({"substitute": [Message(_("Vikarien har ingen av personens roller."))]})
    if _is_away(session, substitute, absence):
        raise Invalid({"substitute": [Message(_("Vikarien är själv borta under den tiden."))]})


def _told(session: Session, access: Access, action: str, now: datetime, absence: Absence) -> None:
    data = {
        "starts_at": absence.starts_at.isoformat(),
        "ends_at": absence.ends_at.isoformat(),
        "substitute": absence.substitute.name if absence.substitute else None,
    }
    record(session, access, action, now, person=absence.person, data=data)
