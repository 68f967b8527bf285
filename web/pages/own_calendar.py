"""Each person's own calendar address: made anew, removed, and read by calendars."""

from datetime import UTC, datetime, time
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cases.access import Right, access_of
from cases.feeds import CalendarFeed, own_meetings, owner_of_feed, remove_feed, renew_feed
from cases.worklists import my_steps
from notifications.calendar import calendar_file, meeting_event, step_event
from notifications.letter_words import meeting_words
from web.door import asks, reading, user, vardtrad, work_out


@asks(Right.OWN_ACCOUNT)
def own() -> Any:
    """Shows when the address was made; the address itself only as it is made."""
    secret = None
    if request.method == "POST":
        secret = work_out(lambda work: renew_feed(work.session, work.access.person_id, work.now))
    with reading() as work:
        feed = work.session.get(CalendarFeed, user.person_id)
        made_at = feed.created_at if feed else None
    address = vardtrad().settings.sender.at(f"kalender/{secret}.ics") if secret else ""
    return render_template("pages/own_calendar.html", made_at=made_at, address=address)


@asks(Right.OWN_ACCOUNT)
def remove() -> Any:
    """Calendars that fetch from the address are told that it does not exist."""
    work_out(lambda work: remove_feed(work.session, work.access.person_id))
    flash(_("Kalenderadressen är borttagen."), "success")
    return redirect(url_for("calendars.own"), 303)


def feed(secret: str) -> Any:
    """Needs no login, since no calendar can log in; the secret is 256 random bits."""
    wiring = vardtrad()
    now = wiring.now()
    with wiring.database.reading() as session:
        person = owner_of_feed(session, secret)
        if person is None:
            abort(404)
        access = access_of(session, person, now)
        # The same all day, so that a calendar that asks again can be told that nothing is new.
        today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
        at, domain = wiring.settings.sender.at, wiring.settings.sender.domain
        events = [
            meeting_event(
                case.reference, meeting_words(wiring.routines, case), meeting,
                at(f"arende/{case.reference}"), domain, today,
            )
            for case, meeting in own_meetings(session, wiring.routines, access, now)
        ]  # fmt: skip
        events += [
            step_event(step, at(f"steg/{step.id}"), domain, today)
            for step in my_steps(session, wiring.routines, access)
        ]
    answer = Response(calendar_file(events), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)
