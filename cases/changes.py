"""Carrying out what the engine answered: steps opened and closed with their clocks and rungs."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.events import append
from cases.models import NOT_NEEDED, OPEN, Case, CaseStep, PendingEscalation
from cases.standing import open_steps
from workflow.engine import Engine, Opening, Outcome, StepRef
from workflow.facts import Facts

LATE = "late:"
"""The rung of a step that opened with rungs already gone; no ladder's key has a colon."""

TELL = "tell:"
"""Begins the rung of a message that stays to be sent though its step is done."""

OUT = "out:"
"""The row that fires when the time of a step that moves on runs out; addresses nobody."""


def apply(
    session: Session,
    case: Case,
    outcome: Outcome,
    facts: Facts,
    now: datetime,
    actor_id: int | None,
) -> None:
    """Brings the case to where the outcome says, and tells so in one event."""
    for step in open_steps(case):
        if StepRef(step.key, step.item) in outcome.not_needed:
            end(step, NOT_NEEDED, now, actor_id)
    case.state, case.round = outcome.state, outcome.round
    for opening in outcome.opened:
        case.steps.append(_opened(case, opening, facts, now))
    if not (outcome.path or outcome.opened or outcome.not_needed):
        return
    data: dict[str, Any] = {"state": case.state, "round": case.round, "path": list(outcome.path)}
    data["opened"] = [[o.step.key, o.item.key] for o in outcome.opened]
    data["not_needed"] = [[ref.key, ref.item] for ref in outcome.not_needed]
    append(session, case, "advanced", now, actor_id=actor_id, data=data)


def end(step: CaseStep, condition: str, now: datetime, actor_id: int | None) -> None:
    """Closes a step; its pending rungs go with it, but not what somebody must be told."""
    step.condition, step.ended_at, step.ended_by = condition, now, actor_id
    step.pending[:] = [pending for pending in step.pending if pending.rung.startswith(TELL)]


def _opened(case: Case, opening: Opening, facts: Facts, now: datetime) -> CaseStep:
    step = CaseStep(
        state=case.state,
        key=opening.step.key,
        item=opening.item.key,
        round=case.round,
        condition=OPEN,
        roles=[str(role) for role in opening.step.by.roles(facts, opening.item)],
        opened_at=now,
    )
    set_clock(step, opening)
    passed = [key for at, key in opening.rungs if at <= now]
    step.pending = [pending_rung(key, at, now) for at, key in opening.rungs if key not in passed]
    step.pending += [pending_rung(OUT, at, now) for at in runs_out(opening)]
    if passed:
        step.pending.append(PendingEscalation(rung=LATE, at=now, planned_at=now, passed=passed))
    return step


def pending_rung(rung: str, at: datetime, now: datetime) -> PendingEscalation:
    """At its moment, or at once when that has passed."""
    return PendingEscalation(rung=rung, at=max(at, now), planned_at=max(at, now), passed=[])


def runs_out(opening: Opening) -> tuple[datetime, ...]:
    """The moment when the rules want to know that nothing was done, if they do."""
    due = opening.clock.due
    return (due.astimezone(UTC),) if due and opening.step.moves_on else ()


def set_clock(step: CaseStep, opening: Opening) -> None:
    """Stores the reckoning whole, so that a changed calendar or rule never moves it in silence."""
    clock, due = opening.clock, opening.clock.due
    assert due is not None, "faults_of refuses a step whose rule gives no due time"
    step.due_at = due.astimezone(UTC)
    step.target_at = clock.target
    step.legal_latest_at = clock.legal_latest
    basis = opening.step.due.basis
    step.clock = clock.as_json() | {
        "since": opening.step.due.since.label,
        "basis": basis.text,
        "basis_kind": str(basis.kind),
    }


def tell(
    session: Session,
    engine: Engine,
    before: Facts | None,
    after: Facts,
    about: CaseStep,
    now: datetime,
) -> None:
    """Arms the messages whose rule holds now and did not before."""
    told = _holding(engine, after) - (_holding(engine, before) if before else set())
    waiting = {pending.rung for pending in about.pending}
    for rung in sorted(told - waiting):
        session.add(PendingEscalation(step=about, rung=rung, at=now, planned_at=now, passed=[]))
    session.flush()


def _holding(engine: Engine, facts: Facts) -> set[str]:
    return {TELL + tell.key for tell in engine.definition.tells if tell.when.test(facts)}
