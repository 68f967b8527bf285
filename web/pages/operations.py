"""Whether the escalation can be trusted right now, for those who look after the system."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from cases.access import Right
from cases.calendar_days import CalendarChange
from cases.canary import Outcome
from notifications.caught_up import caught_up
from notifications.failed_mails import failed_mails, try_again
from notifications.operations import state_of_operations
from web.door import asks, reading, vardtrad, work_out
from workflow.words import _

operations = Blueprint("operations", __name__)

STANDSTILLS_WITHIN = timedelta(days=30)

MOST = 10
"""Standstills and changed days shown; the older are of no use here."""

CANARY = {
    Outcome.UNDER_WAY: _("Pågår sedan"),
    Outcome.SEEN: _("Syntes i listan"),
    Outcome.MISSING: _("Syntes inte i listan"),
    Outcome.LATE: _("Inget nytt prov sedan"),
}


@operations.get("/drift")
@asks(Right.OPERATIONS)
def state() -> Any:
    """No patient's data; a case's reference only for those who may see the case."""
    with reading() as work:
        session, now = work.session, work.now
        found = state_of_operations(session, now, vardtrad().settings.sweep_interval)
        seen = work.access.seen_cases()
        stood_still = caught_up(session, now - STANDSTILLS_WITHIN, seen, MOST)
        changes = session.scalars(
            select(CalendarChange).order_by(CalendarChange.id.desc()).limit(MOST)
        ).all()
        sees_canary = work.access.has(Right.OVERDUE)
        sees_webhooks = work.access.has(Right.WEBHOOKS)
    return render_template(
        "pages/operations.html",
        found=found,
        stood_still=stood_still,
        changes=changes,
        canary_words=CANARY,
        canary_link=sees_canary,
        sees_webhooks=sees_webhooks,
        now=now,
    )


@operations.get("/drift/mejl")
@asks(Right.OPERATIONS)
def failed() -> Any:
    """Mails that were given up, with why, whom to help and the button that tries again."""
    with reading() as work:
        mails = failed_mails(work.session, work.access)
        may_correct = work.access.has(Right.ADMINISTER)
    return render_template("pages/failed_mails.html", mails=mails, may_correct=may_correct)


@operations.post("/drift/mejl/<int:mail_id>/igen")
@asks(Right.OPERATIONS)
def again(mail_id: int) -> Response:
    """Twice has no further effect: the mail waits already."""
    work_out(lambda work: try_again(work.session, work.access, mail_id, work.now))
    flash(gettext("Mejlet skickas igen om en liten stund."), "success")
    return redirect(url_for("operations.failed"), 303)
