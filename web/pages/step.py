"""One step of a case: its form, its clock, and who has it."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cases.access import Right
from cases.doing import refuse_ended
from cases.errors import NotAllowed, NotFound, Refused
from cases.holders import those_who_may
from cases.models import DONE, OPEN, Case, CaseStep
from cases.operations import acknowledge, claim, do_step, hand_over, release
from cases.overview import Overview, StepView, case_of_step
from cases.sent import load
from cases.timeline import reported
from web.case_forms import Asked, asked, sent, typed_texts
from web.case_questions import EVERYBODY, HandOver
from web.documents.papers import Paper, papers_of
from web.door import Work, asks, work_out
from web.forms import sent_data
from web.seen_case import SeenCase, seen
from web.spoken import Pair, pairs, why_lines
from web.words import moment_words, role_word
from workflow.moments import begin
from workflow.time_words import TimeWords, time_left, time_taken
from workflow.words import _ as marked

step = Blueprint("step", __name__)

AS_USUAL = "as_usual"
"""Chosen instead of a moment by whoever has asked the reminders to wait."""


@dataclass(frozen=True)
class Ended:
    """How a step was closed, and what somebody had typed when they found out.

    `by` is empty for a step that was answered by its link or was not needed.
    """

    done: bool
    by: str
    at: datetime
    typed: tuple[Pair, ...]


@dataclass(frozen=True)
class StepPage:
    """`asked` is None for a step that is closed or another's."""

    view: Overview
    step: StepView
    clock: TimeWords
    why: list[str]
    reported: tuple[Pair, ...]
    asked: Asked | None
    ended: Ended | None
    papers: tuple[Paper, ...] = ()


@step.route("/steg/<int:step_id>", methods=["GET", "POST"])
@asks(Right.WORK)
def form(step_id: int) -> Any:
    """Does the step and goes on to the case."""
    refused = None
    if request.method == "POST":
        try:
            reference = work_out(lambda work: _do(work, step_id).reference)
        except (NotAllowed, NotFound):
            raise
        except Refused as error:
            refused = error
        else:
            flash(_("Tack. Det är sparat."), "success")
            return redirect(url_for("case.show", reference=reference), 303)
    page = seen(partial(_case, step_id), lambda page: _page(page, step_id, refused), "step")
    return render_template("pages/step.html", page=page), refused.http if refused else 200


@step.post("/steg/<int:step_id>/ta")
@asks(Right.WORK)
def take(step_id: int) -> Any:
    """Says "jag tar det", with or without a time until which the reminders wait."""
    try:
        said = work_out(lambda work: _take(work, step_id, request.form.get("until", "")))
    except (NotAllowed, NotFound):
        raise
    except Refused as error:
        flash(gettext(error.msgid, **error.values), "warning")
    else:
        flash(said, "success")
    return redirect(url_for("step.form", step_id=step_id), 303)


@step.route("/steg/<int:step_id>/lamna", methods=["GET", "POST"])
@asks(Right.WORK)
def give(step_id: int) -> Any:
    """To one of those who may do the step, or back to all of them."""
    refused = None
    if request.method == "POST":
        try:
            reference = work_out(lambda work: _give(work, step_id).reference)
        except (NotAllowed, NotFound):
            raise
        except Refused as error:
            refused = error
        else:
            flash(_("Steget är lämnat över."), "success")
            return redirect(url_for("case.show", reference=reference), 303)
    page = seen(partial(_case, step_id), lambda page: _giving(page, step_id, refused), "step")
    return render_template("pages/hand_over.html", page=page), refused.http if refused else 200


def _take(work: Work, step_id: int, until: str) -> str:
    """What to say of it."""
    if until == AS_USUAL:
        release(work.session, work.access, step_id, work.now)
        return _("Påminnelserna går som vanligt igen.")
    if not until:
        claim(work.session, work.access, step_id, work.now)
        return _("Du har tagit steget. Påminnelser går nu till dig.")
    try:
        moment = begin(datetime.fromisoformat(until))
    except ValueError:  # of which DeadlineError, for a time without a zone, is one
        raise Refused(marked("Välj hur länge påminnelserna ska vänta.")) from None
    acknowledge(work.session, work.routines, work.access, step_id, moment, work.now)
    return _("Du tar det till %(time)s. Påminnelserna väntar så länge.", time=moment_words(moment))


def _case(step_id: int, session: Session) -> Case:
    return case_of_step(session, step_id)[0]


def _step(case: Case, step_id: int) -> CaseStep:
    return next(step for step in case.steps if step.id == step_id)


def _do(work: Work, step_id: int) -> Case:
    case, found = case_of_step(work.session, step_id)
    seen_case = SeenCase(work, case)
    given = sent(seen_case.form(found))
    return do_step(work.session, work.routines, work.access, step_id, given, work.now)


def _page(page: SeenCase, step_id: int, refused: Refused | None) -> StepPage:
    found, now = _step(page.case, step_id), page.work.now
    page.note_opened()
    view = page.step(found)
    drawn, ended = None, None
    if found.condition != OPEN:
        typed = typed_texts(page.form(found)) if refused else ()
        by = page.history.people.get(found.ended_by, "") if found.ended_by else ""
        ended = Ended(found.condition == DONE, by, found.ended_at or now, typed)
    elif view.may_do:
        drawn = asked(
            page.work, page.form(found), f"step:{step_id}", page.case.revision, refused=refused
        )
    return StepPage(
        view=page.overview(),
        step=view,
        clock=time_taken(found.due_at, ended.at) if ended else time_left(found.due_at, now),
        why=why_lines(view),
        reported=pairs(reported(page.history, page.work.access)),
        asked=drawn,
        ended=ended,
        papers=papers_of(page),
    )


def _giving(page: SeenCase, step_id: int, refused: Refused | None) -> StepPage:
    found, work = _step(page.case, step_id), page.work
    if refused is None:
        refuse_ended(found)
    if not work.access.may_hand_over(page.case, found):
        raise NotAllowed(marked("Du får inte lämna över det här steget."))
    view = page.step(found)
    return StepPage(
        view=page.overview(),
        step=view,
        clock=time_left(found.due_at, work.now),
        why=why_lines(view),
        reported=(),
        asked=asked(work, _question(work, found), f"give:{step_id}", refused=refused),
        ended=None,
    )


def _question(work: Work, found: CaseStep) -> HandOver:
    people = those_who_may(work.session, found.case.unit_id, found.roles, work.now)
    named = {str(one.person_id): f"{one.name}, {role_word(one.role)}" for one in people}
    return HandOver(now=work.now, offers={"people": named})


def _give(work: Work, step_id: int) -> Case:
    form = _question(work, case_of_step(work.session, step_id)[1])
    chosen = load(form, sent_data(form, request.form))["person"]
    person_id = None if chosen == EVERYBODY else int(chosen)
    return hand_over(work.session, work.access, step_id, person_id, work.now)
