"""Who is away and who stands in, set under the roster."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cases.absences import absence_offers, add_absence, end_absence
from cases.access import Right
from cases.duty_forms import NewAbsence
from web.door import Work, asks, work_out
from web.pages.asking import ask

absences = Blueprint("absences", __name__)


def _roster() -> str:
    return url_for("people.duty.week") + "#franvaro"


@absences.route("/jour/franvaro/ny", methods=["GET", "POST"])
@asks(Right.DUTY_ROSTER)
def new() -> Any:
    """The person named in the address is chosen beforehand."""

    def form_of(work: Work) -> NewAbsence:
        return NewAbsence(now=work.now, offers=absence_offers(work.session, work.access, work.now))

    return ask(
        form_of,
        lambda work, data: add_absence(work.session, work.access, data, work.now),
        lambda _absence: _roster(),
        said=_("Frånvaron är inlagd."),
        initial=lambda _work: {"person": request.args.get("person", "")},
        title=_("Ny frånvaro"),
        submit=_("Lägg in"),
        back=_roster(),
    )


@absences.post("/jour/franvaro/<int:absence_id>/avsluta")
@asks(Right.DUTY_ROSTER)
def end(absence_id: int) -> Response:
    """One under way ends now; one to come is gone."""
    work_out(lambda work: end_absence(work.session, work.access, absence_id, work.now))
    flash(_("Frånvaron är ändrad."), "success")
    return redirect(_roster(), 303)
