"""What each type of event is called on the timeline, and what it tells."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from cases.history import History
from cases.imported import IMPORTED
from cases.log import CaseEvent
from cases.standing import form_data
from cases.timeline_clocks import clock_moved, paused, resumed
from cases.timeline_links import about_a_link
from cases.timeline_parts import Words, listed, step_label
from cases.timeline_reminders import escalated, mail_failed, mail_sent, nobody
from workflow.answers import Said
from workflow.definition import WorkflowDefinition
from workflow.messages import Message
from workflow.words import _


def words_of(history: History, event: CaseEvent, *, may_read: bool) -> Words:
    """Without typed text unless `may_read`; an unknown type is still told."""
    teller = _TELLERS.get(event.type)
    if teller is None:
        return Words(Message(_("Händelse: %(type)s"), type=event.type), level="warning")
    return teller(history, event, may_read)


def _opened(history: History, event: CaseEvent, may_read: bool) -> Words:
    definition = history.engine.definition
    answers = history.answers(event) if may_read else ()
    about = definition.categories.get(form_data(event).get(definition.category_field or "", ""), "")
    return Words(Message(definition.starts_in.label), about if may_read else "", "info", answers)


def _done(history: History, event: CaseEvent, may_read: bool) -> Words:
    step = history.engine.definition.step(event.data["step"])
    if not may_read:
        return Words(Message(step.done), level="success")
    about = history.item(event, step.key, event.data["item"])
    return Words(Message(step.done), about, "success", history.answers(event))


def _corrected(history: History, event: CaseEvent, may_read: bool) -> Words:
    about = history.corrected(event)
    title = words_of(history, about, may_read=False).title
    if not may_read:
        return Words(Message(_("Rättat")), title, "warning")
    reason = event.text.body["reason"] if event.text and event.text.body else ""
    answers = Said("reason_for_correction", Message(_("Varför det rättades")), (reason,))
    before = history.answers(history.newest_before(event))
    changed = _differences(before, history.answers(event))
    return Words(Message(_("Rättat")), title, "warning", (answers, *changed))


def _differences(before: tuple[Said, ...], after: tuple[Said, ...]) -> Iterator[Said]:
    """Old and new beside each other; an answer taken away has no pieces."""
    old, new = ({answer.name: answer for answer in side} for side in (before, after))
    for name in old | new:
        if old.get(name) != new.get(name):
            there = new.get(name) or replace(old[name], pieces=(), rows=())
            yield replace(there, instead_of=old.get(name, Said(name, there.label)))


def _note(_history: History, event: CaseEvent, may_read: bool) -> Words:
    text = event.text.body["note"] if may_read and event.text and event.text.body else ""
    answers = (Said("note", "", (text,)),) if text else ()
    return Words(Message(_("Anteckning")), level="info", answers=answers)


def _disposed(_history: History, event: CaseEvent, _may_read: bool) -> Words:
    return Words(Message(_("Gallrat enligt %(basis)s"), basis=event.data["basis"]), level="info")


def _imported(_history: History, _event: CaseEvent, _may_read: bool) -> Words:
    return Words(Message(_("Inläst från ett tidigare system")), level="info")


def _claimed(history: History, event: CaseEvent, may_read: bool) -> Words:
    to, label = event.data["to"], step_label(history, event, may_read=may_read)
    if to is None:
        return Words(Message(_("Lämnade tillbaka steget")), label)
    if to == event.actor_id:
        return Words(Message(_("Tog steget")), label)
    name = history.people.get(to, "")
    return Words(Message(_("Lämnade över steget till %(name)s"), name=name), label)


def _acknowledged(history: History, event: CaseEvent, may_read: bool) -> Words:
    label = step_label(history, event, may_read=may_read)
    if event.data["until"] is None:
        return Words(Message(_("Lät påminnelserna gå som vanligt igen")), label)
    until = datetime.fromisoformat(event.data["until"])
    waiting = Said("until", Message(_("Påminnelserna väntar till")), (until,))
    return Words(Message(_("Tar det")), label, answers=(waiting,))


def _linked(_history: History, event: CaseEvent, _may_read: bool) -> Words:
    return Words(Message(_("Länkat till %(reference)s"), reference=event.data["other"]))


def _action(history: History, event: CaseEvent, may_read: bool) -> Words:
    action = history.engine.definition.action(event.data["action"])
    answers = history.answers(event) if may_read else ()
    return Words(Message(action.done), level="warning", answers=answers)


def _advanced(history: History, event: CaseEvent, _may_read: bool) -> Words:
    definition, data = history.engine.definition, event.data
    answers = (
        listed("opened", _("Att göra"), _labels(definition, data["opened"])),
        listed("not_needed", _("Behövs inte längre"), _labels(definition, data["not_needed"])),
    )
    told = tuple(answer for answer in answers if answer.pieces)
    if not data["path"]:
        title = _("Nya steg") if data["opened"] else _("Steg behövs inte längre")
        return Words(Message(title), answers=told)
    label = definition.state(data["state"]).label
    if data["round"] > history.round_before(event):
        return Words(Message(_("Tillbaka, varv %(n)s"), n=data["round"]), label, "warning", told)
    ended = not definition.state(data["state"]).then
    return Words(Message(_("Vidare")), label, "success" if ended else "info", told)


def _not_shown(_history: History, _event: CaseEvent, _may_read: bool) -> Words:
    return Words(Message(_("Listan över försenat visade inte steget")), level="danger")


def _ran_out(history: History, event: CaseEvent, may_read: bool) -> Words:
    return Words(
        Message(_("Tiden gick ut")), step_label(history, event, may_read=may_read), "danger"
    )


def _labels(definition: WorkflowDefinition, steps: Iterable[tuple[str, str]]) -> list[str]:
    return [definition.step(key).label for key, _item in steps]


_TELLERS = {
    "opened": _opened,
    "step_done": _done,
    "corrected": _corrected,
    "note": _note,
    "disposed": _disposed,
    IMPORTED: _imported,
    "claimed": _claimed,
    "acknowledged": _acknowledged,
    "linked": _linked,
    "action": _action,
    "advanced": _advanced,
    "clock_moved": clock_moved,
    "paused": paused,
    "resumed": resumed,
    "ran_out": _ran_out,
    "not_shown": _not_shown,
    "escalated": escalated,
    "nobody_reachable": nobody,
    "mail_sent": mail_sent,
    "mail_failed": mail_failed,
    "party_reminded": about_a_link,
    "link_renewed": about_a_link,
    "link_revoked": about_a_link,
    "link_locked": about_a_link,
}
