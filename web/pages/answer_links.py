"""Links to parties outside, sent anew and closed by whoever may do their step."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cases.access import Right
from cases.outside_links import renew, revoke
from web.door import asks, work_out
from web.numbers import number

answer_links = Blueprint("answer_links", __name__)


@answer_links.post("/steg/<int:step_id>/ny-lank")
@asks(Right.WORK)
def send(step_id: int) -> Response:
    """The old link stops working; the form tells which one was seen, so that two clicks are one."""
    try:
        seen = number(request.form.get("link", ""))
    except ValueError:
        seen = None
    case = work_out(lambda w: renew(w.session, w.routines, w.access, step_id, seen, w.now))
    flash(_("En ny länk skickas nu. Den gamla fungerar inte längre."), "success")
    return _back(case.reference)


@answer_links.post("/steg/<int:step_id>/stang-lank")
@asks(Right.WORK)
def close(step_id: int) -> Response:
    """The step stays open: the answer can be written down by us."""
    case = work_out(lambda work: revoke(work.session, work.access, step_id, work.now))
    flash(_("Länken är stängd. Svaret kan skrivas in i steget."), "success")
    return _back(case.reference)


def _back(reference: str) -> Response:
    return redirect(url_for("case.show", reference=reference, _anchor="utifran"), 303)
