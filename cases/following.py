"""What a change of one case leads to around it: people told at once, letters, other cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.changes import apply, tell
from cases.events import append, events_of, next_reference
from cases.models import Case, CaseLink, CaseStep
from cases.offers import opened_offers
from cases.people import Patient, Unit
from cases.posting import post
from cases.sent import close_if_ended, happened, without_patient
from cases.standing import OPENED, engine_of, facts_of
from workflow.definition import WorkflowDefinition
from workflow.facts import Facts
from workflow.forms import Form
from workflow.outside import Opens
from workflow.routines import Routines


def begin(
    session: Session,
    routines: Routines,
    definition: WorkflowDefinition,
    patient: Patient,
    unit: Unit,
    form: Form,
    loaded: Mapping[str, Any],
    now: datetime,
    actor_id: int,
) -> Case:
    """Opens a case of a filled-in opening form; patient and unit never lie in the log."""
    stored = form.dump(loaded)
    case = Case(
        reference=next_reference(session, definition.prefix, now),
        definition=definition.key,
        version=definition.version,
        category=stored[definition.category_field] if definition.category_field else "",
        patient=patient,
        unit=unit,
        state=definition.starts_in.key,
        round=1,
        revision=1,
        occurred_at=happened(form, loaded, now),
        opened_at=now,
        opened_by=actor_id,
        head_sequence=0,
        head_hash="",
    )
    session.add(case)
    session.flush()
    append(
        session, case, OPENED, now, actor_id=actor_id, text={"form": without_patient(stored)},
        occurred_at=case.occurred_at,
    )  # fmt: skip
    facts = facts_of(session, routines, case)
    apply(session, case, engine_of(routines, case).open(facts, now), facts, now, actor_id)
    follow(session, routines, case, None, facts, case.steps[0], now, actor_id)
    return case


def follow(
    session: Session,
    routines: Routines,
    case: Case,
    before: Facts | None,
    after: Facts,
    about: CaseStep,
    now: datetime,
    actor_id: int | None,
) -> None:
    """In the transaction of the change itself, so that nothing is forgotten between the two."""
    engine = engine_of(routines, case)
    tell(session, engine, before, after, about, now)
    post(session, engine, case, after, now)
    for other in engine.definition.opens:
        if other.when.test(after) and not _has_opened(session, case, other):
            _open_other(session, routines, case, other, after, now, actor_id or case.opened_by)


def _has_opened(session: Session, case: Case, other: Opens) -> bool:
    """The log is asked, since a correction may take the rule away and give it back."""
    return any(event.data.get("opens") == other.key for event in events_of(session, case.id))


def _open_other(
    session: Session,
    routines: Routines,
    case: Case,
    other: Opens,
    facts: Facts,
    now: datetime,
    actor_id: int,
) -> None:
    definition = routines.engine(other.definition).definition
    form = definition.opening(now=now, offers=opened_offers(case))
    who = {"patient": str(case.patient_id), "unit": case.unit.key}
    loaded = form.load({**other.opening(facts, now), **who})
    opened = begin(
        session, routines, definition, case.patient, case.unit, form, loaded, now, actor_id
    )
    close_if_ended(opened, now)
    join(session, case, opened, now, actor_id, opens=other.key)


def join(
    session: Session, case: Case, other: Case, now: datetime, actor_id: int, **more: str
) -> bool:
    """Links two cases, with a line on the timeline of each; False when they were linked already."""
    low, high = sorted((case.id, other.id))
    if session.get(CaseLink, (low, high)) is not None:
        return False
    session.add(CaseLink(case_id=low, other_id=high))
    for one, two, why in ((case, other, more), (other, case, {})):
        data = {"other": two.reference} | why
        append(session, one, "linked", now, actor_id=actor_id, data=data)
    return True
