"""What a pending rung's key stands for: a rung of the ladder, a late opening, or a tell."""

from collections.abc import Collection, Iterable
from datetime import datetime

from cases.changes import LATE, TELL
from workflow.definition import Tell, WorkflowDefinition
from workflow.holidays import WorkingCalendar
from workflow.ladders import RESPONSIBLE, Ladder


def is_tell(rung: str) -> bool:
    """True for a message of the case, which is sent even when the step is done."""
    return rung.startswith(TELL)


def tell_of(definition: WorkflowDefinition, rung: str) -> Tell:
    """Raises KeyError for a tell the definition does not have."""
    for tell in definition.tells:
        if rung == TELL + tell.key:
            return tell
    raise KeyError(rung)


def addressed(
    definition: WorkflowDefinition, step_key: str, rung: str, passed: Iterable[str]
) -> tuple[str, ...]:
    """The roles (or "responsible") a pending rung is for."""
    if is_tell(rung):
        return tell_of(definition, rung).to
    ladder = definition.step(step_key).ladder
    if rung == LATE:
        return tuple(to for key in passed for to in _to(ladder, key))
    return _to(ladder, rung)


def following(
    ladder: Ladder,
    rung: str,
    passed: Iterable[str],
    known: Collection[str],
    now: datetime,
    calendar: WorkingCalendar,
) -> tuple[str, datetime] | None:
    """The repeat to arm when a rung fires, and when; never one of the `known`, pending or told."""
    if is_tell(rung):
        return None
    for key in passed if rung == LATE else (rung,):
        repeat = ladder.after(key, now, calendar)
        while repeat is not None and repeat[0] in known:
            repeat = ladder.after(repeat[0], now, calendar)
        if repeat is not None:
            return repeat
    return None


def _to(ladder: Ladder, key: str) -> tuple[str, ...]:
    try:
        return ladder.rung(key).to
    except KeyError:  # the municipality's rules have changed the ladder since the step opened
        return (RESPONSIBLE,)
