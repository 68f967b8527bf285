"""Words that templates need everywhere: labels, times, and how long is left."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask import Flask
from flask_babel import format_datetime

from web.forms import say
from web.translating import init_translating, language, translated
from workflow.holidays import STOCKHOLM
from workflow.ladders import PARTY, PARTY_LABEL
from workflow.moments import day_of
from workflow.roles import LABELS, Role, inside_sentence
from workflow.time_words import in_words


def init_words(app: Flask) -> None:
    """Filters: `say` a msgid or Message, `moment`, `span`, `until`, `iso`, `role`."""
    init_translating(app)
    app.jinja_env.filters.update(
        say=say,
        moment=moment_words,
        span=span_words,
        until=period_words,
        iso=iso,
        role=role_word,
        inside=inside_sentence,
    )
    app.context_processor(lambda: {"lang": language()})


def moment_words(moment: datetime) -> str:
    """For example "lör 21 nov 2026 22:30", in Stockholm's time and the reader's language."""
    there = moment.astimezone(STOCKHOLM)
    return f"{day_words(there.date())} {there:%H:%M}"


def day_words(day: date, pattern: str = "EEE d MMM y") -> str:
    """In the reader's language, such as "lör 21 nov 2026"; `pattern` is Babel's."""
    return _day_words(day, pattern, language())


@lru_cache
def _day_words(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


def span_words(span: timedelta) -> str:
    """For example "2 h 10 min"; a clock that was set back gives no negative time."""
    return say(in_words(max(span, timedelta())))


def period_words(start: datetime, end: datetime) -> str:
    """For example "sön 22 nov 2026 02:10–05:30"; both in full when they are of different days."""
    if day_of(start) == day_of(end):
        until = format_datetime(end.astimezone(STOCKHOLM), "HH:mm", rebase=False)
        return f"{moment_words(start)}–{until}"
    return f"{moment_words(start)} – {moment_words(end)}"


def iso(moment: datetime) -> str:
    """ISO 8601 with Stockholm's offset, for <time datetime>."""
    return moment.astimezone(STOCKHOLM).isoformat(timespec="seconds")


def role_word(role: str) -> str:
    """The role's label in the reader's language; also of whoever outside is to answer."""
    return translated(PARTY_LABEL if role == PARTY else LABELS[Role(role)])
