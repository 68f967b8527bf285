"""Doing a step, and ending a case by an action."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, Part
from cases.changes import apply, end
from cases.errors import NotAllowed, NotFound, Refused, Stale
from cases.events import append, locked_case
from cases.following import follow, go_on
from cases.models import DONE, OPEN, Case, CaseStep
from cases.offers import case_offers
from cases.sent import Sent, carried_out, finish, happened, load
from cases.standing import RAN_OUT, STEP_DONE, engine_of, facts_of, position_of
from workflow.definition import Step
from workflow.facts import Facts
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
    finish(session, access, case, sent.key, f"step:{step.id}", now)
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
    """Whoever answers an open step; `more` goes into the event. The caller has locked the case."""
    case = step.case
    definition = engine_of(routines, case).definition.step(step.key)
    before = facts_of(session, routines, case)
    form = step_form(session, definition, step, before, routines, now)
    loaded = load(form, data)
    append(
        session, case, STEP_DONE, now, actor_id=actor_id,
        data={"step": step.key, "item": step.item, "round": step.round} | more,
        text={"form": form.dump(loaded)}, occurred_at=happened(form, loaded, now),
    )  # fmt: skip
    end(step, DONE, now, actor_id)
    go_on(session, routines, case, before, step, now, actor_id)


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


def held_step(session: Session, access: Access, step_id: int) -> tuple[Case, CaseStep]:
    """A step with its case locked; raises NotFound when the person may not see it."""
    reference = session.scalar(select(Case.reference).join(CaseStep).where(CaseStep.id == step_id))
    if reference is None:
        raise NotFound(_("Steget finns inte."))
    case = held_case(session, access, reference)
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
    go_on(session, routines, case, before, step, now, None)
    case.revision += 1
