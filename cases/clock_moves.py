"""How an open step's due time has moved since it was opened, read from the log."""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import reduce

from cases.history import History
from cases.log import CaseEvent
from cases.models import CaseStep
from cases.pauses import Pause
from cases.standing import CLOCK_MOVED, PAUSED, RESUMED
from workflow.holidays import STOCKHOLM
from workflow.messages import Message
from workflow.moments import END_OF_DAY
from workflow.words import _


def moves_of(history: History, step: CaseStep) -> tuple[Message, ...]:
    """A sentence for each move, oldest first; a corrected start has no further reason here."""
    return tuple(_told(history, event) for event in _about(history, step))


def pauses_told(history: History, step: CaseStep) -> list[Pause]:
    """As the table of pauses has them, without a question to the database."""
    pauses = list[Pause]()
    for event in _about(history, step):
        if event.type == PAUSED:
            until = datetime.combine(date.fromisoformat(event.data["back"]), time(), STOCKHOLM)
            reason = event.data["reason"]
            pauses.append(Pause(reason=reason, from_at=event.recorded_at, until=until))
        elif event.type == RESUMED:
            pauses[-1].ended_at = event.recorded_at
    return pauses


def because(event: CaseEvent) -> Message | None:
    """The changed days of the calendar that moved a clock; None for another reason."""
    days = [_changed(date.fromisoformat(d), *more) for d, *more in event.data.get("because", ())]
    return reduce(_with, days) if days else None


def reason_of(history: History, event: CaseEvent) -> Message:
    """Why a step was paused, in the routine's words while it has them."""
    pause = history.engine.definition.step(event.data["step"]).pause
    return Message(pause.reasons.get(event.data["reason"], "") if pause else "")


def when(moment: str) -> date:
    """A stored moment, without its clock when it is the end of a day."""
    local = datetime.fromisoformat(moment).astimezone(STOCKHOLM)
    return local.date() if local.time() == END_OF_DAY else local


def _about(history: History, step: CaseStep) -> Iterator[CaseEvent]:
    moves = (each for each in history.events if each.type in (CLOCK_MOVED, PAUSED, RESUMED))
    for event in moves:
        of_it = (event.data["step"], event.data["item"]) == (step.key, step.item)
        if of_it and event.recorded_at >= step.opened_at:
            yield event


def _told(history: History, event: CaseEvent) -> Message:
    before, after = when(event.data["from"]), when(event.data["to"])
    on = event.recorded_at.astimezone(STOCKHOLM).date()
    if event.type == PAUSED:
        return Message(
            _("Pausad från %(on)s till %(back)s: %(reason)s. Flyttad till %(after)s."),
            on=on, back=date.fromisoformat(event.data["back"]), after=after,
            reason=reason_of(history, event),
        )  # fmt: skip
    if event.type == RESUMED:
        return Message(_("Pausen slutade %(on)s. Flyttad till %(after)s."), on=on, after=after)
    return Message(
        _("Flyttad från %(before)s till %(after)s: %(because)s. Ändrat %(on)s."),
        before=before, after=after, on=on,
        because=because(event) or Message(_("en uppgift är rättad")),
    )  # fmt: skip


def _changed(day: date, reason: str, closed: bool) -> Message:
    words = _("%(day)s är stängd (%(reason)s)") if closed else _("%(day)s är inte längre ledig")
    return Message(words, day=day, reason=reason)


def _with(one: Message, other: Message) -> Message:
    return Message("%(one)s, %(other)s", one=one, other=other)
