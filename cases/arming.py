"""When what is pending for a step fires: at its planned time, or later while somebody has it."""

from datetime import datetime

from cases.models import CaseStep
from workflow.basis import BasisKind
from workflow.holding import held
from workflow.ladders import PARTY, Ladder


def aim(step: CaseStep, ladder: Ladder) -> None:
    """To be called by whatever changes a planned time, the due time or the acknowledgement."""
    until = step.acknowledged_until
    for pending in step.pending:
        pending.at = pending.planned_at
        if until is not None and _may_wait(pending.rung, ladder):
            pending.at = held(
                pending.planned_at, until, step.due_at, ladder.sending, by_law=is_by_law(step)
            )


def let_go(step: CaseStep) -> None:
    """Ends the acknowledgement: everything fires at its planned time again."""
    step.acknowledged_by = step.acknowledged_until = None
    for pending in step.pending:
        pending.at = pending.planned_at


def is_held(step: CaseStep, now: datetime) -> bool:
    """True while somebody has said "jag tar det" and the time they gave has not run out."""
    return step.acknowledged_until is not None and step.acknowledged_until > now


def is_by_law(step: CaseStep) -> bool:
    """True for a limit whose basis was law when its clock was set."""
    return bool(step.clock.get("basis_kind") == BasisKind.LAW)


def _may_wait(rung: str, ladder: Ladder) -> bool:
    """Not what goes outside, nor what has a colon: tells, late openings and a time that is out."""
    if ":" in rung:
        return False
    try:
        return PARTY not in ladder.rung(rung).to
    except KeyError:  # the municipality's rules have changed the ladder since the step opened
        return True
