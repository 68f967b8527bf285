"""What the clocks have led to: reminders, mails, and nobody to reach."""

from collections.abc import Iterable
from dataclasses import replace

from cases.changes import LATE, TELL
from cases.history import History
from cases.log import CaseEvent
from cases.mail_faults import fault_words
from cases.timeline_parts import Level, Words, listed, step_label
from workflow.answers import Said
from workflow.definition import WorkflowDefinition
from workflow.ladders import PARTY, PARTY_LABEL, RESPONSIBLE
from workflow.messages import Message
from workflow.roles import LABELS, Role
from workflow.words import _

_RUNGS = (_("Påminnelse"), _("Tiden gick ut"), _("Fortfarande inte gjort"))
"""By the phase of the rung: before the time is out, when it is, and after."""


def escalated(history: History, event: CaseEvent, may_read: bool) -> Words:
    data = event.data
    to = tuple(history.people.get(person, "") for person in data["to"])
    answers = [
        Said("to", Message(_("Till")), to),
        listed("without", _("Ingen fanns som"), _roles(data.get("roles_without_anyone", ()))),
    ]
    if data.get("late"):
        late = Message(_("Tidkontrollen hade stått stilla. Det skulle ha gått ut tidigare."))
        answers.append(Said("late", Message(_("Obs")), (late,)))
    if data.get("moved"):
        moved = Message(_("Det är någon annans steg än när påminnelsen skrevs."))
        answers.append(Said("moved", Message(_("Ny mottagare")), (moved,)))
    level: Level = "warning" if len([a for a in answers if a.pieces]) > 1 else "quiet"
    title = rung_words(history.engine.definition, data["step"], data["rung"])
    told = tuple(answer for answer in answers if answer.pieces)
    about = "" if data["rung"].startswith(TELL) else step_label(history, event, may_read=may_read)
    return Words(title, about, level, told)


def nobody(history: History, event: CaseEvent, may_read: bool) -> Words:
    sought = listed("sought", _("Sökte"), _roles(event.data.get("roles_without_anyone", ())))
    title = Message(_("Ingen gick att nå. Nästa i ordningen får veta det genast."))
    return Words(title, _about(history, event, may_read), "danger", (sought,))


_LETTERS = {
    "call": (_("Kallelsen är mejlad"), _("Kallelsen kom inte fram")),
    "changed": (_("Den ändrade kallelsen är mejlad"), _("Den ändrade kallelsen kom inte fram")),
    "cancelled": (
        _("Beskedet att kallelsen är återtagen är mejlat"),
        _("Beskedet att kallelsen är återtagen kom inte fram"),
    ),
    "reminder": (
        _("Påminnelsen till den som ska svara är mejlad"),
        _("Påminnelsen till den som ska svara kom inte fram"),
    ),
    "question": (
        _("Frågan till den som ska svara är mejlad"),
        _("Frågan till den som ska svara kom inte fram"),
    ),
}
"""By the kind of a letter to a party outside: sent, and failed for good."""


def letter_words(kind: str, *, failed: bool = False) -> Message:
    """What a letter to a party outside is called."""
    return Message(_LETTERS[kind][failed])


def mail_sent(history: History, event: CaseEvent, may_read: bool) -> Words:
    if "party" in event.data:
        named = event.text.body["party"] if may_read and event.text and event.text.body else ""
        told = (Said("to", Message(_("Till")), (named,)),) if named else ()
        return Words(letter_words(event.data["letter"]), answers=told)
    to = tuple(history.people.get(person, "") for person in event.data["to"])
    answers = (Said("to", Message(_("Till")), to),)
    return Words(Message(_("Mejl skickat")), _about(history, event, may_read), answers=answers)


def mail_failed(history: History, event: CaseEvent, may_read: bool) -> Words:
    sent = mail_sent(history, event, may_read)
    fault = Said("error", Message(_("Varför")), (fault_words(event.data.get("error")),))
    title = Message(_("Mejl kom inte fram"))
    if "party" in event.data:
        title = letter_words(event.data["letter"], failed=True)
    return replace(sent, title=title, level="danger", answers=(*sent.answers, fault))


def _about(history: History, event: CaseEvent, may_read: bool) -> str:
    """A message is about the case, not about the step after which it was sent."""
    definition, data = history.engine.definition, event.data
    if data["rung"].startswith(TELL):
        return rung_words(definition, data["step"], data["rung"])
    return step_label(history, event, may_read=may_read)


def rung_words(definition: WorkflowDefinition, step: str, rung: str) -> Message:
    """What a reminder says, by the rung of the ladder it stands on."""
    if rung == LATE:
        return Message(_("Tiden hade gått när steget öppnades"))
    for tell in definition.tells:
        if rung == TELL + tell.key:
            return Message(tell.label)
    try:
        return Message(_RUNGS[definition.step(step).ladder.rung(rung).at.phase])
    except KeyError:  # the municipality's rules no longer have the rung
        return Message(_RUNGS[0])


def _roles(roles: Iterable[str]) -> list[str]:
    known = {RESPONSIBLE: _("den som har steget"), PARTY: PARTY_LABEL}
    return [known.get(r) or LABELS[Role(r)] for r in roles]
