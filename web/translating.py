"""The reader's words, from a catalogue that is asked for once for a page."""

from typing import Any

from flask import Flask, g
from flask_babel import get_locale, get_translations


def translated(msgid: str, **values: Any) -> str:
    """As flask_babel's gettext, which asks for the language anew at each of a page's words."""
    text = str(_catalogue().ugettext(msgid))
    return text % values if values else text


def language() -> str:
    """The reader's, such as "sv"; asked for once, as the catalogue is."""
    try:
        chosen: str = g.language
    except AttributeError:
        chosen = g.language = str(get_locale() or "sv")
    return chosen


def _catalogue() -> Any:
    try:
        return g.catalogue
    except AttributeError:
        g.catalogue = get_translations()
        return g.catalogue


def init_translating(app: Flask) -> None:
    """What `_` and `ngettext` are in templates, instead of what flask_babel has put there."""
    app.jinja_env.install_gettext_callables(translated, _plural, newstyle=True)  # type: ignore[attr-defined]  # jinja2's extension adds it


def _plural(one: str, many: str, number: int) -> str:
    return str(_catalogue().ungettext(one, many, number))
