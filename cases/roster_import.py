"""Rosters read in from files: all rows or none, and the same file twice as once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.administration import refuse_unless
from cases.duty_forms import SpellTimes
from cases.duty_roster import record_duty
from cases.errors import Invalid, Refused
from cases.people import OnDutySpell, Person, Unit
from cases.roster_calendar import calendar_rows
from cases.roster_csv import csv_rows
from cases.roster_directory import Post, directory
from cases.roster_files import Row, text_of
from cases.sent import load
from cases.sheets import Unreadable
from workflow.fields import Message
from workflow.words import _

ALREADY = Message(_("Personen har redan jour där under den tiden."))


@dataclass(frozen=True)
class Spell:
    """A spell to be put in; `unit` None is the whole municipality."""

    person: Person
    role: str
    unit: Unit | None
    starts_at: datetime
    ends_at: datetime

    @property
    def whose(self) -> tuple[int, str, int | None]:
        """Person, role and unit, of whom no two spells may be at the same time."""
        return self.person.id, self.role, self.unit.id if self.unit else None

    @property
    def time(self) -> tuple[datetime, datetime]:
        """Start and end."""
        return self.starts_at, self.ends_at


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be put in; `column` is empty when the row as a whole is wrong.

    None of it repeats what the row says.
    """

    place: Message
    column: str
    reason: Message


@dataclass(frozen=True)
class Plan:
    """What a file would do: how many rows are known already or over, and which are wrong."""

    new: tuple[Spell, ...]
    known: int
    over: int
    faults: tuple[Fault, ...]


class Faulty(Refused):
    """Some rows are wrong, so none has been put in."""

    http = 422


def read_rows(content: bytes, role: str, unit: str, now: datetime) -> tuple[Row, ...]:
    """A calendar's of the role and unit given beside, else a CSV's own; raises Unreadable."""
    text = text_of(content)
    if "BEGIN:VCALENDAR" not in text[:1000].upper():
        return csv_rows(text)
    if not role or not unit:
        raise Unreadable(_("Välj roll och enhet: det står inte i en kalenderfil."))
    return calendar_rows(text, role, unit, now)


def plan(session: Session, access: Access, rows: Iterable[Row], now: datetime) -> Plan:
    """Changes nothing."""
    refuse_unless(access, Right.DUTY_ROSTER)
    known_to, held = directory(session, access, now), _held(session, now)
    form, new, faults = SpellTimes(now=now), list[Spell](), list[Fault]()
    known = over = 0
    for row in rows:
        try:
            times = load(form, {"starts_at": row.starts_at, "ends_at": row.ends_at})
            if times["ends_at"] <= now:
                over += 1
                continue
            spells = _spells(known_to.post(row), times["starts_at"], times["ends_at"])
        except Invalid as invalid:
            for name, reasons in invalid.errors.items():
                label = form.fields[name].metadata["label"] if name else ""
                faults += [Fault(row.place, label, reason) for reason in reasons]
            continue
        for spell in spells:
            taken = held.setdefault(spell.whose, [])
            if spell.time in taken:
                known += 1
            elif any(spell.starts_at < last and spell.ends_at > first for first, last in taken):
                faults.append(Fault(row.place, "", ALREADY))
            else:
                taken.append(spell.time)
                new.append(spell)
    return Plan(tuple(new), known, over, tuple(faults))


def read_in(session: Session, access: Access, rows: Iterable[Row], now: datetime) -> Plan:
    """Puts in what `plan` says; raises Faulty when any row is wrong."""
    # The people are locked before the plan, so that two files at once do not put in the same.
    # Without their keys, or nothing that names a person could be written meanwhile.
    session.execute(select(Person.id).order_by(Person.id).with_for_update(key_share=True))
    planned = plan(session, access, rows, now)
    if planned.faults:
        raise Faulty(_("Inget är inlagt: några rader är fel."))
    for new in planned.new:
        spell = OnDutySpell(
            person=new.person,
            unit_id=new.unit.id if new.unit else None,
            role=new.role,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
        )
        session.add(spell)
        record_duty(session, access, "duty_added", now, spell, new.unit)
    return planned


def _spells(post: Post, starts_at: datetime, ends_at: datetime) -> list[Spell]:
    return [Spell(person, post.role, post.unit, starts_at, ends_at) for person in post.people]


def _held(
    session: Session, now: datetime
) -> dict[tuple[int, str, int | None], list[tuple[datetime, datetime]]]:
    held = dict[tuple[int, str, int | None], list[tuple[datetime, datetime]]]()
    for each in session.scalars(select(OnDutySpell).where(OnDutySpell.ends_at > now)):
        key = (each.person_id, each.role, each.unit_id)
        held.setdefault(key, []).append((each.starts_at, each.ends_at))
    return held
