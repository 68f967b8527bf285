"""The roster day by day: who is on duty when, and who of them is away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from cases.access import Access
from cases.duty import Absence, WeeklyDuty
from cases.people import OnDutySpell, Person, Unit
from cases.weekly import DAY, turns
from workflow.holidays import STOCKHOLM


@dataclass(frozen=True)
class SpellLine:
    """Somebody on duty; `unit` None is the whole municipality, `spell_id` None is weekly duty.

    `away` is true when the person is absent in some part of the time.
    """

    spell_id: int | None
    person: str
    role: str
    unit: str | None
    starts_at: datetime
    ends_at: datetime
    under_way: bool
    changeable: bool
    away: bool
    substitute: str | None

    @property
    def reaches_somebody(self) -> bool:
        """Under way, with the person or a substitute to be reached."""
        return self.under_way and (not self.away or self.substitute is not None)


@dataclass(frozen=True)
class DutyDay:
    """Everybody on duty at some time of a day in Stockholm, first come first."""

    day: date
    spells: tuple[SpellLine, ...]


@dataclass(frozen=True)
class _Turn:
    spell_id: int | None
    person: Person
    unit: Unit | None
    unit_id: int | None
    role: str
    starts_at: datetime
    ends_at: datetime


def roster(
    session: Session, access: Access, first_day: date, days: int, now: datetime
) -> tuple[DutyDay, ...]:
    """Each day from the first, spells and weekly duty; one over midnight stands on both days."""
    midnights = [
        datetime.combine(first_day + timedelta(days=n), time(), STOCKHOLM) for n in range(days + 1)
    ]
    found = [
        *_spells(session, midnights[0], midnights[-1]),
        *_weekly(session, first_day, days),
    ]
    found.sort(key=lambda turn: (turn.starts_at, turn.person.sort_name, turn.role))
    away = session.scalars(
        select(Absence)
        .where(Absence.starts_at < midnights[-1], Absence.ends_at > midnights[0])
        .options(joinedload(Absence.substitute))
    ).all()
    lines = [_line(turn, away, access, now) for turn in found]
    return tuple(
        DutyDay(first.date(), tuple(s for s in lines if s.starts_at < last and s.ends_at > first))
        for first, last in pairwise(midnights)
    )


def _spells(session: Session, first: datetime, last: datetime) -> Iterator[_Turn]:
    rows = session.execute(
        select(OnDutySpell, Person, Unit)
        .join(OnDutySpell.person)
        .join(Unit, Unit.id == OnDutySpell.unit_id, isouter=True)
        .where(OnDutySpell.starts_at < last, OnDutySpell.ends_at > first)
    )
    for spell, person, unit in rows:
        yield _Turn(
            spell.id, person, unit, spell.unit_id, spell.role, spell.starts_at, spell.ends_at
        )


def _weekly(session: Session, first_day: date, days: int) -> Iterator[_Turn]:
    # One that began on the evening before stands on the first day too.
    rows = session.scalars(
        select(WeeklyDuty)
        .where(
            WeeklyDuty.from_day < first_day + days * DAY,
            or_(WeeklyDuty.to_day.is_(None), WeeklyDuty.to_day >= first_day - DAY),
        )
        .options(joinedload(WeeklyDuty.person), joinedload(WeeklyDuty.unit))
    )
    for duty in rows:
        for starts_at, ends_at in turns(duty, first_day - DAY, days + 1):
            yield _Turn(None, duty.person, duty.unit, duty.unit_id, duty.role, starts_at, ends_at)


def _line(turn: _Turn, away: Sequence[Absence], access: Access, now: datetime) -> SpellLine:
    absent = [
        each
        for each in away
        if each.person_id == turn.person.id
        and each.starts_at < turn.ends_at
        and each.ends_at > turn.starts_at
    ]
    stands_in = [each.substitute.name for each in absent if each.substitute]
    return SpellLine(
        turn.spell_id,
        turn.person.name,
        turn.role,
        turn.unit.name if turn.unit else None,
        turn.starts_at,
        turn.ends_at,
        under_way=turn.starts_at <= now < turn.ends_at,
        changeable=turn.spell_id is not None
        and turn.ends_at > now
        and access.may_roster(turn.unit_id),
        away=bool(absent),
        substitute=", ".join(stands_in) or None,
    )
