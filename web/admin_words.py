"""The admin log in words."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import gettext as _

from cases.admin_log import AdminLine
from cases.administration_forms import UNIT_KINDS
from cases.duty_forms import HOW_OFTEN
from cases.tokens import SCOPES
from web.words import moment_words, role_word
from workflow.weekdays import WEEKDAYS


def changes(line: AdminLine) -> Iterator[tuple[str, str]]:
    """Label and value, or old and new value, of each field in the line."""
    labels = {
        "name": _("Namn"),
        "username": _("Användarnamn"),
        "email": _("E-post"),
        "kind": _("Verksamhet"),
        "role": _("Roll"),
        "unit": _("Enhet"),
        "from_day": _("Från och med"),
        "to_day": _("Till och med"),
        "starts_at": _("Börjar"),
        "ends_at": _("Slutar"),
        "weekday": _("Veckodag"),
        "clock": _("Klockan"),
        "every_weeks": _("Hur ofta"),
        "substitute": _("Vikarie"),
        "scopes": _("Får"),
        "days": _("Dagar"),
        "month": _("Månad"),
        "care_days": _("Vårddygn"),
        "target": _("Mål"),
    }
    for name, value in line.data.items():
        values = value if isinstance(value, list) else [value]
        yield labels[name], " → ".join(_words(name, each) for each in values)


def kind_word(kind: str) -> str:
    """What a unit does, in the reader's language."""
    return gettext(UNIT_KINDS.get(kind, kind))


def scope_words(scopes: Iterable[str]) -> str:
    """What a key may be used for, as one line in the reader's language."""
    return ", ".join(gettext(SCOPES[scope]) for scope in scopes)


def _words(name: str, value: Any) -> str:
    if value is None:
        words = {
            "unit": _("Hela kommunen"),
            "substitute": _("ingen"),
            "care_days": _("inget inskrivet"),
        }
        return words.get(name, _("tills vidare"))
    if name == "role":
        return role_word(value)
    if name == "weekday":
        return gettext(WEEKDAYS[str(value)])
    if name == "every_weeks":
        return gettext(HOW_OFTEN[str(value)])
    if name == "kind":
        return kind_word(value)
    if name == "month":
        return str(format_date(date.fromisoformat(f"{value}-01"), "LLLL y"))
    if name == "scopes":
        return scope_words(value.split())
    if name in ("starts_at", "ends_at"):
        return moment_words(datetime.fromisoformat(value))
    return str(value)
