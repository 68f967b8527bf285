"""Duty that comes back each week, set under the roster."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cases.access import Right
from cases.duty_forms import EndOfWeeklyDuty, NewWeeklyDuty
from cases.duty_roster import roster_offers
from cases.weekly_duty import add_weekly, end_weekly, remove_weekly, weekly_to_change
from web.door import Work, asks, work_out
from web.pages.asking import ask
from workflow.moments import day_of

weekly = Blueprint("weekly", __name__)


def _roster() -> str:
    return url_for("people.duty.week") + "#veckojour"


@weekly.route("/jour/vecka/ny", methods=["GET", "POST"])
@asks(Right.DUTY_ROSTER)
def new() -> Any:
    """From today on, unless another day is chosen."""

    def form_of(work: Work) -> NewWeeklyDuty:
        offers = roster_offers(work.session, work.access, work.now)
        return NewWeeklyDuty(now=work.now, offers=offers)

    return ask(
        form_of,
        lambda work, data: add_weekly(work.session, work.access, data, work.now),
        lambda _duties: _roster(),
        said=_("Veckojouren är inlagd."),
        initial=lambda work: {"from_day": day_of(work.now).isoformat(), "every_weeks": "1"},
        title=_("Ny veckojour"),
        submit=_("Lägg in"),
        back=_roster(),
    )


@weekly.route("/jour/vecka/<int:duty_id>/avsluta", methods=["GET", "POST"])
@asks(Right.DUTY_ROSTER)
def end(duty_id: int) -> Any:
    """The last day on which it begins; today unless another is chosen."""

    def initial(work: Work) -> dict[str, Any]:
        weekly_to_change(work.session, work.access, duty_id, locked=False)
        return {"to_day": day_of(work.now).isoformat()}

    return ask(
        lambda work: EndOfWeeklyDuty(now=work.now),
        lambda work, data: end_weekly(work.session, work.access, duty_id, data, work.now),
        lambda _ended: _roster(),
        said=_("Veckojouren har fått en slutdag."),
        initial=initial,
        title=_("Avsluta veckojouren"),
        submit=_("Avsluta"),
        back=_roster(),
    )


@weekly.post("/jour/vecka/<int:duty_id>/ta-bort")
@asks(Right.DUTY_ROSTER)
def remove(duty_id: int) -> Response:
    """For one that has not been in force before today."""
    work_out(lambda work: remove_weekly(work.session, work.access, duty_id, work.now))
    flash(_("Veckojouren är borttagen."), "success")
    return redirect(_roster(), 303)
