"""A notification in words: which step, how long, and who is told next; no patient data."""

from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list

from cases.changes import LATE, OUT
from cases.models import CaseStep
from notifications.models import Notification
from notifications.rungs import addressed, is_tell, tell_of
from workflow.definition import WorkflowDefinition
from workflow.definitions import CHECKS
from workflow.explanation import spoken_moment
from workflow.holidays import STOCKHOLM
from workflow.ladders import PARTY, PARTY_LABEL, RESPONSIBLE
from workflow.messages import Message
from workflow.roles import LABELS, Role, inside_sentence
from workflow.routines import Routines
from workflow.time_words import Level, time_left
from workflow.words import _

UNMADE = _(
    "Kontrollen som Vårdtråd gör varje morgon är inte gjord. Se på driftsidan om tidkontrollen går."
)


@dataclass(frozen=True)
class Line:
    """One step (or message) of one case; `left` is empty where no time applies."""

    reference: str
    label: str
    left: str
    late: bool
    sentences: tuple[str, ...]
    path: str
    open: str = _("Öppna ärendet")

    @property
    def subject(self) -> str:
        """The subject of a mail that holds this line alone."""
        if not self.left:
            return f"{self.reference}: {self.label}"
        return f"{self.reference}: {self.label} ({self.left})"


def line(routines: Routines, notification: Notification, now: datetime) -> Line:
    """The label is the definition's own, never the item's, which may hold free text."""
    case, step = notification.case, notification.step
    definition = routines.engine(case.definition, case.version).definition
    page = f"arende/{case.reference}"
    if is_tell(notification.rung):
        label = tell_of(definition, notification.rung).label
        to_do = _("Läs ärendet nu och ta ställning till vad som behöver göras.")
        return Line(case.reference, label, "", False, (to_do,), page)
    time = time_left(step.due_at, now)
    late = time.level is Level.LATE
    label = definition.step(step.key).label
    if definition in CHECKS:
        return Line(
            case.reference, label, time.words, late, (UNMADE,), "drift", _("Öppna driftsidan")
        )
    due = spoken(step.due_at)
    told = (
        Message(_("Skulle ha varit klart %(due)s."), due=due)
        if late
        else Message(_("Ska vara klart senast %(due)s."), due=due)
    )
    sentences = [told, _next(definition, step)]
    if notification.rung == LATE:
        sentences.insert(1, _opened_late(step))
    return Line(case.reference, label, time.words, late, tuple(sentences), page)


def _opened_late(step: CaseStep) -> str:
    if step.due_at <= step.opened_at:
        return _("Tiden hade redan gått ut när steget öppnades.")
    return _("Det mesta av tiden hade redan gått när steget öppnades.")


def _next(definition: WorkflowDefinition, step: CaseStep) -> str:
    rungs = [p for p in step.pending if p.rung != OUT and not is_tell(p.rung)]
    if not rungs:
        return _("Det här är den sista påminnelsen om steget.")
    first = min(rungs, key=lambda pending: pending.at)
    who = dict.fromkeys(addressed(definition, step.key, first.rung, first.passed))
    names = format_list([_name(to) for to in who], locale="sv")
    when = spoken(first.at)
    return Message(_("Är det inte gjort %(when)s får %(who)s veta det."), who=names, when=when)


def _name(to: str) -> str:
    if to == RESPONSIBLE:
        return _("den som ska göra steget")
    return inside_sentence(PARTY_LABEL if to == PARTY else LABELS[Role(to)])


def spoken(moment: datetime) -> str:
    """Day and clock in Stockholm; a day ends at 23:59:59, but nobody says the seconds."""
    return spoken_moment(moment.astimezone(STOCKHOLM).replace(second=0, microsecond=0)).sv
