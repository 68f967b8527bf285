"""Letting a step's clock stand still, and going on before the pause is over."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cases.access import Right
from cases.doing import held_step, refuse_ended
from cases.errors import NotAllowed, NotFound, Refused
from cases.models import Case, CaseStep
from cases.operations import pause, resume
from cases.overview import Overview, StepView, case_of_step
from cases.pauses import pauses_of
from cases.pausing import allowed_pause, days_to_choose, left_of, refuse_now
from cases.sent import load
from web.case_forms import Asked, asked
from web.case_questions import PauseStep
from web.door import Work, asks, work_out
from web.forms import sent_data
from web.seen_case import SeenCase, seen
from workflow.time_words import TimeWords, time_left

pausing = Blueprint("pausing", __name__)


@dataclass(frozen=True)
class PausePage:
    """`last` is the last day on which the clock may run again, `left` days of `budget`."""

    view: Overview
    step: StepView
    clock: TimeWords
    asked: Asked
    left: int
    budget: int
    last: date


@pausing.route("/steg/<int:step_id>/paus", methods=["GET", "POST"])
@asks(Right.WORK)
def ask(step_id: int) -> Any:
    """For one of the routine's reasons, until a day."""
    refused = None
    if request.method == "POST":
        try:
            work_out(lambda work: _pause(work, step_id))
        except (NotAllowed, NotFound):
            raise
        except Refused as error:
            refused = error
        else:
            flash(_("Steget är pausat. Tiden är flyttad, och påminnelserna med den."), "success")
            return redirect(url_for("step.form", step_id=step_id), 303)
    page = seen(partial(_case, step_id), lambda page: _page(page, step_id, refused), "step")
    return render_template("pages/pause.html", page=page), refused.http if refused else 200


@pausing.post("/steg/<int:step_id>/fortsatt")
@asks(Right.WORK)
def go_on(step_id: int) -> Any:
    """A pause that has ended by itself meanwhile is told of, and no fault."""
    try:
        work_out(lambda work: resume(work.session, work.routines, work.access, step_id, work.now))
    except (NotAllowed, NotFound):
        raise
    except Refused as error:
        flash(gettext(error.msgid, **error.values), "warning")
    else:
        flash(_("Pausen är slut. Tiden går igen."), "success")
    return redirect(url_for("step.form", step_id=step_id), 303)


def _case(step_id: int, session: Session) -> Case:
    return case_of_step(session, step_id)[0]


def _page(page: SeenCase, step_id: int, refused: Refused | None) -> PausePage:
    work = page.work
    found = next(step for step in page.case.steps if step.id == step_id)
    allowed, taken = (
        allowed_pause(work.routines, work.access, found),
        pauses_of(work.session, found),
    )
    if refused is None:
        refuse_ended(found)
        refuse_now(allowed, found, taken, work.now)
    return PausePage(
        view=page.overview(),
        step=page.step(found),
        clock=time_left(found.due_at, work.now),
        asked=asked(work, _question(work, found), f"pause:{step_id}", refused=refused),
        left=left_of(allowed, taken),
        budget=allowed.budget,
        last=days_to_choose(allowed, taken, work.now)[1],
    )


def _question(work: Work, found: CaseStep) -> PauseStep:
    reasons = allowed_pause(work.routines, work.access, found).reasons
    return PauseStep(now=work.now, offers={"reasons": reasons})


def _pause(work: Work, step_id: int) -> Case:
    form = _question(work, held_step(work.session, work.access, step_id)[1])
    given = load(form, sent_data(form, request.form))
    return pause(
        work.session, work.routines, work.access, step_id, given["reason"], given["back"], work.now
    )
