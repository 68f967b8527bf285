"""Doing a step, and ending a case by an action."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, lazyload

from cases.access import Access, Part
from cases.calling_out import call_out
from cases.chains import Chain
from cases.changes import apply, end
from cases.errors import NotAllowed, NotFound, Refused, Stale
from cases.events import append, locked_case, locking
from cases.following import follow, go_on
from cases.models import DONE, OPEN, Case, CaseStep
from cases.offers import case_offers
from cases.rows import hold_steps
from cases.sent import Sent, carried_out, finish, happened, load, settle
from cases.standing import RAN_OUT, STEP_DONE, engine_of, facts_of, position_of
from cases.webhooks import WebhookEvent
from workflow.definition import Step
from workflow.facts import Answer, Facts
from workflow.forms import Form
from workflow.roles import LABELS, Role
from workflow.routines import Routines
from workflow.words import _


def do_step(
    session: Session, routines: Routines, access: Access, step_id: int, sent: Sent, now: datetime
) -> Case:
    """Does an open step; raises NotFound, NotAllowed, Refused, Stale or Invalid."""
    case, step = held_step(session, access, step_id)
    if carried_out(session, access, sent.key):
        return case
    if not access.may_do(case, step.roles):
        who = LABELS[Role(step.roles[0])]
        raise NotAllowed(_("Det här steget görs av någon annan: %(who)s."), who=who)
    refuse_ended(step)
    if sent.revision != case.revision:
        raise Stale
    carry_out(session, routines, step, sent.data, now, access.person_id)
    settle(session, access, case, sent.key, f"step:{step.id}", now)
    return case


def carry_out(
    session: Session,
    routines: Routines,
    step: CaseStep,
    data: Mapping[str, Any],
    now: datetime,
    actor_id: int | None,
    **more: Any,
) -> None:
    """Whoever answers an open step, as one counted change; `more` goes into the event.

    The caller has locked the case.
    """
    case = step.case
    definition = engine_of(routines, case).definition.step(step.key)
    before = facts_of(session, routines, case)
    form = step_form(session, definition, step, before, routines, now)
    loaded = load(form, data)
    said, at = form.dump(loaded), happened(form, loaded, now)
    log = Chain.of(case)
    log.add(
        STEP_DONE, now, {"step": step.key, "item": step.item, "round": step.round} | more,
        actor_id=actor_id, text={"form": said}, occurred_at=at,
    )  # fmt: skip
    end(session, step, DONE, now, actor_id)
    call_out(session, WebhookEvent.STEP_DONE, case, now, step)
    answer = Answer(step.key, step.item, step.round, said, at)
    # As the log would be read now, without reading all of it again.
    after = replace(before, answers=(*before.answers, answer))
    go_on(session, routines, case, before, after, step, now, actor_id, log)


def act(
    session: Session,
    routines: Routines,
    access: Access,
    reference: str,
    action_key: str,
    sent: Sent,
    now: datetime,
) -> Case:
    """Carries out one of the definition's actions, such as withdrawing; raises as do_step."""
    case = held_case(session, access, reference)
    if carried_out(session, access, sent.key):
        return case
    refuse_closed(case)
    engine = engine_of(routines, case)
    action = engine.definition.action(action_key)
    if not access.may_do(case, action.by):
        who = LABELS[action.by[0]]
        raise NotAllowed(_("Det här steget görs av någon annan: %(who)s."), who=who)
    if sent.revision != case.revision:
        raise Stale
    facts = facts_of(session, routines, case)
    form = action.form(now=now, facts=facts)
    loaded = load(form, sent.data)
    append(
        session, case, "action", now, actor_id=access.person_id, data={"action": action.key},
        text={"form": form.dump(loaded)},
    )  # fmt: skip
    apply(session, case, engine.act(position_of(case), action), facts, now, access.person_id)
    after = facts_of(session, routines, case)
    follow(session, routines, case, facts, after, case.steps[0], now, access.person_id)
    finish(session, access, case, sent.key, f"action:{case.id}:{action.key}", now)
    return case


def step_form(
    session: Session,
    definition: Step,
    step: CaseStep,
    facts: Facts,
    routines: Routines,
    now: datetime,
) -> Form:
    """An open step's form, ready to be drawn or to read what was sent."""
    item = engine_of(routines, step.case).item(definition, step.item, facts)
    offers = case_offers(session, step.case, now)
    return definition.form(now=now, facts=facts, item=item, offers=offers)


def held_case(session: Session, access: Access, reference: str) -> Case:
    """The case locked for a change; raises NotFound when the person may not see it."""
    case = locked_case(session, reference)
    if access.part(case) is Part.NONE:
        raise NotFound(_("Ärendet finns inte."))
    return case


def refuse_closed(case: Case) -> None:
    """Asked after `carried_out`: the second of two clicks finds the case that the first closed."""
    if case.closed_at is not None:
        raise Refused(_("Ärendet är avslutat och kan inte ändras."))


# The steps are read after the lock and not with it: others may just have changed them.
_HOLDER = locking(
    Case.id == select(CaseStep.case_id).where(CaseStep.id == bindparam("step")).scalar_subquery()
).options(lazyload(Case.steps))
_STEPS = (
    select(CaseStep)
    .where(CaseStep.case_id == bindparam("case"))
    .order_by(CaseStep.id)
    .execution_options(populate_existing=True)
)


def held_step(session: Session, access: Access, step_id: int) -> tuple[Case, CaseStep]:
    """A step with its case locked; raises NotFound when the person may not see it."""
    case = session.scalar(_HOLDER, {"step": step_id})
    if case is None or access.part(case) is Part.NONE:
        raise NotFound(_("Steget finns inte."))
    hold_steps(case, session.scalars(_STEPS, {"case": case.id}))
    return case, next(step for step in case.steps if step.id == step_id)


def refuse_ended(step: CaseStep) -> None:
    """As `refuse_closed`, for a step that somebody has done or that is no longer needed."""
    refuse_closed(step.case)
    if step.condition != OPEN:
        raise Refused(_("Steget är redan avslutat."))


def run_out(session: Session, routines: Routines, step: CaseStep, now: datetime) -> None:
    """Tells the rules, once, that an open step's time is out; the caller has locked the case."""
    case = step.case
    before = facts_of(session, routines, case)
    if step.key in before.ran_out:
        return
    append(
        session, case, RAN_OUT, now,
        data={"step": step.key, "item": step.item, "round": step.round},
    )  # fmt: skip
    after = facts_of(session, routines, case)
    go_on(session, routines, case, before, after, step, now, None)
    case.revision += 1
