"""Correcting what a form said: always by a new event, never by changing the old one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.access import Access
from cases.doing import held_case, refuse_closed
from cases.errors import NotAllowed, NotFound, Stale
from cases.events import append, events_of
from cases.following import go_on_corrected
from cases.log import CaseEvent
from cases.models import Case
from cases.offers import case_offers, opened_offers
from cases.questions import Correction
from cases.sent import Sent, carried_out, finish, happened, load_all, without_patient
from cases.standing import (
    CORRECTED,
    OPENED,
    STEP_DONE,
    engine_of,
    facts_from,
    facts_of,
    moments_told,
    newest_forms,
)  # fmt: skip
from workflow.forms import Form
from workflow.routines import Routines
from workflow.words import _

REASON = "reason_for_correction"
"""The one field of the form Correction."""


def correct(
    session: Session,
    routines: Routines,
    access: Access,
    reference: str,
    sequence: int,
    reason: str,
    sent: Sent,
    now: datetime,
) -> Case:
    """Replaces what a form said by a new event; the old one stays on the timeline."""
    case = held_case(session, access, reference)
    if carried_out(session, access, sent.key):
        return case
    refuse_closed(case)
    events = events_of(session, case.id)
    wrong = next(
        (e for e in events if e.sequence == sequence and e.type in (OPENED, STEP_DONE)), None
    )
    if wrong is None:
        raise NotFound(_("Det finns ingen sådan händelse att rätta."))
    if not access.may_correct(case, wrong.actor_id):
        raise NotAllowed(_("Den som skrev, enhetschefen eller MAS kan rätta."))
    if sent.revision != case.revision:
        raise Stale
    engine = engine_of(routines, case)
    before = facts_of(session, routines, case)
    form, given = correction_form(session, routines, case, events, wrong, now), dict(sent.data)
    if wrong.type == OPENED:
        given |= {"patient": str(case.patient_id), "unit": case.unit.key}
    why, loaded = load_all((Correction(now=now), {REASON: reason}), (form, given))
    stored = without_patient(form.dump(loaded))
    data: dict[str, Any] = {"corrects": sequence}
    if wrong.type == STEP_DONE:
        data["occurred_at"] = _happened(events, wrong, form, loaded, stored, now).isoformat()
    append(
        session, case, CORRECTED, now, actor_id=access.person_id, data=data,
        text={"form": stored, "reason": why[REASON]},
    )  # fmt: skip
    if wrong.type == OPENED:
        case.occurred_at = happened(form, loaded, now, case.occurred_at)
        if engine.definition.category_field:
            case.category = stored[engine.definition.category_field]
    go_on_corrected(session, routines, case, before, now, access.person_id)
    finish(session, access, case, sent.key, f"correct:{case.id}:{sequence}", now)
    return case


def _happened(
    events: list[CaseEvent],
    wrong: CaseEvent,
    form: Form,
    loaded: Mapping[str, Any],
    stored: Mapping[str, Any],
    now: datetime,
) -> datetime:
    """As it was told before, unless the correction tells another time."""
    before, at = newest_forms(events)[wrong.sequence], moments_told(events)[wrong.sequence]
    if all(stored.get(name) == before.get(name) for name in form.when):
        return at
    return happened(form, loaded, now, at)


def correction_form(
    session: Session,
    routines: Routines,
    case: Case,
    events: list[CaseEvent],
    wrong: CaseEvent,
    now: datetime,
) -> Form:
    """The form of an earlier event, with the case as it stood then."""
    engine = engine_of(routines, case)
    if wrong.type == OPENED:
        return engine.definition.opening(now=now, offers=opened_offers(case))
    thresholds = routines.thresholds(case.definition, case.version)
    facts = facts_from(case, events, thresholds, before=wrong.sequence)
    step = engine.definition.step(wrong.data["step"])
    item = engine.item(step, wrong.data["item"], facts)
    return step.form(now=now, facts=facts, item=item, offers=case_offers(session, case, now))
