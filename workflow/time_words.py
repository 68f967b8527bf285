"""Time left or over in words; a page and a mail say it the same way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from workflow.holidays import STOCKHOLM
from workflow.messages import Message
from workflow.words import _

SOON = timedelta(hours=2)
"""As long as the shortest limit, so that a step with two hours is urgent from its start."""


class Level(StrEnum):
    """How urgent it is; a page colours by it, never without the words."""

    OK = "ok"
    SOON = "soon"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True)
class TimeWords:
    """Swedish words that a door can translate, and how urgent they are."""

    words: Message
    level: Level


class _Words(NamedTuple):
    moment: str
    minutes: str
    hours: str
    hours_minutes: str
    day: str
    days: str


_LEFT = _Words(
    _("går ut nu"),
    _("%(minutes)s min kvar"),
    _("%(hours)s h kvar"),
    _("%(hours)s h %(minutes)s min kvar"),
    _("1 dag kvar"),
    _("%(days)s dagar kvar"),
)
_OVER = _Words(
    _("gick ut nyss"),
    _("%(minutes)s min sen"),
    _("%(hours)s h sen"),
    _("%(hours)s h %(minutes)s min sen"),
    _("1 dag sen"),
    _("%(days)s dagar sen"),
)
_DONE_LATE = _Words(
    _("klart strax efter tiden"),
    _("klart %(minutes)s min för sent"),
    _("klart %(hours)s h för sent"),
    _("klart %(hours)s h %(minutes)s min för sent"),
    _("klart 1 dag för sent"),
    _("klart %(days)s dagar för sent"),
)

_SPAN = _Words(
    _("mindre än en minut"),
    _("%(minutes)s min"),
    _("%(hours)s h"),
    _("%(hours)s h %(minutes)s min"),
    _("1 dag"),
    _("%(days)s dagar"),
)


def time_left(due: datetime, now: datetime) -> TimeWords:
    """Of an open step; SOON within two hours or when it is due today (Stockholm)."""
    if now > due:
        return TimeWords(_told(now - due, _OVER), Level.LATE)
    today = due.astimezone(STOCKHOLM).date() == now.astimezone(STOCKHOLM).date()
    level = Level.SOON if today or due - now <= SOON else Level.OK
    return TimeWords(_told(due - now, _LEFT), level)


def time_taken(due: datetime, ended: datetime) -> TimeWords:
    """Of a step that has been done."""
    if ended <= due:
        return TimeWords(Message(_("klart i tid")), Level.DONE)
    return TimeWords(_told(ended - due, _DONE_LATE), Level.DONE)


def in_words(span: timedelta) -> Message:
    """A length of time, of which what is less than a minute is left out."""
    return _told(span, _SPAN)


def _told(span: timedelta, words: _Words) -> Message:
    # Cut, never rounded up: nobody may read more time than there is.
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    if span.days:
        return Message(words.day) if span.days == 1 else Message(words.days, days=span.days)
    if hours and minutes:
        return Message(words.hours_minutes, hours=hours, minutes=minutes)
    if hours:
        return Message(words.hours, hours=hours)
    return Message(words.minutes, minutes=minutes) if minutes else Message(words.moment)
