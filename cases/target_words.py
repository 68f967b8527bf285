"""Where a year stands against a target, in words."""

from dataclasses import dataclass
from enum import StrEnum

from cases.yearly_plan import BoardTarget
from workflow.messages import Message
from workflow.words import _

AGAINST_PART = _("%(number)s hittills, mot %(before)s samma tid %(year)s: %(change)s")
AGAINST_WHOLE = _("%(number)s, mot %(before)s under %(year)s: %(change)s")
HANDLED = _("%(part)s av %(whole)s är avslutade med alla delar gjorda: %(share)s procent")
IN_TIME = _("%(part)s av %(whole)s gjordes i tid: %(share)s procent")
NONE_YET = Message(_("Inga sådana än"))
SERIOUS = _("Allvarlighetsgrad 3–4: %(number)s, mot %(before)s")


class Verdict(StrEnum):
    """UNKNOWN where there is nothing to count from."""

    REACHED = "reached"
    MISSED = "missed"
    UNKNOWN = "unknown"


SO_FAR: dict[str, str] = {
    Verdict.REACHED: _("Når målet så här långt"),
    Verdict.MISSED: _("Når inte målet så här långt"),
    Verdict.UNKNOWN: _("Inget att räkna på än"),
}
IN_THE_END: dict[str, str] = {
    Verdict.REACHED: _("Målet nåddes"),
    Verdict.MISSED: _("Målet nåddes inte"),
    Verdict.UNKNOWN: _("Inget att räkna på"),
}


@dataclass(frozen=True)
class Standing:
    """A target and where its year stands; `words` is the verdict's msgid.

    `beside` says how many were serious, since fewer cases may be fewer that are reported.
    """

    target: BoardTarget
    goal: Message
    so_far: Message
    verdict: Verdict
    words: str
    beside: Message | None = None


def change_words(number: int, before: int) -> Message:
    """Cut and not rounded: 49.6 per cent fewer is not half."""
    if not before:
        return Message(_("inget att jämföra med"))
    percent = abs(number - before) * 100 // before
    if not percent:
        return Message(_("lika många") if number == before else _("nästan lika många"))
    words = _("%(n)s procent fler") if number > before else _("%(n)s procent färre")
    return Message(words, n=percent)
