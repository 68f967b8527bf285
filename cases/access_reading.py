"""The access log as the MAS reads it: who has seen what of whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from cases.access import Access, Right
from cases.access_log import AccessLogEntry
from cases.administration import refuse_unless
from cases.models import Case
from cases.people import Patient, Person, Unit, sort_key
from workflow.holidays import STOCKHOLM

PAGE = 100


@dataclass(frozen=True)
class AccessLine:
    """One read or search; case and patient are None where the page showed none."""

    at: datetime
    person: str
    username: str
    role: str
    action: str
    allowed: bool
    reference: str | None
    patient: str | None
    number: str | None
    unit: str | None


@dataclass(frozen=True)
class Reads:
    """One page of the log; `page` is counted from 1."""

    lines: tuple[AccessLine, ...]
    total: int
    page: int
    pages: int


def reads(session: Session, access: Access, wanted: Mapping[str, Any], page: int) -> Reads:
    """Newest first; `wanted` is a loaded AccessLogFilter; raises NotAllowed for all but MAS."""
    refuse_unless(access, Right.ACCESS_LOG)
    where = _conditions(wanted)
    count = (
        select(func.count())
        .select_from(AccessLogEntry)
        .join(Person, Person.id == AccessLogEntry.person_id)
    )
    count = count.join(Case, Case.id == AccessLogEntry.case_id, isouter=True)
    total = session.scalar(count.where(*where)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = session.execute(
        select(AccessLogEntry, Person, Case.reference, Patient, Unit.name)
        .join(Person, Person.id == AccessLogEntry.person_id)
        .join(Case, Case.id == AccessLogEntry.case_id, isouter=True)
        .join(Patient, Patient.id == AccessLogEntry.patient_id, isouter=True)
        .join(Unit, Unit.id == AccessLogEntry.unit_id, isouter=True)
        .where(*where)
        .order_by(AccessLogEntry.at.desc(), AccessLogEntry.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Reads(tuple(_line(*row) for row in rows), total, page, pages)


def _line(
    entry: AccessLogEntry,
    person: Person,
    reference: str | None,
    patient: Patient | None,
    unit: str | None,
) -> AccessLine:
    return AccessLine(
        at=entry.at,
        person=person.name,
        username=person.username,
        role=entry.role,
        action=entry.action,
        allowed=entry.allowed,
        reference=reference,
        patient=patient.name if patient else None,
        number=patient.number if patient else None,
        unit=unit,
    )


def _conditions(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if name := wanted.get("person"):
        by_name = Person.sort_name.contains(sort_key(name), autoescape=True)
        where.append(or_(by_name, Person.username.contains(name.lower(), autoescape=True)))
    if reference := wanted.get("reference"):
        where.append(Case.reference == reference.upper())
    return [*where, *within_days(AccessLogEntry.at, wanted)]


def within_days(
    at: InstrumentedAttribute[datetime], wanted: Mapping[str, Any]
) -> list[ColumnElement[bool]]:
    """The condition of an AccessLogFilter's days, which are those of Stockholm."""
    where: list[ColumnElement[bool]] = []
    if first := wanted.get("from_day"):
        where.append(at >= datetime.combine(first, time(), STOCKHOLM))
    if last := wanted.get("to_day"):
        where.append(at < datetime.combine(last + timedelta(days=1), time(), STOCKHOLM))
    return where
