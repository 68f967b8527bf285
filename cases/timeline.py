"""Everything that has happened in a case, as lines that this reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cases.access import Access, Part
from cases.events import LATE_AFTER
from cases.history import History
from cases.log import CaseEvent
from cases.standing import CORRECTED, OPENED, STEP_DONE
from cases.timeline_parts import Level
from cases.timeline_words import words_of
from workflow.answers import Said
from workflow.messages import Message
from workflow.words import _

FOR_LICENSED = Message(_("Innehållet är för legitimerad personal och enhetschefen."))
DISPOSED = Message(_("Texten är gallrad."))
BY_LINK = Message(_("Genom svarslänken"))


@dataclass(frozen=True)
class Line:
    """One event; `about` may hold typed text, `hint` says why the answers are not shown.

    `actor` is a name, or a Message for somebody outside who has none here.
    """

    sequence: int
    type: str
    title: str
    about: str
    level: Level
    system: bool
    occurred_at: datetime
    recorded_at: datetime
    late: bool
    actor: str
    answers: tuple[Said, ...]
    hint: str
    corrected: bool
    may_correct: bool


def timeline(history: History, access: Access) -> tuple[Line, ...]:
    """Oldest first by when it happened."""
    corrected = {e.data["corrects"] for e in history.events if e.type == CORRECTED}
    lines = [_line(history, event, access, corrected) for event in history.events]
    return tuple(sorted(lines, key=lambda line: (line.occurred_at, line.sequence)))


def reported(history: History, access: Access) -> tuple[Said, ...]:
    """What opened the case, corrections applied; nothing where this reader may not read it."""
    opened = history.newest(history.events[0])
    return history.answers(opened) if may_read(history, opened, access) else ()


def may_read(history: History, event: CaseEvent, access: Access) -> bool:
    """Care staff read the report, steps meant for them, and what they have written themselves."""
    if access.part(history.case) is Part.ALL or event.actor_id == access.person_id:
        return True
    if event.type == CORRECTED:
        return may_read(history, history.corrected(event), access)
    if step := event.data.get("step"):
        return history.engine.definition.step(step).care
    return event.type == OPENED


def _line(history: History, event: CaseEvent, access: Access, corrected: Iterable[int]) -> Line:
    allowed = may_read(history, event, access)
    disposed = event.text is not None and event.text.body is None
    hint: str = ""
    if disposed or not allowed:
        hint = (DISPOSED if disposed else FOR_LICENSED) if event.text else ""
    words = words_of(history, event, may_read=allowed and not disposed)
    actor = history.people.get(event.actor_id, "") if event.actor_id else _outside(event)
    case = history.case
    return Line(
        sequence=event.sequence,
        type=event.type,
        title=words.title,
        about=words.about,
        level=words.level,
        system=not actor,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        late=event.recorded_at - event.occurred_at > LATE_AFTER,
        actor=actor,
        answers=words.answers,
        hint=hint,
        corrected=event.sequence in corrected,
        may_correct=event.type in (OPENED, STEP_DONE)
        and case.closed_at is None
        and access.may_correct(case, event.actor_id),
    )


def _outside(event: CaseEvent) -> str:
    """Nobody has done what the system does by itself."""
    return BY_LINK if "by_link" in event.data else ""
