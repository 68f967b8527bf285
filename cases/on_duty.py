"""Who is on duty at a moment, and who stands in for those who are absent."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from cases.database import UTCDateTime
from cases.duty import Absence, WeeklyDuty
from cases.people import Membership, OnDutySpell, held_on
from cases.weekly import end_of_turn
from workflow.moments import day_of


@dataclass(frozen=True)
class Duty:
    """A person on duty in a role; `unit_id` None is the whole municipality."""

    person_id: int
    role: str
    unit_id: int | None
    until: datetime


@dataclass(frozen=True)
class StandIns:
    """`away` has everybody absent, with who stands in; `licences` the roles of those, as held."""

    away: Mapping[int, int | None]
    licences: Set[tuple[int, str]]

    def who_acts(self, person_id: int, role: str) -> int | None:
        """The person or, when absent, the substitute who holds that role too; None for nobody."""
        if person_id not in self.away:
            return person_id
        substitute = self.away[person_id]
        return substitute if (substitute, role) in self.licences else None


def stand_ins(session: Session, now: datetime) -> StandIns:
    """Two queries, the second only when somebody stands in."""
    away = substitutes(session, now)
    people = {substitute for substitute in away.values() if substitute is not None}
    return StandIns(away, _roles_held(session, people, now) if people else frozenset())


def duties(session: Session, now: datetime, person_id: int | None = None) -> tuple[Duty, ...]:
    """Spells and weekly duty now; an absent person's are the substitute's who holds the role."""
    instead = stand_ins(session, now)
    acting = [
        replace(duty, person_id=acts)
        for duty in rostered(session, now)
        if (acts := instead.who_acts(duty.person_id, duty.role)) is not None
    ]
    return tuple(duty for duty in acting if person_id in (None, duty.person_id))


def rostered(
    session: Session, now: datetime, people: Collection[int] | None = None
) -> tuple[Duty, ...]:
    """By the roster alone, also the absent, in roles held today somewhere; None means everybody."""
    spells, weekly = _OF_EVERYBODY if people is None else _OF_PEOPLE
    # A turn that began yesterday may go on over midnight.
    today, yesterday = day_of(now), day_of(now) - timedelta(days=1)
    asked = {
        "now": now,
        "today": today,
        "yesterday": yesterday,
        "weekdays": [today.weekday(), yesterday.weekday()],
        "people": people,
    }
    return (
        *(Duty(*row) for row in session.execute(spells, asked)),
        *(
            Duty(each.person_id, each.role, each.unit_id, until)
            for each in session.scalars(weekly, asked)
            if (until := end_of_turn(each, now))
        ),
    )


def substitutes(session: Session, now: datetime) -> Mapping[int, int | None]:
    """Everybody absent, and who stands in: None for nobody, or when all who should are absent."""
    absent = dict(session.execute(_ABSENT, {"now": now}).all())
    return {person: _end_of_chain(absent, person) for person in absent}


def _roles_held(
    session: Session, people: Collection[int], now: datetime
) -> frozenset[tuple[int, str]]:
    rows = session.execute(
        select(Membership.person_id, Membership.role).where(
            Membership.person_id.in_(people), held_on(day_of(now))
        )
    )
    return frozenset((person, role) for person, role in rows)


def _held(duty: type[OnDutySpell | WeeklyDuty]) -> ColumnElement[bool]:
    # A roster is made long beforehand; whoever has left the profession since has no duty in it.
    return exists().where(
        Membership.person_id == duty.person_id,
        Membership.role == duty.role,
        held_on(_TODAY),
    )


# Made once: every request asks them, and making them takes longer than answering them.
_NOW: BindParameter[datetime] = bindparam("now", type_=UTCDateTime())
_TODAY: BindParameter[date] = bindparam("today", type_=Date())
_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)

_ABSENT = (
    select(Absence.person_id, Absence.substitute_id)
    .where(Absence.starts_at <= _NOW, Absence.ends_at > _NOW)
    .order_by(Absence.id)
)
_SPELLS = select(
    OnDutySpell.person_id, OnDutySpell.role, OnDutySpell.unit_id, OnDutySpell.ends_at
).where(OnDutySpell.starts_at <= _NOW, OnDutySpell.ends_at > _NOW, _held(OnDutySpell))
_WEEKLY = (
    select(WeeklyDuty)
    .where(
        WeeklyDuty.weekday.in_(bindparam("weekdays", expanding=True)),
        WeeklyDuty.from_day <= _TODAY,
        or_(WeeklyDuty.to_day.is_(None), WeeklyDuty.to_day >= bindparam("yesterday", type_=Date())),
        _held(WeeklyDuty),
    )
    .order_by(WeeklyDuty.id)
)
_OF_EVERYBODY = (_SPELLS, _WEEKLY)
_OF_PEOPLE = (
    _SPELLS.where(OnDutySpell.person_id.in_(_PEOPLE)),
    _WEEKLY.where(WeeklyDuty.person_id.in_(_PEOPLE)),
)


def _end_of_chain(absent: Mapping[int, int | None], person: int) -> int | None:
    seen, substitute = {person}, absent[person]
    while substitute is not None and substitute in absent and substitute not in seen:
        seen.add(substitute)
        substitute = absent[substitute]
    return None if substitute in seen else substitute
