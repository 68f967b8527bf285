"""The morning summary of what is overdue, to those who watch over it in their area."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right, access_of
from cases.lines import StepLine
from cases.on_duty import rostered, substitutes
from cases.overdue import oldest_overdue, overdue_by_unit
from cases.people import Membership, Person, held_on
from notifications.bulletin_parts import MOST, Entry, Group, Said
from workflow.messages import Message
from workflow.moments import day_of
from workflow.routines import Routines
from workflow.time_words import time_left
from workflow.words import _

_WATCHING = RIGHTS[Right.OVERDUE]


def those_with_overdue(session: Session, now: datetime) -> tuple[int, ...]:
    """Everybody at work with a mail address who watches over something that is overdue."""
    late = overdue_by_unit(session, now)
    if not late:
        return ()
    return tuple(
        person.id
        for person in _watchers(session, now)
        if _has_any(access_of(session, person, now), late)
    )


def _watchers(session: Session, now: datetime) -> Sequence[Person]:
    """By membership or roster; whoever stands in for an absent one holds the role too."""
    holding = select(Membership.person_id).where(
        Membership.role.in_(_WATCHING), held_on(day_of(now))
    )
    on_duty = {duty.person_id for duty in rostered(session, now) if duty.role in _WATCHING}
    return session.scalars(
        select(Person)
        .where(
            Person.active,
            Person.email != "",
            Person.id.not_in(substitutes(session, now)),
            or_(Person.id.in_(holding), Person.id.in_(on_duty)),
        )
        .order_by(Person.id)
    ).all()


def _has_any(access: Access, late: Mapping[int, int]) -> bool:
    units = access.units(_WATCHING)
    return units is None or not units.isdisjoint(late)


def said_of_overdue(
    session: Session, routines: Routines, access: Access, now: datetime
) -> Said | None:
    """What is overdue as it is sent; None when nothing is. A unit is not named in a mail."""
    counted = overdue_by_unit(session, now, access)
    total = sum(counted.values())
    if not total:
        return None
    lines = oldest_overdue(session, routines, access, now, MOST)
    more = total - len(lines)
    return Said(
        _subject(total),
        (_intro(len(counted)),),
        "forsenat",
        _("Öppna listan över försenat"),
        tuple(_groups(lines, counted, now)),
        Message(_("… och %(n)s till."), n=more) if more else "",
    )


def _subject(total: int) -> str:
    if total == 1:
        return _("1 steg är försenat")
    return Message(_("%(steps)s steg är försenade"), steps=total)


def _intro(units: int) -> str:
    if units == 1:
        return _("Så här är läget i ditt område i dag. Det som är mest försenat står först.")
    return Message(
        _("Så här är läget på %(units)s enheter i dag. Det som är mest försenat står först."),
        units=units,
    )


def _groups(
    lines: Sequence[tuple[int, StepLine]], counted: Mapping[int, int], now: datetime
) -> Iterator[Group]:
    by_unit: dict[int, list[StepLine]] = {}
    for unit, step in lines:
        by_unit.setdefault(unit, []).append(step)
    for n, (unit, steps) in enumerate(by_unit.items(), 1):
        heading = _heading(n, len(counted), counted[unit]) if len(counted) > 1 else ""
        yield Group(heading, tuple(_entry(step, now) for step in steps))


def _heading(n: int, units: int, late: int) -> str:
    if late == 1:
        return Message(_("Enhet %(n)s av %(units)s: 1 försenat steg"), n=n, units=units)
    words = _("Enhet %(n)s av %(units)s: %(steps)s försenade steg")
    return Message(words, n=n, units=units, steps=late)


def _entry(step: StepLine, now: datetime) -> Entry:
    return Entry(step.case.reference, step.label, time_left(step.due_at, now).words)
