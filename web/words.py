"""Words that templates need everywhere: labels, times, and how long is left."""

from datetime import datetime, timedelta

from flask import Flask
from flask_babel import format_datetime, get_locale, gettext

from web.forms import say
from workflow.holidays import STOCKHOLM
from workflow.ladders import PARTY, PARTY_LABEL
from workflow.moments import day_of
from workflow.roles import LABELS, Role, inside_sentence
from workflow.time_words import in_words


def init_words(app: Flask) -> None:
    """Filters: `say` a msgid or Message, `moment`, `span`, `until`, `iso`, `role`."""
    app.jinja_env.filters.update(
        say=say,
        moment=moment_words,
        span=span_words,
        until=period_words,
        iso=iso,
        role=role_word,
        inside=inside_sentence,
    )
    app.context_processor(lambda: {"lang": str(get_locale() or "sv")})


def moment_words(moment: datetime) -> str:
    """For example "lör 21 nov 2026 22:30", in Stockholm's time and the reader's language."""
    return str(format_datetime(moment.astimezone(STOCKHOLM), "EEE d MMM y HH:mm", rebase=False))


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
    return gettext(PARTY_LABEL if role == PARTY else LABELS[Role(role)])
