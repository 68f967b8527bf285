"""The roster day by day: who is on duty when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.people import OnDutySpell, Person, Unit
from workflow.holidays import STOCKHOLM


@dataclass(frozen=True)
class SpellLine:
    """Somebody on duty; `unit` None is the whole municipality."""

    id: int
    person: str
    role: str
    unit: str | None
    starts_at: datetime
    ends_at: datetime
    under_way: bool
    changeable: bool


@dataclass(frozen=True)
class DutyDay:
    """Everybody on duty at some time of a day in Stockholm, first come first."""

    day: date
    spells: tuple[SpellLine, ...]


def roster(
    session: Session, access: Access, first_day: date, days: int, now: datetime
) -> tuple[DutyDay, ...]:
    """Each day from the first; a spell over midnight stands on both days."""
    midnights = [
        datetime.combine(first_day + timedelta(days=n), time(), STOCKHOLM) for n in range(days + 1)
    ]
    rows = session.execute(
        select(OnDutySpell, Person.name, Unit.name)
        .join(OnDutySpell.person)
        .join(Unit, Unit.id == OnDutySpell.unit_id, isouter=True)
        .where(OnDutySpell.starts_at < midnights[-1], OnDutySpell.ends_at > midnights[0])
        .order_by(OnDutySpell.starts_at, Person.sort_name, OnDutySpell.id)
    )
    spells = [
        SpellLine(
            spell.id,
            person,
            spell.role,
            unit,
            spell.starts_at,
            spell.ends_at,
            under_way=spell.starts_at <= now < spell.ends_at,
            changeable=spell.ends_at > now and access.may_roster(spell.unit_id),
        )
        for spell, person, unit in rows
    ]
    return tuple(
        DutyDay(first.date(), tuple(s for s in spells if s.starts_at < last and s.ends_at > first))
        for first, last in pairwise(midnights)
    )
