"""A case's calendar: its coming meeting as a file, and parties' answers read in."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cases.access import Right
from cases.calendar_replies import answers_by_calendar, match
from cases.doing import refuse_closed
from cases.drafts import draft_of, save_draft
from cases.errors import NotAllowed, NotFound, Refused
from cases.feeds import meeting_of
from cases.overview import case_named
from notifications.calendar import calendar_file, meeting_event
from notifications.letter_words import meeting_words
from notifications.replies import LARGEST, read_reply
from web.door import asks, vardtrad
from web.forms import shown_values
from web.pages.calendar_files import calendar_answer
from web.seen_case import SeenCase, seen
from workflow.words import _ as marked

NO_MEETING = marked("Det finns inget kommande möte.")


@asks(Right.WORK)
def of_case(reference: str) -> Any:
    """The case's coming meeting, for the person's own calendar."""

    def build(page: SeenCase) -> str:
        work, case = page.work, page.case
        meeting = meeting_of(work.session, work.routines, case, work.now)
        if meeting is None:
            raise NotFound(NO_MEETING)
        words = meeting_words(work.routines, case)
        sender = vardtrad().settings.sender
        url = sender.link(case.reference)
        event = meeting_event(case.reference, words, meeting, url, sender.domain, work.now)
        return calendar_file([event])

    return calendar_answer(seen(partial(case_named, reference=reference), build), reference)


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
