"""What a line of the timeline is made of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cases.history import History
from cases.log import CaseEvent
from workflow.answers import Said
from workflow.messages import Message

Level = Literal["success", "info", "warning", "danger", "quiet"]


@dataclass(frozen=True)
class Words:
    """The title stands alone or before `about`, as in "Utredd: Sjuksköterska"."""

    title: str
    about: str = ""
    level: Level = "quiet"
    answers: tuple[Said, ...] = ()


def listed(name: str, label: str, labels: Iterable[str]) -> Said:
    """Msgids as one answer; each once, with how many times."""
    counted = Counter(labels)
    pieces = (
        Message("%(label)s × %(n)s", label=Message(label_), n=n) if n > 1 else Message(label_)
        for label_, n in counted.items()
    )
    return Said(name, Message(label), tuple(pieces))


def step_label(history: History, event: CaseEvent, *, may_read: bool) -> str:
    """The step an event is about; what it is repeated for only where it may be read."""
    step = history.engine.definition.step(event.data["step"])
    item = history.item(event, step.key, event.data["item"]) if may_read else ""
    return (
        Message("%(step)s: %(item)s", step=Message(step.label), item=item) if item else step.label
    )
