"""The units, people and patients of Exempelby, and who is on duty when."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from cases.duty import Absence, WeeklyDuty
from cases.passwords import hashed_password
from cases.people import Membership, OnDutySpell, Patient, Person, Unit, sort_key
from workflow.holidays import STOCKHOLM, WorkingCalendar
from workflow.moments import day_of
from workflow.roles import Role

Town = dict[str, Any]

WORKED_BEFORE = timedelta(days=500)
"""How long everybody has been employed when the demonstration begins; longer than any story."""
ON_DUTY_BEFORE, ON_DUTY_AFTER = timedelta(days=150), timedelta(days=120)

_NIGHT_BEGINS, _NIGHT_ENDS, _EVENING_BEGINS = time(21, 30), time(7), time(16)
_LETTERS = str.maketrans("åäöé ", "aaoe.")


def read_town() -> Town:
    """What exempelby.toml says."""
    return tomllib.loads(Path(__file__).with_name("exempelby.toml").read_text(encoding="utf-8"))


def username(name: str) -> str:
    """Åsa Lindqvist is asa.lindqvist."""
    return name.lower().translate(_LETTERS)


def hire(session: Session, town: Town, now: datetime, calendar: WorkingCalendar) -> None:
    """Adds everybody, without passwords."""
    units = {unit["key"]: Unit(**unit) for unit in town["unit"]}
    session.add_all(units.values())
    session.flush()
    for patient in town["patient"]:
        session.add(_patient(patient, units[patient["unit"]]))
    people = {}
    for entry in town["person"]:
        person = _person(entry["name"])
        for unit in entry.get("units", [None]):
            person.memberships.append(
                Membership(
                    role=Role(entry["role"]),
                    unit_id=units[unit].id if unit else None,
                    from_day=(now - WORKED_BEFORE).date(),
                )
            )
        session.add(person)
        people[person.username] = person
    session.flush()
    days = [now.date() + timedelta(days=n) for n in _days_around()]
    for starts, ends, who in _spells(days, town["on_duty"], calendar):
        session.add(
            OnDutySpell(person_id=people[who].id, role=Role.NURSE, starts_at=starts, ends_at=ends)
        )
    ids = {who: person.id for who, person in people.items()}
    session.add_all(_weekly(ids, town["weekly"], day_of(now)))
    session.add_all(_away(ids, town["away"], day_of(now)))


def let_in(session: Session, password: str) -> None:
    """Gives everybody the password, hashed once for all since everybody is told it anyway."""
    session.execute(update(Person).values(password_hash=hashed_password(password)))


def _person(name: str) -> Person:
    login = username(name)
    return Person(
        username=login, name=name, sort_name=sort_key(name), email=f"{login}@exempelby.example"
    )


def _patient(entry: dict[str, str], unit: Unit) -> Patient:
    name = entry["name"]
    return Patient(number=entry["number"], name=name, sort_name=sort_key(name), unit=unit)


def _days_around() -> range:
    return range(-ON_DUTY_BEFORE.days, ON_DUTY_AFTER.days)


def _spells(
    days: list[date], turns: dict[str, list[str]], calendar: WorkingCalendar
) -> Iterator[tuple[datetime, datetime, str]]:
    """Nights, evenings, and the whole of days that are not worked; weeks are taken in turn."""
    for day in days:
        week = day.toordinal() // 7
        begins = _EVENING_BEGINS if calendar.is_working_day(day) else _NIGHT_ENDS
        nights, evenings = turns["nights"], turns["evenings"]
        yield _at(day, begins), _at(day, _NIGHT_BEGINS), evenings[week % len(evenings)]
        morning = _at(day + timedelta(days=1), _NIGHT_ENDS)
        yield _at(day, _NIGHT_BEGINS), morning, nights[week % len(nights)]


def _weekly(
    people: Mapping[str, int], turns: list[dict[str, Any]], today: date
) -> Iterator[WeeklyDuty]:
    """For the whole municipality."""
    for turn in turns:
        for weekday in turn["weekdays"]:
            yield WeeklyDuty(
                person_id=people[turn["who"]],
                role=Role(turn["role"]),
                weekday=weekday,
                starts=turn["starts"],
                ends=turn["ends"],
                from_day=today,
            )


def _away(people: Mapping[str, int], told: list[dict[str, Any]], today: date) -> Iterator[Absence]:
    for one in told:
        first = today + timedelta(days=one["from"])
        yield Absence(
            person_id=people[one["who"]],
            substitute_id=people[one["instead"]],
            starts_at=_at(first, time()),
            ends_at=_at(first + timedelta(days=one["days"]), time()),
        )


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)
