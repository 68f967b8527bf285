"""Opening a case, in three minutes on a phone; and what has been typed but not sent."""

import re
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)  # fmt: skip
from flask_babel import gettext as _

from cases.access import Right
from cases.errors import NotAllowed, NotFound, Refused
from cases.history import History
from cases.models import Case
from cases.offers import opening_offers
from cases.opening import openable
from cases.operations import drop_draft, open_case, save_draft
from cases.overview import overview
from web.case_forms import asked, sent, started, typed_now
from web.door import Work, asks, reading, work_out, working
from web.forms import say
from web.own_path import came_from
from web.words import role_word
from workflow.definition import WorkflowDefinition
from workflow.forms import Form

opening = Blueprint("opening", __name__)

LARGEST_DRAFT = 200_000
"""Bytes; every text of the longest form at its limit has room."""

_PURPOSE = re.compile(r"(open|step|note|correct|action|offer):[a-z0-9_:]{1,60}", re.ASCII)


@opening.get("/ny")
@asks(Right.OPEN_CASES)
def kinds() -> Any:
    """What somebody may open, each with a sentence about when."""
    with reading() as work:
        definitions = [each for each in work.routines.current() if work.access.opens(each)]
    return render_template("pages/kinds.html", definitions=definitions)


@opening.route("/ny/<definition>", methods=["GET", "POST"])
@asks(Right.OPEN_CASES)
def new(definition: str) -> Any:
    """Goes on to the case, and says there what to do next."""
    if request.method == "GET":
        return _page(definition)
    try:
        reference, then = work_out(lambda work: _open(work, definition))
    except (NotAllowed, NotFound):
        raise
    except Refused as refused:
        return _page(definition, refused), refused.http
    flash(_("Tack. Det är sparat som %(reference)s.", reference=reference), "success")
    if then:
        flash(then, "warning")
    return redirect(url_for("case.show", reference=reference), 303)


@opening.post("/utkast")
@asks(Right.WORK)
def keep_draft() -> Response:
    """What vard.js sends while somebody types; only that person ever reads it."""
    purpose = _purpose()
    if (request.content_length or 0) > LARGEST_DRAFT:
        abort(413)
    typed = typed_now()
    work_out(lambda work: save_draft(work.session, work.access, purpose, typed, work.now))
    return Response(status=204)


@opening.post("/utkast/slang")
@asks(Right.WORK)
def throw_draft() -> Any:
    """Back to the page, now with an empty form."""
    purpose = _purpose()
    work_out(lambda work: drop_draft(work.session, work.access, purpose))
    flash(_("Utkastet är slängt."), "success")
    return redirect(came_from(), 303)


def _purpose() -> str:
    purpose = request.args.get("purpose", "")
    if not _PURPOSE.fullmatch(purpose):
        abort(400)
    return purpose


def _page(key: str, refused: Refused | None = None) -> str:
    with working() as work:
        definition, form = _form(work, key)
        page = asked(work, form, f"open:{key}", starts_with=_start(form), refused=refused)
        work.read("patients")
    return render_template("pages/opening.html", definition=definition, asked=page)


def _start(form: Form) -> dict[str, Any]:
    """With the patient whose page led here, if it is one of those to choose from."""
    patient = request.args.get("patient", "")
    known = patient in form.offers.get("patients", ())
    return started(form) | ({"patient": patient} if known else {})


def _form(work: Work, key: str) -> tuple[WorkflowDefinition, Form]:
    definition = openable(work.routines, work.access, key)
    offers = opening_offers(work.session, work.access, definition, work.now)
    return definition, definition.opening(now=work.now, offers=offers)


def _open(work: Work, key: str) -> tuple[str, str]:
    definition, form = _form(work, key)
    case = open_case(work.session, work.routines, work.access, definition.key, sent(form), work.now)
    return case.reference, _then(work, case)


def _then(work: Work, case: Case) -> str:
    """The first thing to do now, if somebody must do it at once or the reader may."""
    history = History.of(work.session, work.routines, case)
    steps = overview(work.session, history, work.access, work.now).steps
    if not steps:
        return ""
    step, who = steps[0], role_word(steps[0].roles[0])
    if step.may_do:
        return _("Nästa steg kan du göra själv: %(step)s.", step=say(step.label))
    if not step.at_once:
        return _(
            "Nästa steg görs av någon annan. %(who)s: %(step)s.", who=who, step=say(step.label)
        )
    if not step.on_duty:
        return _("Ring nu, om du inte redan har gjort det: %(who)s.", who=who)
    names = ", ".join(step.on_duty)
    return _("Ring nu, om du inte redan har gjort det. %(who)s: %(names)s.", who=who, names=names)
