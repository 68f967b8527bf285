"""One case: where it stands, who has it until when, and everything that has happened."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from cases.access import Right
from cases.asides import aside_of
from cases.calendar_replies import answers_by_calendar
from cases.correcting import REASON, correction_form
from cases.doing import refuse_closed
from cases.errors import NotAllowed, NotFound, Refused
from cases.external_deviations import offered
from cases.feeds import meeting_of
from cases.history import History
from cases.log import CaseEvent
from cases.models import Case
from cases.operations import act, correct, link, note
from cases.outside_lines import outside_lines
from cases.overview import case_named, cases_of_patient
from cases.questions import Correction, Note
from cases.sent import PATIENT_FIELDS, load
from cases.standing import form_data
from cases.timeline import timeline
from cases.timeline_words import words_of
from notifications.case_mails import mails_of
from notifications.proof import reminded
from web.case_change import change, only_open
from web.case_forms import Asked, asked, sent
from web.case_questions import Link
from web.documents.papers import papers_of
from web.door import Work, asks
from web.forms import sent_data
from web.proof_words import lines_with_proof, stations
from web.seen_case import SeenCase, seen
from web.spoken import spoken, spoken_aside, spoken_case, spoken_marks, why_lines
from web.words import role_word
from workflow.definition import Action
from workflow.diagram import state_map
from workflow.forms import Form
from workflow.messages import Message
from workflow.time_words import time_left
from workflow.words import _ as marked

case = Blueprint("case", __name__)


@case.get("/arende/<reference>")
@asks(Right.WORK)
def show(reference: str) -> Any:
    """The newest line first, unless ?ordning=aldst."""
    oldest_first = request.args.get("ordning") == "aldst"

    def build(page: SeenCase) -> dict[str, Any]:
        work, shown = page.work, page.case
        page.note_opened()
        told = reminded(work.session, shown)
        lines = lines_with_proof(timeline(page.history, work.access), page.history, told)
        definition = page.history.engine.definition
        return {
            "view": page.overview(),
            "papers": papers_of(page),
            "offered": offered(work.session, page.history, work.access),
            "aside": (aside := aside_of(work.session, page.history, work.access, work.now)),
            "aside_lines": spoken_aside(aside) if aside else [],
            "states": spoken_marks(
                state_map(definition, shown.state, shown.round, page.history.been)
            ),
            "lines": lines if oldest_first else lines[::-1],
            "outside": outside_lines(work.session, page.history, work.access, work.now),
            "mails": mails_of(work.session, page.history, told, work.access),
            "stations": stations,
            "meeting": meeting_of(work.session, work.routines, shown, work.now),
            "reads_replies": answers_by_calendar(work.routines, shown),
            "now": work.now,
            "clock": partial(time_left, now=work.now),
            "why": why_lines,
            "spoken": spoken,
        }

    page = seen(partial(case_named, reference=reference), build)
    return render_template("pages/case.html", **page, order="oldest" if oldest_first else "newest")


@case.route("/arende/<reference>/anteckna", methods=["GET", "POST"])
@asks(Right.WORK)
def write_note(reference: str) -> Any:
    """Needs no revision: a note is about the case whatever has happened meanwhile."""

    def ask(page: SeenCase, refused: Refused | None) -> Asked:
        only_open(page.case, refused)
        form = Note(now=page.work.now)
        return asked(page.work, form, f"note:{page.case.id}", page.case.revision, refused=refused)

    def do(work: Work) -> Case:
        given = sent(Note(now=work.now))
        return note(work.session, work.access, reference, given, work.now)

    return change(reference, "note", ask, do, _("Anteckningen är sparad."))


@case.route("/arende/<reference>/ratta/<int:sequence>", methods=["GET", "POST"])
@asks(Right.WORK)
def put_right(reference: str, sequence: int) -> Any:
    """The form of the earlier event with its newest words; patient and unit stay as they are."""

    def about(page: SeenCase) -> str:
        wrong = _correctable(page.history, sequence)
        return spoken(words_of(page.history, wrong, may_read=False).title)

    def ask(page: SeenCase, refused: Refused | None) -> Asked:
        only_open(page.case, refused)
        wrong = _correctable(page.history, sequence)
        if not page.work.access.may_correct(page.case, wrong.actor_id):
            raise NotAllowed(marked("Den som skrev, enhetschefen eller MAS kan rätta."))
        return asked(
            page.work,
            _correction(page.work, page.history, wrong),
            f"correct:{page.case.id}:{sequence}",
            page.case.revision,
            starts_with=form_data(page.history.newest(wrong)),
            refused=refused,
            leave_out=PATIENT_FIELDS,
            first=Correction(now=page.work.now),
        )

    def do(work: Work) -> Case:
        about = case_named(work.session, reference)
        refuse_closed(about)
        history = History.of(work.session, work.routines, about)
        given = sent(_correction(work, history, _correctable(history, sequence)))
        reason = request.form.get(REASON, "")
        return correct(
            work.session, work.routines, work.access, reference, sequence, reason, given, work.now
        )

    done = _("Rättelsen är sparad. Det gamla finns kvar.")
    return change(reference, "correct", ask, do, done, about=about)


def _correctable(history: History, sequence: int) -> CaseEvent:
    for event in history.events:
        if event.sequence == sequence and event.type in ("opened", "step_done"):
            return event
    raise NotFound(marked("Det finns ingen sådan händelse att rätta."))


def _correction(work: Work, history: History, wrong: CaseEvent) -> Form:
    return correction_form(
        work.session, work.routines, history.case, list(history.events), wrong, work.now
    )


@case.route("/arende/<reference>/lanka", methods=["GET", "POST"])
@asks(Right.WORK)
def link_to(reference: str) -> Any:
    """Only cases of the same patient that the person may see can be chosen."""

    def form_of(page: SeenCase) -> Link:
        lines = cases_of_patient(page.work.session, page.history, page.work.access)
        offers = {"cases": {line.reference: spoken_case(line) for line in lines}}
        return Link(now=page.work.now, offers=offers)

    def ask(page: SeenCase, refused: Refused | None) -> Asked:
        only_open(page.case, refused)
        return asked(
            page.work, form_of(page), f"link:{page.case.id}", page.case.revision, refused=refused
        )

    def do(work: Work) -> Case:
        form = form_of(SeenCase(work, case_named(work.session, reference)))
        other = load(form, sent_data(form, request.form))["other"]
        return link(work.session, work.access, reference, other, work.now)

    return change(reference, "link", ask, do, _("Ärendena är länkade."))


@case.route("/arende/<reference>/handling/<action>", methods=["GET", "POST"])
@asks(Right.WORK)
def do_action(reference: str, action: str) -> Any:
    """What the routine allows at any time, such as taking the case back."""

    def action_of(page: History) -> Action:
        try:
            return page.engine.definition.action(action)
        except KeyError:
            raise NotFound(marked("Det går inte att göra så i det här ärendet.")) from None

    def ask(page: SeenCase, refused: Refused | None) -> Asked:
        only_open(page.case, refused)
        found = action_of(page.history)
        if not page.work.access.may_do(page.case, found.by):
            raise NotAllowed(marked("Det här görs av %(who)s."), who=role_word(found.by[0]))
        form = found.form(now=page.work.now, facts=page.history.facts())
        purpose = f"action:{page.case.id}:{action}"
        return asked(page.work, form, purpose, page.case.revision, refused=refused)

    def do(work: Work) -> Case:
        about = case_named(work.session, reference)
        history = History.of(work.session, work.routines, about)
        given = sent(action_of(history).form(now=work.now, facts=history.facts()))
        return act(work.session, work.routines, work.access, reference, action, given, work.now)

    def about(page: SeenCase) -> str:
        return spoken(Message(action_of(page.history).label))

    return change(reference, "action", ask, do, _("Det är gjort."), about=about)
