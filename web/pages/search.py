"""Finding a case by its reference, or a patient; what is typed never lies in an address."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from cases.access import Right
from cases.searching import (
    MOST,
    cases_by_reference,
    looks_like_reference,
    patients_found,
)  # fmt: skip
from web.door import asks, reading, working
from web.forms import say
from workflow.plain_text import plain

search = Blueprint("search", __name__)

LONGEST = 100
SHORTEST = 2


@search.get("/sok")
@asks(Right.WORK)
def find() -> Any:
    """An empty form."""
    return _page("")


@search.post("/sok")
@asks(Right.WORK)
def found() -> Any:
    """Straight to the case when only one has that reference; every patient shown is logged."""
    try:
        text = plain(request.form.get("sok", ""), LONGEST)
    except ValidationError as error:
        return _page(request.form["sok"], error=say(error.messages[0])), 422
    if len(text) < SHORTEST:
        return _page(text, error=_("Skriv minst två tecken.")), 422
    if looks_like_reference(text):
        with reading() as work:
            cases = cases_by_reference(work.session, work.routines, work.access, text)
        if len(cases) == 1:
            return redirect(url_for("case.show", reference=cases[0].reference), 303)
        if cases:
            return _page(text, cases=cases)
    with working() as work:
        if not work.access.has(Right.SEARCH_PATIENTS):
            return _page(text, cases=())
        patients = patients_found(work.session, work.routines, work.access, text)
        for one in patients:
            work.read("search", patient=one.patient)
    return _page(text, patients=patients)


def _page(text: str, **found: Any) -> str:
    with reading() as work:
        by_patient = work.access.has(Right.SEARCH_PATIENTS)
    return render_template(
        "pages/search.html", text=text, by_patient=by_patient, most=MOST, **found
    )
