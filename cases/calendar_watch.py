"""Noticing that a day has been closed or opened, and keeping the journal of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.calendar_days import CalendarChange, ChangingDay, KnownDayOff
from cases.database import Database
from workflow.holidays import WorkingCalendar
from workflow.moments import day_of

YEARS_BACK, YEARS_AHEAD = 2, 3
"""The years around this one that are watched: longer than any limit with its ladder."""

LONGEST_REASON = 200


def days_off(calendar: WorkingCalendar, now: datetime) -> dict[date, str]:
    """The weekdays that nobody works in the years that are watched, each with its reason."""
    year = day_of(now).year
    first, end = date(year - YEARS_BACK, 1, 1), date(year + YEARS_AHEAD + 1, 1, 1)
    days = (first + timedelta(days=n) for n in range((end - first).days))
    return {
        day: (calendar.closed_days.get(day) or because.sv)[:LONGEST_REASON]
        for day in days
        if day.weekday() < 5 and (because := calendar.closed_because(day))
    }


def is_known(database: Database, off: Mapping[date, str]) -> bool:
    """True when nothing has changed; asked as a reader, since this is how it is on most days."""
    with database.reading() as session:
        known = {row.day: row.reason for row in session.scalars(select(KnownDayOff))}
        return known == off and session.scalar(select(ChangingDay).limit(1)) is None


def notice(session: Session, off: Mapping[date, str]) -> Sequence[ChangingDay]:
    """The changed days that are left to carry out; new ones when all earlier ones are.

    The first call ever, and years that come into sight, are stored without being a change.
    """
    known = {row.day: row for row in session.scalars(select(KnownDayOff).with_for_update())}
    if left := session.scalars(select(ChangingDay).order_by(ChangingDay.day)).all():
        return left
    years = {day.year for day in known} & {day.year for day in off}
    changing = [
        ChangingDay(
            day=day, closed=day in off, clocks_moved=0,
            reason=off[day] if day in off else known[day].reason,
        )
        for day in sorted(known.keys() ^ off.keys())
        if day.year in years
    ]  # fmt: skip
    session.add_all(changing)
    for day, row in known.items():
        if day not in off:
            session.delete(row)
    for day, reason in off.items():
        session.merge(KnownDayOff(day=day, reason=reason))
    session.flush()
    return changing


def journal(session: Session, changing: Iterable[ChangingDay], now: datetime) -> None:
    """Writes down what has been carried out, once for each day whoever else is at it."""
    days = [change.day for change in changing]
    carried_out = select(ChangingDay).where(ChangingDay.day.in_(days)).order_by(ChangingDay.day)
    for change in session.scalars(carried_out.with_for_update()):
        session.add(
            CalendarChange(
                at=now, day=change.day, closed=change.closed, reason=change.reason,
                clocks_moved=change.clocks_moved,
            )
        )  # fmt: skip
        session.delete(change)
