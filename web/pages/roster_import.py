"""A roster read in from a file: looked through first, then carried out."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cases.access import Access, Right
from cases.administration_forms import EVERYWHERE
from cases.duty_forms import BesideRoster
from cases.duty_roster import roster_offers
from cases.errors import Invalid, NotAllowed, Refused
from cases.people import Unit
from cases.roster_files import LARGEST, Row, text_of
from cases.roster_import import Faulty, Plan, plan, read_in, read_rows
from cases.sent import load
from cases.sheets import Unreadable
from web.door import Work, asks, reading, vardtrad, work_out
from web.forms import flat_errors, parts
from workflow.moments import day_of

roster_import = Blueprint("roster_import", __name__)

SHOWN = 200
"""New spells that the preview lists; of more it says how many."""


@roster_import.route("/jour/las-in", methods=["GET", "POST"])
@asks(Right.DUTY_ROSTER)
def read_in_file() -> Any:
    """The preview carries the text with it, and what has changed meanwhile is looked at anew."""
    if request.method == "GET":
        return _draw(b"", {})
    content = _sent()
    beside = {name: request.form.get(name, "") for name in ("role", "unit")}
    try:
        if "carry_out" in request.form:
            with suppress(Faulty):
                return _done(work_out(lambda work: read_in(*_read(work, content, beside))))
        with reading() as work:
            planned = plan(*_read(work, content, beside))
    except NotAllowed:
        raise
    except Invalid as invalid:
        return _draw(content, beside, errors=flat_errors(invalid.errors)), invalid.http
    except Refused as refused:
        said = _(refused.msgid, **refused.values)
        return _draw(content, beside, errors={"file": [said]}), refused.http
    return _draw(content, beside, planned=planned), 422 if planned.faults else 200


def _sent() -> bytes:
    file = request.files.get("file")
    chosen = file.read(LARGEST + 1) if file else b""
    return chosen or request.form.get("text", "").encode()


def _read(
    work: Work, content: bytes, beside: Mapping[str, str]
) -> tuple[Session, Access, tuple[Row, ...], datetime]:
    chosen = load(_form(work), beside)
    role, unit = chosen.get("role", ""), chosen.get("unit", "")
    if unit and unit != EVERYWHERE:
        unit = work.session.get_one(Unit, int(unit)).key
    return work.session, work.access, read_rows(content, role, unit, work.now), work.now


def _form(work: Work) -> BesideRoster:
    offers = roster_offers(work.session, work.access, work.now)
    return BesideRoster(now=work.now, offers=offers)


def _done(done: Plan) -> Response:
    added = len(done.new)
    words = ngettext("Ett jourpass är inlagt.", "%(num)s jourpass är inlagda.", added)
    flash(words if added else _("Allt i filen fanns redan."), "success")
    first = min((spell.starts_at for spell in done.new), default=vardtrad().now())
    return redirect(url_for("people.duty.week", dag=day_of(first).isoformat()), 303)


def _draw(
    content: bytes,
    beside: Mapping[str, str],
    *,
    planned: Plan | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> str:
    with reading() as work:
        sections = parts(_form(work))
    return render_template(
        "pages/roster_import.html",
        sections=sections,
        values=beside,
        text=_shown(content),
        planned=planned,
        errors=errors or {},
        shown=SHOWN,
    )


def _shown(content: bytes) -> str:
    """As it was read, or nothing of a file that is not text."""
    try:
        return text_of(content)
    except Unreadable:
        return ""
