"""The municipality's units: opened, renamed and closed by an administrator."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.admin_log import record
from cases.administration import refuse_unless
from cases.administration_forms import UnitForm
from cases.errors import Invalid, NotFound, Refused
from cases.models import Case
from cases.people import Unit
from cases.sent import load
from workflow.fields import Message
from workflow.moments import day_of
from workflow.words import _

_PLAIN = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", "ü": "u"})


def add_unit(session: Session, access: Access, data: Mapping[str, Any], now: datetime) -> Unit:
    """Raises Invalid, for a name that an open unit has too."""
    refuse_unless(access, Right.ADMINISTER)
    new = _read(session, data, now)
    unit = Unit(key=_free_key(session, new["name"]), **new)
    session.add(unit)
    session.flush()
    record(session, access, "unit_added", now, unit=unit, data=new)
    return unit


def change_unit(
    session: Session, access: Access, unit_id: int, data: Mapping[str, Any], now: datetime
) -> Unit:
    """The key stays, since opened cases hold it; raises Invalid."""
    refuse_unless(access, Right.ADMINISTER)
    unit = _unit(session, unit_id)
    new = _read(session, data, now, unit)
    changed = {n: [getattr(unit, n), new[n]] for n in new if getattr(unit, n) != new[n]}
    if changed:
        unit.name, unit.kind = new["name"], new["kind"]
        record(session, access, "unit_changed", now, unit=unit, data=changed)
    return unit


def close_unit(session: Session, access: Access, unit_id: int, now: datetime) -> Unit:
    """From today no case is opened there; raises Refused while one is open."""
    refuse_unless(access, Right.ADMINISTER)
    unit = _unit(session, unit_id)
    count = select(func.count()).where(Case.unit_id == unit.id, Case.closed_at.is_(None))
    if still_open := session.scalar(count):
        raise Refused(
            _("Enheten har %(n)s öppna ärenden. De måste avslutas innan den kan stängas."),
            n=still_open,
        )
    if unit.closed_on is None:
        unit.closed_on = day_of(now)
        record(session, access, "unit_closed", now, unit=unit)
    return unit


def open_unit(session: Session, access: Access, unit_id: int, now: datetime) -> Unit:
    """Undoes a closing."""
    refuse_unless(access, Right.ADMINISTER)
    unit = _unit(session, unit_id)
    if unit.closed_on is not None:
        _refuse_same_name(session, unit.name, unit)
        unit.closed_on = None
        record(session, access, "unit_opened", now, unit=unit)
    return unit


def _unit(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id, with_for_update=True)
    if unit is None:
        raise NotFound(_("Enheten finns inte."))
    return unit


def _read(
    session: Session, data: Mapping[str, Any], now: datetime, unit: Unit | None = None
) -> dict[str, Any]:
    new = load(UnitForm(now=now), data)
    _refuse_same_name(session, new["name"], unit)
    return new


def _refuse_same_name(session: Session, name: str, but: Unit | None) -> None:
    others = select(Unit).where(Unit.closed_on.is_(None))
    if any(u.name.casefold() == name.casefold() and u is not but for u in session.scalars(others)):
        raise Invalid({"name": [Message(_("En annan enhet heter redan så."))]})


def _free_key(session: Session, name: str) -> str:
    words = re.findall("[a-z0-9]+", name.lower().translate(_PLAIN))
    stem = "-".join(words)[:50].strip("-") or "enhet"
    taken = set(session.scalars(select(Unit.key).where(Unit.key.startswith(stem))))
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return stem if stem not in taken else next(key for key in numbered if key not in taken)
