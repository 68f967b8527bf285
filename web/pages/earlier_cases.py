"""An earlier system's cases read in from a file: looked through first, then carried out."""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from cases.access import Right
from cases.errors import NotAllowed, Refused
from cases.imported import ImportedCase
from cases.importing.carrying_out import import_cases
from cases.importing.plan import Plan, plan
from cases.importing.rows import read_rows
from cases.sheets import Unreadable
from web.door import asks, reading, vardtrad
from workflow.definitions.deviation.choices import KINDS
from workflow.words import _ as marked

earlier_cases = Blueprint("earlier_cases", __name__)

LARGEST = 2_500_000
"""Bytes; the preview carries the file with it, a third larger, within what a request may hold."""
MOST = 10_000
"""Rows that are read in while somebody waits, about half a minute; more by the command."""
SHOWN = 200
"""Faults that are listed; of more it says how many."""


@earlier_cases.route("/import", methods=["GET", "POST"])
@asks(Right.IMPORT_HISTORY)
def read_in() -> Any:
    """Nothing is read in before the preview, and wrong rows are left out only when asked for."""
    if request.method == "GET":
        return _draw()
    try:
        content = _sent()
        planned = _planned(content)
    except NotAllowed:
        raise
    except Refused as refused:
        return _draw(error=_(refused.msgid, **refused.values)), refused.http
    wanted = "skip_bad" if planned.faults else "carry_out"
    if planned.new and wanted in request.form:
        return _carried_out(planned)
    return _draw(planned=planned, content=content), 422 if planned.faults else 200


def _sent() -> bytes:
    try:
        content = _uploaded() or b64decode(request.form.get("content", "").encode())
    except Error:
        content = b""
    if not content:
        raise Unreadable(marked("Välj en fil."))
    if len(content) > LARGEST:
        raise Unreadable(marked("Filen är för stor. Dela upp den i mindre delar."))
    return content


def _uploaded() -> bytes:
    file = request.files.get("file")
    if file is None:
        return b""
    with file.stream as stream:
        return stream.read(LARGEST + 1)


def _planned(content: bytes) -> Plan:
    rows = read_rows(content, MOST)
    with reading() as work:
        access = work.access
    return plan(vardtrad().database, access, rows, work.now)


def _carried_out(planned: Plan) -> Response:
    wiring = vardtrad()
    with reading() as work:
        by = work.access.person_id
    done = sum(import_cases(wiring.database, wiring.routines, planned.new, wiring.now(), by))
    flash(ngettext("Ett ärende är inläst.", "%(num)s ärenden är inlästa.", done), "success")
    return redirect(url_for("earlier_cases.read_in"), 303)


def _draw(*, planned: Plan | None = None, content: bytes = b"", error: str = "") -> str:
    with reading() as work:
        count, last = work.session.execute(
            select(func.count(), func.max(ImportedCase.imported_at))
        ).one()
        sees_statistics = work.access.has(Right.STATISTICS)
    counted = planned.per_year if planned else {}
    return render_template(
        "pages/earlier_cases.html",
        planned=planned,
        content=b64encode(content).decode(),
        error=error,
        years=sorted({year for year, _kind in counted}),
        kinds=_kinds(counted),
        all_kinds=" · ".join(map(_, KINDS.values())),
        shown=SHOWN,
        most=MOST,
        read_before=count,
        last=last,
        sees_statistics=sees_statistics,
    )


def _kinds(counted: Mapping[tuple[int, str], int]) -> list[tuple[str, str]]:
    found = {kind for _year, kind in counted}
    return [(kind, label) for kind, label in KINDS.items() if kind in found]
