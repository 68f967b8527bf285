"""Open clocks reckoned anew, with what is pending for them re-aimed in the same transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.arming import aim
from cases.changes import LATE, OUT, pending_rung, runs_out, set_clock
from cases.events import append
from cases.models import UNFIGURED, Case, CaseStep
from cases.pauses import pauses_of
from cases.standing import CLOCK_MOVED, open_steps
from workflow.again import repeated
from workflow.engine import Engine, Opening
from workflow.facts import Facts


def reckon_again(
    session: Session, case: Case, engine: Engine, facts: Facts, now: datetime, actor_id: int
) -> bool:
    """Moves clocks of open steps whose start was corrected, each with an event; True if any."""
    moved = [
        move(session, step, reckoned(session, engine, facts, step), now, actor_id)
        for step in open_steps(case)
    ]
    return any(moved)


def reckoned(session: Session, engine: Engine, facts: Facts, step: CaseStep) -> Opening:
    """An open step's clock by what is known now, with the pauses it has had."""
    definition = engine.definition.step(step.key)
    item = engine.item(definition, step.item, facts)
    ledger = tuple(pause.stretch for pause in pauses_of(session, step))
    return engine.reopen(definition, item, facts, step.opened_at, ledger)


def move(
    session: Session,
    step: CaseStep,
    opening: Opening,
    now: datetime,
    actor_id: int | None,
    **more: Any,
) -> bool:
    """As `renew`, with an event; False, and no event, when the due time stays."""
    data = renew(step, opening, now)
    if data["from"] == data["to"]:
        return False
    append(session, step.case, CLOCK_MOVED, now, actor_id=actor_id, data=data | more)
    return True


def renew(step: CaseStep, opening: Opening, now: datetime) -> dict[str, Any]:
    """Gives the step the clock with its rungs; which step and what due time, for the log."""
    before = step.due_at
    set_clock(step, opening)
    _arm_again(step, opening, now, moved=step.due_at != before)
    if step.due_at != before:
        step.case.figured_revision = UNFIGURED
    return {
        "step": step.key,
        "item": step.item,
        "round": step.round,
        "from": before.isoformat(),
        "to": step.due_at.isoformat(),
    }


def _arm_again(step: CaseStep, opening: Opening, now: datetime, *, moved: bool) -> None:
    """Re-aims what is pending, and takes up what lies ahead again when the due time has moved."""
    waiting = {pending.rung: pending for pending in step.pending}
    rungs = [*opening.rungs, *((at, OUT) for at in runs_out(opening))]
    for at, key in rungs:
        if key in waiting:
            # What the move has put behind us is not late: it is due from now.
            waiting[key].planned_at = max(at, min(waiting[key].planned_at, now))
        elif moved and at > now:
            step.pending.append(pending_rung(key, at, now))
    ahead = {key for at, key in rungs if at > now}
    for key, pending in waiting.items():
        if repeated(key)[0] in ahead - {key}:
            step.pending.remove(pending)
    if late := waiting.get(LATE):
        gone = {key for at, key in opening.rungs if at <= now}
        late.passed = [key for key in late.passed if key in gone]
        if not late.passed:
            step.pending.remove(late)
    aim(step, opening.step.ladder)
