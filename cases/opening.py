"""Opening a case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.changes import apply, tell
from cases.errors import NotAllowed
from cases.events import append, next_reference
from cases.models import Case
from cases.offers import OTHER, opening_offers
from cases.people import Patient, Unit, sort_key
from cases.sent import PATIENT_FIELDS, Sent, carried_out, finish, happened, load
from cases.standing import OPENED, facts_of
from workflow.routines import Routines
from workflow.words import _


def open_case(
    session: Session, routines: Routines, access: Access, definition: str, sent: Sent, now: datetime
) -> Case:
    """Opens a case in the newest version; raises Invalid or NotAllowed."""
    if earlier := carried_out(session, access, sent.key):
        return earlier
    engine = routines.engine(definition)
    offers = opening_offers(session, access, engine.definition, now)
    form = engine.definition.opening(now=now, offers=offers)
    loaded = load(form, sent.data)
    unit = session.scalars(select(Unit).where(Unit.key == loaded["unit"])).one()
    if not access.may_open_at(unit.id, engine.definition.opening_by):
        raise NotAllowed(_("Du får inte öppna ärenden för den enheten."))
    stored = form.dump(loaded)
    category_field = engine.definition.category_field
    case = Case(
        reference=next_reference(session, engine.definition.prefix, now),
        definition=definition,
        version=engine.definition.version,
        category=stored[category_field] if category_field else "",
        patient=_patient(session, loaded, unit),
        unit=unit,
        state=engine.definition.starts_in.key,
        round=1,
        revision=1,
        occurred_at=happened(form, loaded, now),
        opened_at=now,
        opened_by=access.person_id,
        head_sequence=0,
        head_hash="",
    )
    session.add(case)
    session.flush()
    kept = {name: value for name, value in stored.items() if name not in PATIENT_FIELDS}
    append(
        session, case, OPENED, now, actor_id=access.person_id, text={"form": kept},
        occurred_at=case.occurred_at,
    )  # fmt: skip
    facts = facts_of(session, routines, case)
    apply(session, case, engine.open(facts, now), facts, now, access.person_id)
    tell(session, engine, None, facts, case.steps[0], now)
    finish(session, access, case, sent.key, f"open:{definition}", now)
    return case


def _patient(session: Session, loaded: Mapping[str, Any], unit: Unit) -> Patient:
    if loaded["patient"] != OTHER:
        known = session.get(Patient, int(loaded["patient"]))
        assert known is not None, "the form offers only patients that exist"
        return known
    number, name = loaded["patient_number"], loaded["patient_name"]
    patient = session.scalar(select(Patient).where(Patient.number == number))
    return patient or Patient(number=number, name=name, sort_name=sort_key(name), unit=unit)
