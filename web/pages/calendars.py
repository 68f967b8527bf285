"""Calendars: files of a meeting, answers read in, and each person's own address."""

from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Right, access_of
from cases.calendar_replies import answers_by_calendar, match
from cases.doing import refuse_closed
from cases.drafts import draft_of, save_draft
from cases.errors import NotAllowed, NotFound, Refused
from cases.feeds import (
    CalendarFeed,
    meeting_of,
    own_meetings,
    owner_of_feed,
    remove_feed,
    renew_feed,
)
from cases.letters import Invitation, Letter, newest_invitations
from cases.links import AnswerLink, Standing, link_of
from cases.outside import look
from cases.overview import case_named
from cases.worklists import my_steps
from notifications.calendar import calendar_file, invitation_file, meeting_event, step_event
from notifications.compose import Sender
from notifications.letter_words import meeting_words
from notifications.replies import LARGEST, read_reply
from web.door import asks, reading, user, vardtrad, work_out
from web.forms import shown_values
from web.seen_case import SeenCase, seen
from workflow.words import _ as marked

calendars = Blueprint("calendars", __name__)

NO_MEETING = marked("Det finns inget kommande möte.")


def calendar_answer(text: str, name: str) -> Response:
    """As a file to save; a mail program or a telephone offers to put it in the calendar."""
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return answer


def sender() -> Sender:
    """Whose name and address the calendar files bear."""
    settings = vardtrad().settings
    return Sender(settings.mail_from, settings.base_url, settings.secret_key)


@calendars.get("/arende/<reference>/kalender.ics")
@asks(Right.WORK)
def of_case(reference: str) -> Any:
    """The case's coming meeting, for the person's own calendar."""

    def build(page: SeenCase) -> str:
        work, case = page.work, page.case
        meeting = meeting_of(work.session, work.routines, case, work.now)
        if meeting is None:
            raise NotFound(NO_MEETING)
        words = meeting_words(work.routines, case)
        url, domain = sender().link(case.reference), sender().domain
        event = meeting_event(case.reference, words, meeting, url, domain, work.now)
        return calendar_file([event])

    return calendar_answer(seen(partial(case_named, reference=reference), build), reference)


@calendars.get("/svar/<token>/kalender.ics")
def of_party(token: str) -> Any:
    """What the party was invited to in its letter, while its link can be answered."""
    wiring = vardtrad()
    now = wiring.now()
    with wiring.database.transaction() as session:
        link = link_of(session, token, wiring.settings.secret_key)
        alive = link is not None and look(session, link, "calendar", now) is Standing.ALIVE
        file = invitation_by(session, link, now) if link and alive else None
    return calendar_answer(file, "mote") if file else abort(404)


def invitation_by(session: Session, link: AnswerLink, now: datetime) -> str | None:
    """The newest invitation of the party that was mailed the link."""
    sent = session.scalar(select(Letter).where(Letter.link_id == link.id).limit(1))
    newest = newest_invitations(session, link.step.case)
    letter = newest.get((sent.party, sent.to_address)) if sent else None
    return invitation_text(letter, now) if letter else None


def invitation_text(letter: Letter, now: datetime) -> str | None:
    """The calendar message of a letter; None for a letter without one."""
    if letter.invitation is None:
        return None
    summary = meeting_words(vardtrad().routines, letter.case)
    invitation = Invitation.of(letter.invitation)
    return invitation_file(invitation, summary, sender().address, letter.to_address, now)


@calendars.route("/arende/<reference>/kalendersvar", methods=["GET", "POST"])
@asks(Right.WORK)
def read_in(reference: str) -> Any:
    """What is read becomes a draft of the answer's step, which somebody looks through and sends."""
    chosen, pasted = _sent() if request.method == "POST" else (b"", "")

    def build(page: SeenCase) -> dict[str, Any] | int:
        if not answers_by_calendar(page.work.routines, page.case):
            raise NotFound(marked("I det här ärendet finns inga kallelser."))
        refuse_closed(page.case)
        refused = None
        if request.method == "POST":
            try:
                return _draft(page, chosen or pasted.encode())
            except (NotAllowed, NotFound):
                raise
            except Refused as error:
                refused = error
        said = _(refused.msgid, **refused.values) if refused else ""
        return {"view": page.overview(), "error": said, "code": refused.http if refused else 200}

    page = seen(partial(case_named, reference=reference), build)
    if isinstance(page, int):
        flash(_("Svaret är inläst. Läs igenom det och spara."), "success")
        return redirect(url_for("step.form", step_id=page), 303)
    return render_template("pages/calendar_reply.html", **page, pasted=pasted), page["code"]


def _sent() -> tuple[bytes, str]:
    file = request.files.get("file")
    return (file.read(LARGEST + 1) if file else b""), request.form.get("text", "")


def _draft(page: SeenCase, content: bytes) -> int:
    """Beside what somebody has typed already in fields that the reply says nothing of."""
    work = page.work
    if not content.strip():
        raise Refused(marked("Välj en fil, eller klistra in svaret."))
    reply = read_reply(content, work.now)
    found = match(
        work.session, work.routines, work.access, page.case, reply.uid, reply.sequence, reply.by,
        reply.said, work.now,
    )  # fmt: skip
    purpose = f"step:{found.step.id}"
    before = draft_of(work.session, work.access, purpose)
    typed = dict(before.data["fields"]) if before else {}
    read = shown_values(found.form, found.data)
    fields = typed | {name: [str(value)] for name, value in read.items()}
    data = {"submission_key": "", "fields": fields}
    save_draft(work.session, work.access, purpose, data, work.now)
    return found.step.id


@calendars.route("/kalender", methods=["GET", "POST"])
@asks(Right.OWN_ACCOUNT)
def own() -> Any:
    """Shows when the address was made; the address itself only as it is made."""
    secret = None
    if request.method == "POST":
        secret = work_out(lambda work: renew_feed(work.session, work.access.person_id, work.now))
    with reading() as work:
        feed = work.session.get(CalendarFeed, user.person_id)
        made_at = feed.created_at if feed else None
    address = sender().at(f"kalender/{secret}.ics") if secret else ""
    return render_template("pages/own_calendar.html", made_at=made_at, address=address)


@calendars.post("/kalender/ta-bort")
@asks(Right.OWN_ACCOUNT)
def remove() -> Any:
    """Calendars that fetch from the address are told that it does not exist."""
    work_out(lambda work: remove_feed(work.session, work.access.person_id))
    flash(_("Kalenderadressen är borttagen."), "success")
    return redirect(url_for("calendars.own"), 303)


@calendars.get("/kalender/<secret>.ics")
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
        at, domain = sender().at, sender().domain
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
