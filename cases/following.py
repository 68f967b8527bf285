"""What a change of one case leads to around it: people told at once, letters, other cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.calling_out import call_out
from cases.chains import Chain
from cases.changes import apply, tell
from cases.events import append, events_of, locked_case, next_reference
from cases.models import Case, CaseLink, CaseStep
from cases.moving import reckon_again
from cases.offers import opened_offers
from cases.people import Patient, Unit
from cases.posting import post
from cases.sent import close_if_ended, happened, without_patient
from cases.standing import CORRECTED, OPENED, engine_of, facts_of, position_of
from cases.webhooks import WebhookEvent
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
    call_out(session, WebhookEvent.CASE_OPENED, case, now)
    return case


def go_on(
    session: Session,
    routines: Routines,
    case: Case,
    before: Facts,
    after: Facts,
    about: CaseStep,
    now: datetime,
    actor_id: int | None,
    log: Chain | None = None,
) -> None:
    """Asks the engine what the newest answer leads to, and carries it out; `log` as for apply."""
    outcome = engine_of(routines, case).advance(position_of(case), after, now)
    apply(session, case, outcome, after, now, actor_id, log)
    follow(session, routines, case, before, after, about, now, actor_id)


def go_on_corrected(
    session: Session,
    routines: Routines,
    case: Case,
    before: Facts,
    now: datetime,
    actor_id: int,
) -> None:
    """As go_on, after a correction: clocks whose start it moved are reckoned anew."""
    engine, about = engine_of(routines, case), case.steps[0]
    after = facts_of(session, routines, case)
    go_on(session, routines, case, before, after, about, now, actor_id)
    if reckon_again(session, case, engine, after, now, actor_id):
        # What had run out may have time left again.
        again = facts_of(session, routines, case)
        go_on(session, routines, case, after, again, about, now, actor_id)


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
        actor = actor_id or case.opened_by
        opened = _opened(session, case, other)
        if opened is not None:
            _keep(session, routines, case, other, opened, before or after, after, now, actor)
        elif other.when.test(after):
            _open_other(session, routines, case, other, after, now, actor)


def _opened(session: Session, case: Case, other: Opens) -> str | None:
    """The log is asked, since a correction may take the rule away and give it back."""
    for event in events_of(session, case.id):
        if event.data.get("opens") == other.key:
            return str(event.data["other"])
    return None


def _kept(other: Opens, facts: Facts, now: datetime) -> dict[str, Any]:
    opening = other.opening(facts, now)
    return {name: opening[name] for name in other.keeps if opening.get(name) is not None}


def _keep(
    session: Session,
    routines: Routines,
    case: Case,
    other: Opens,
    reference: str,
    before: Facts,
    after: Facts,
    now: datetime,
    actor_id: int,
) -> None:
    """Corrects the other case's opening, until it has come so far that it no longer counts."""
    if _kept(other, before, now) == _kept(other, after, now):
        return
    opened = locked_case(session, reference)
    definition = engine_of(routines, opened).definition
    if opened.closed_at or definition.order(opened.state) >= definition.order(other.until):
        return
    events = events_of(session, opened.id)
    known = facts_of(session, routines, opened)
    first = next(event for event in events if event.type == OPENED)
    form = {**known.opening, **_kept(other, after, now)}
    append(
        session, opened, CORRECTED, now, actor_id=actor_id, data={"corrects": first.sequence},
        text={"form": form, "reason": f"Ändrat i {case.reference}."},
    )  # fmt: skip
    go_on_corrected(session, routines, opened, known, now, actor_id)
    opened.revision += 1


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
    close_if_ended(session, opened, now)
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
