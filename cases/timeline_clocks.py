"""What has become of a step's clock: moved, paused, running again."""

from datetime import date

from cases.clock_moves import because, reason_of, when
from cases.history import History
from cases.log import CaseEvent
from cases.timeline_parts import Words, step_label
from workflow.answers import Said
from workflow.messages import Message
from workflow.words import _


def clock_moved(history: History, event: CaseEvent, may_read: bool) -> Words:
    why = because(event)
    answers = (_due(event), *((Said("because", Message(_("Varför")), (why,)),) if why else ()))
    label = step_label(history, event, may_read=may_read)
    return Words(Message(_("Ny tid för steget")), label, "warning", answers)


def paused(history: History, event: CaseEvent, may_read: bool) -> Words:
    left = Message(_("%(days)s dagar"), days=event.data["left"])
    answers = (
        Said("reason", Message(_("Varför")), (reason_of(history, event),)),
        Said("back", Message(_("Tiden går igen")), (date.fromisoformat(event.data["back"]),)),
        _due(event),
        Said("left", Message(_("Kvar att pausa")), (left,)),
    )
    label = step_label(history, event, may_read=may_read)
    return Words(Message(_("Pausade steget")), label, "warning", answers)


def resumed(history: History, event: CaseEvent, may_read: bool) -> Words:
    label = step_label(history, event, may_read=may_read)
    return Words(Message(_("Avslutade pausen")), label, answers=(_due(event),))


def _due(event: CaseEvent) -> Said:
    before, after = when(event.data["from"]), when(event.data["to"])
    return Said(
        "due", Message(_("Ska vara klart")), (after,),
        instead_of=Said("due", "", (before,)) if before != after else None,
    )  # fmt: skip
