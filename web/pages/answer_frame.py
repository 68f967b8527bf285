"""What is around the pages of a link, and the page that says why a link cannot be used."""

from dataclasses import dataclass, field
from typing import Any

from flask import redirect, render_template, request
from flask_babel import gettext

from cases.errors import Refused
from cases.links import Standing
from web.door import vardtrad
from workflow.words import _

CLOSED = {
    Standing.ANSWERED: (
        _("Frågan är redan besvarad"),
        _("Svaret har kommit fram. Vill ni ändra det: ring samordnaren som skickade länken."),
    ),
    Standing.REVOKED: (
        _("Länken är stängd"),
        _("Ni kan ha fått en nyare länk i ett senare mejl. Annars: ring samordnaren."),
    ),
    Standing.LOCKED: (
        _("Länken är låst"),
        _("Fel kod har skrivits för många gånger. Ring samordnaren och be om en ny länk."),
    ),
    Standing.ENDED: (
        _("Svaret behövs inte längre"),
        _("Mötet kan ha ändrats, eller så har svaret kommit på ett annat sätt. Ring vid frågor."),
    ),
    Standing.EXPIRED: (
        _("Tiden för att svara har gått ut"),
        _("Ring samordnaren som skickade länken om ni ändå vill svara."),
    ),
}
UNKNOWN = (
    _("Länken fungerar inte"),
    _("Den kan ha blivit avklippt. Öppna den ur mejlet igen eller kopiera hela adressen."),
)


@dataclass(frozen=True)
class Page:
    """A page yet to be drawn; without a template the reader is sent to the link itself."""

    status: int
    template: str = ""
    words: dict[str, Any] = field(default_factory=dict)


def drawn(page: Page) -> Any:
    """The answer to a request, in the same frame whoever asks."""
    if not page.template:
        return redirect(request.path, 303)
    return render_template(f"pages/{page.template}.html", **frame(), **page.words), page.status


def is_outside(path: str) -> bool:
    """Tells what is for people outside from the rest, also where there is no such page."""
    return path.startswith("/svar/")


def frame() -> dict[str, Any]:
    """Without what is for those who work here, even where one of them is logged in."""
    home = {"home_url": request.path.removesuffix("/kalender.ics")}
    ours = {"who": None, "nav": (), "last_sweep": None, "idle_seconds": None}
    return ours | home | {"office": vardtrad().settings.office}


def unknown() -> Page:
    """For a token that is none of ours; says no more of why."""
    title, text = map(gettext, UNKNOWN)
    return Page(404, "answer_closed", {"title": title, "text": text})


def hasty(error: Refused) -> Page:
    """Tells how long whoever guesses has to wait."""
    text = gettext(error.msgid, **error.values)
    return Page(error.http, "answer_closed", {"title": gettext("Vänta en stund"), "text": text})


def closed(stands: Standing, kept: Any = ()) -> Page:
    """Why the link cannot be used; `kept` is what was typed in vain."""
    title, text = map(gettext, CLOSED[stands])
    return Page(410, "answer_closed", {"title": title, "text": text, "typed": kept})
