"""Duty that comes back each week: set and ended as the roster is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import gcd
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from cases.access import Access, Right
from cases.admin_log import record
from cases.administration import refuse_unless
from cases.duty import WeeklyDuty
from cases.duty_forms import EndOfWeeklyDuty, NewWeeklyDuty
from cases.duty_roster import person_to_be_on_duty, roster_offers, unit_chosen
from cases.errors import Invalid, NotAllowed, NotFound, Refused
from cases.people import Person, sort_key
from cases.sent import load
from cases.weekly import minutes_of, weeks_between
from workflow.fields import Message
from workflow.moments import day_of
from workflow.time_fields import clock_words
from workflow.words import _


@dataclass(frozen=True)
class WeeklyLine:
    """A pattern not over yet; `unit` None is the whole municipality."""

    id: int
    person: str
    role: str
    unit: str | None
    weekday: int
    starts: str
    ends: str
    every_weeks: int
    from_day: date
    to_day: date | None
    changeable: bool
    removable: bool


def weekly_lines(session: Session, access: Access, now: datetime) -> tuple[WeeklyLine, ...]:
    """By person and weekday, those begun and those to come."""
    today = day_of(now)
    found = session.scalars(
        select(WeeklyDuty)
        .join(WeeklyDuty.person)
        .where(or_(WeeklyDuty.to_day.is_(None), WeeklyDuty.to_day >= today), Person.active)
        .options(joinedload(WeeklyDuty.person), joinedload(WeeklyDuty.unit))
    )
    return tuple(
        WeeklyLine(
            each.id,
            each.person.name,
            each.role,
            each.unit.name if each.unit else None,
            each.weekday,
            clock_words(each.starts),
            clock_words(each.ends),
            each.every_weeks,
            each.from_day,
            each.to_day,
            changeable=access.may_roster(each.unit_id),
            removable=access.may_roster(each.unit_id) and each.from_day >= today,
        )
        for each in sorted(found, key=lambda d: (sort_key(d.person.name), d.weekday, d.starts))
    )


def add_weekly(
    session: Session, access: Access, data: Mapping[str, Any], now: datetime
) -> tuple[WeeklyDuty, ...]:
    """One for each weekday, in a role that the person holds somewhere; raises Invalid."""
    refuse_unless(access, Right.DUTY_ROSTER)
    new = load(NewWeeklyDuty(now=now, offers=roster_offers(session, access, now)), data)
    person = person_to_be_on_duty(session, new, now)
    unit = unit_chosen(session, new["unit"])
    added = tuple(
        WeeklyDuty(
            person_id=person.id,
            unit_id=unit.id if unit else None,
            role=new["role"],
            weekday=int(weekday),
            starts=new["starts"],
            ends=new["ends"],
            every_weeks=int(new["every_weeks"]),
            from_day=new["from_day"],
            to_day=new.get("to_day"),
        )
        for weekday in new["weekdays"]
    )
    held = session.scalars(select(WeeklyDuty).where(WeeklyDuty.person_id == person.id)).all()
    if any(_meet(one, other) for one in added for other in held):
        raise Invalid({"weekdays": [Message(_("Personen har redan jour där under den tiden."))]})
    session.add_all(added)
    session.flush()
    for duty in added:
        _told(session, access, "weekly_added", now, duty)
    return added


def weekly_to_change(
    session: Session, access: Access, duty_id: int, *, locked: bool = True
) -> WeeklyDuty:
    """Raises NotFound, and NotAllowed for a unit that is somebody else's."""
    refuse_unless(access, Right.DUTY_ROSTER)
    duty = session.get(WeeklyDuty, duty_id, with_for_update=locked)
    if duty is None:
        raise NotFound(_("Veckojouren finns inte. Någon kan ha tagit bort den."))
    if not access.may_roster(duty.unit_id):
        raise NotAllowed(_("Du får inte ändra jouren för den enheten."))
    return duty


def end_weekly(
    session: Session, access: Access, duty_id: int, data: Mapping[str, Any], now: datetime
) -> None:
    """Sets the last day on which it begins; raises Invalid."""
    duty = weekly_to_change(session, access, duty_id)
    last = load(EndOfWeeklyDuty(now=now), data)["to_day"]
    if last < duty.from_day:
        raise Invalid({"to_day": [Message(_("Slutdagen ligger före startdagen."))]})
    duty.to_day = last
    _told(session, access, "weekly_ended", now, duty)


def remove_weekly(session: Session, access: Access, duty_id: int, now: datetime) -> None:
    """Undoes one that begins today or later; raises Refused for an older one."""
    duty = weekly_to_change(session, access, duty_id)
    if duty.from_day < day_of(now):
        raise Refused(_("Veckojouren har redan gällt. Sätt ett slutdatum i stället."))
    _told(session, access, "weekly_removed", now, duty)
    session.delete(duty)


def _meet(one: WeeklyDuty, other: WeeklyDuty) -> bool:
    """True when both are some time the same duty of the same person."""
    same = (one.role, one.unit_id, one.weekday) == (other.role, other.unit_id, other.weekday)
    if not same or one.from_day > (other.to_day or date.max):
        return False
    if other.from_day > (one.to_day or date.max):
        return False
    apart = weeks_between(one.from_day, other.from_day)
    if apart % gcd(one.every_weeks, other.every_weeks):
        return False
    (starts, ends), (begins, stops) = minutes_of(one), minutes_of(other)
    return starts < stops and begins < ends


def _told(session: Session, access: Access, action: str, now: datetime, duty: WeeklyDuty) -> None:
    data = {
        "role": duty.role,
        "unit": duty.unit.name if duty.unit else None,
        "weekday": duty.weekday,
        "clock": f"{clock_words(duty.starts)}–{clock_words(duty.ends)}",
        "every_weeks": duty.every_weeks,
        "from_day": duty.from_day.isoformat(),
        "to_day": duty.to_day.isoformat() if duty.to_day else None,
    }
    record(session, access, action, now, person=duty.person, unit=duty.unit, data=data)
