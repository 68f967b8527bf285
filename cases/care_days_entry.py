"""Days of care as they are entered: a unit's year at a time, every change in the admin log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.admin_log import record
from cases.administration import refuse_unless
from cases.care_days_form import FIRST_YEAR, DaysOfYear, field_of, months_over, newest_year
from cases.errors import NotFound
from cases.people import OWN, Unit, sort_key
from cases.sent import load
from cases.yearly_plan import CareDays
from workflow.words import _


@dataclass(frozen=True)
class UnitYear:
    """A unit's days by month (1 to 12); those of `missing` are over and not entered."""

    unit_id: int
    unit: str
    months: Mapping[int, int]
    missing: tuple[int, ...]

    @property
    def total(self) -> int:
        """Of the months entered."""
        return sum(self.months.values())


def care_days_of_year(
    session: Session, access: Access, year: int, now: datetime
) -> tuple[UnitYear, ...]:
    """Units whose statistics the person keeps, by name; a closed one only if it has days."""
    refuse_unless(access, Right.KEEP_STATISTICS)
    entered: dict[int, dict[int, int]] = {}
    for row in session.scalars(select(CareDays).where(_in_year(year))):
        entered.setdefault(row.unit_id, {})[row.month % 100] = row.days
    units = session.scalars(
        select(Unit).where(
            _kept(access), Unit.key != OWN, or_(Unit.closed_on.is_(None), Unit.id.in_(entered))
        )
    )
    over = months_over(year, now)
    return tuple(
        UnitYear(
            unit.id,
            unit.name,
            entered.get(unit.id, {}),
            tuple(month for month in over if month not in entered.get(unit.id, {})),
        )
        for unit in sorted(units, key=lambda unit: sort_key(unit.name))
    )


def unit_year(session: Session, access: Access, unit_id: int, year: int, now: datetime) -> UnitYear:
    """Raises NotFound, also for a unit whose statistics somebody else keeps."""
    lines = care_days_of_year(session, access, year, now)
    found = next((line for line in lines if line.unit_id == unit_id), None)
    if found is None or not FIRST_YEAR <= year <= newest_year(now):
        raise NotFound(_("Sidan finns inte."))
    return found


def enter_care_days(
    session: Session,
    access: Access,
    unit_id: int,
    year: int,
    data: Mapping[str, Any],
    now: datetime,
) -> None:
    """Changes what differs, and takes away a month left empty; raises Invalid and NotFound."""
    before = unit_year(session, access, unit_id, year, now).months
    told = load(DaysOfYear(now=now, year=year), data)
    unit = session.get_one(Unit, unit_id)
    for month in months_over(year, now):
        days = told.get(field_of(month))
        old, new = before.get(month), None if days is None else int(days)
        if old != new:
            _put(session, access, unit, year * 100 + month, new, now)
            when = f"{year}-{month:02d}"
            change = {"unit": unit.name, "month": when, "care_days": [old, new]}
            record(session, access, "care_days_changed", now, unit=unit, data=change)


def _put(
    session: Session, access: Access, unit: Unit, month: int, days: int | None, now: datetime
) -> None:
    row = session.get(CareDays, (unit.id, month), with_for_update=True)
    if days is None:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = CareDays(unit_id=unit.id, month=month)
        session.add(row)
    row.days, row.entered_by, row.entered_at = days, access.person_id, now


def _kept(access: Access) -> ColumnElement[bool]:
    units = access.units(RIGHTS[Right.KEEP_STATISTICS])
    return true() if units is None else Unit.id.in_(units)


def _in_year(year: int) -> ColumnElement[bool]:
    return CareDays.month.between(year * 100 + 1, year * 100 + 12)
