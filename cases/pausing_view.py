"""Whether a step's clock stands still, and whether this reader may stop or start it."""

from dataclasses import dataclass
from datetime import date, datetime

from cases.access import Access
from cases.clock_moves import pauses_told
from cases.errors import Refused
from cases.history import History
from cases.models import CaseStep
from cases.pausing import left_of, refuse_now, under_way


@dataclass(frozen=True)
class PauseView:
    """Of a step that its routine lets stand still; `back` is None unless it does now.

    `left` are days of the budget.
    """

    back: date | None
    reason: str
    left: int
    may_pause: bool
    may_resume: bool


def pause_view(history: History, step: CaseStep, access: Access, now: datetime) -> PauseView | None:
    """None where the routine allows no pause."""
    allowed = history.engine.definition.step(step.key).pause
    if allowed is None:
        return None
    taken = pauses_told(history, step)
    current = under_way(taken, now)
    may = access.may_hand_over(step.case, step)
    try:
        refuse_now(allowed, step, taken, now)
    except Refused:
        possible = False
    else:
        possible = True
    return PauseView(
        back=current.stretch.back if current else None,
        reason=allowed.reasons.get(current.reason, "") if current else "",
        left=max(0, left_of(allowed, taken)),
        may_pause=may and possible,
        may_resume=may and current is not None,
    )
