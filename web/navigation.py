"""What every page's frame needs: who is logged in, the menu, and when the clocks were last read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from cases.access import Right
from cases.overdue import count_overdue
from cases.people import Unit, sort_key
from notifications.operations import last_sweep
from web.door import Work, reading, user, vardtrad
from web.translating import language
from web.translating import translated as _
from web.words import iso, moment_words
from workflow.definitions.deviation import DEVIATION
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of

COORDINATION = ("/sip", "/utskrivningar", "/tysta", "/inkommande")
"""Pages that share a line of the menu and lead to each other; it opens the first."""

LANGUAGES = {"sv": "Svenska", "en": "English"}


@dataclass(frozen=True)
class Who:
    """The person's name, and the units where they hold a role as one line."""

    name: str
    unit: str


@dataclass(frozen=True)
class NavItem:
    """A line of the menu; `current` on the page itself and on those under it."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class Language:
    """A language of the pages; `url` takes the choice by POST."""

    url: str
    code: str
    label: str
    current: bool


@dataclass(frozen=True)
class LastSweep:
    """When the clocks were last read; `late` when the scheduler seems to stand still."""

    iso: str
    words: str
    late: bool


def init_navigation(app: Flask) -> None:
    """One visit to the database for each page; a bare frame for somebody not logged in."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    settings = vardtrad().settings
    here = language()
    languages = [Language("/sprak", code, label, code == here) for code, label in LANGUAGES.items()]
    frame: dict[str, Any] = {"demo": settings.demo, "languages": languages}
    try:
        if not user.is_authenticated:
            return frame
        with reading() as work:
            last = _last_sweep(work)
            menu = tuple(_menu(work, alarm=last is None or last.late))
            return frame | {
                "idle_seconds": settings.idle_minutes * 60,
                "who": Who(work.access.name, _units(work)),
                "nav": menu,
                "home_url": menu[0].url if menu else "/",
                "last_sweep": last,
            }
    except SQLAlchemyError:  # the page that says so must be drawn all the same
        return frame


def _menu(work: Work, *, alarm: bool) -> Iterator[NavItem]:
    access = work.access
    late = count_overdue(work.session, access, work.now) if access.has(Right.OVERDUE) else 0
    places = [
        (Right.WORK, "/", _("Mina steg")),
        *((Right.OPEN_CASES, url, label) for url, label in _openings(work)),
        (Right.ACUTE_BOARD, "/tavla", _("Tavla 2 h")),
        (Right.OVERDUE, "/forsenat", _("Försenat (%(n)s)", n=late) if late else _("Försenat")),
        (Right.CONFERENCES, "/konferenser", _("Konferenser")),
        (Right.COORDINATION, COORDINATION[0], _("SIP och utskrivning")),
        (Right.WORK, "/sok", _("Sök")),
        (Right.STATISTICS, "/statistik", _("Statistik")),
        (Right.ADMINISTER, "/personer", _("Personer")),
        (Right.ADMINISTER, "/enheter", _("Enheter")),
        (Right.DUTY_ROSTER, "/jour", _("Jour")),
        (Right.ACCESS_LOG, "/atkomstlogg", _("Åtkomstlogg")),
        (Right.WEBHOOKS, "/webhookar", _("Webhookar")),
        (Right.OPERATIONS, "/drift", _("Drift (larm)") if alarm else _("Drift")),
        (Right.DEFINITIONS, "/rutiner", _("Rutiner")),
    ]
    if vardtrad().settings.demo:
        places.append((Right.DEFINITIONS, "/postlada", _("Postlåda")))
    for right, url, label in places:
        if access.has(right):
            yield NavItem(url, label, _is_here(url))


def _openings(work: Work) -> Iterator[tuple[str, str]]:
    """A deviation is reported in a hurry, so it has a line of its own; the rest share one."""
    kinds = {d.key for d in work.routines.current() if work.access.opens(d)}
    if DEVIATION.key in kinds:
        yield f"/ny/{DEVIATION.key}", _("Rapportera")
    if kinds - {DEVIATION.key}:
        yield "/ny", _("Nytt ärende")


def _is_here(url: str) -> bool:
    if url == COORDINATION[0]:
        return request.path in COORDINATION
    if url == "/ny":
        under = f"{request.path}/".startswith(f"{url}/")
        return under and request.path != f"/ny/{DEVIATION.key}"
    return request.path == url or (url != "/" and request.path.startswith(f"{url}/"))


def _units(work: Work) -> str:
    units = {unit for _role, unit in work.access.held}
    names = list[str]()
    if own := units - {None}:
        names += work.session.scalars(select(Unit.name).where(Unit.id.in_(own)))
    everywhere = [_("Hela kommunen")] if None in units else []
    return ", ".join([*everywhere, *sorted(names, key=sort_key)])


def _last_sweep(work: Work) -> LastSweep | None:
    last = last_sweep(work.session, work.now, vardtrad().settings.sweep_interval)
    if (at := last.at) is None:
        return None
    if day_of(at) == day_of(work.now):
        words = f"{at.astimezone(STOCKHOLM):%H:%M}"
    else:
        words = moment_words(at)
    return LastSweep(iso(at), words, last.late)
