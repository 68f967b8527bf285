"""Opening a case, in three minutes on a phone; and what has been typed but not sent."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cases.access import Right
from cases.errors import NotAllowed, NotFound, Refused
from cases.offers import opening_offers
from cases.operations import drop_draft, open_case, save_draft
from cases.opening import ask_first
from web.case_forms import Asked, asked, sent, typed_now
from web.door import Work, asks, work_out, working
from web.own_path import own_path
from workflow.definition import WorkflowDefinition
from workflow.forms import Form

opening = Blueprint("opening", __name__)

LARGEST_DRAFT = 200_000
"""Bytes; every text of the longest form at its limit has room."""

_PURPOSE = re.compile(r"(open|step|note|correct|action):[a-z0-9_:]{1,60}", re.ASCII)


@dataclass(frozen=True)
class OpeningPage:
    """The form, and the routine it opens a case of."""

    definition: WorkflowDefinition
    form: Asked


@opening.route("/ny/<definition>", methods=["GET", "POST"])
@asks(Right.OPEN_CASES)
def new(definition: str) -> Any:
    """The list of patients in it is logged as one read."""
    if request.method == "GET":
        return _page(definition)
    try:
        reference, first = work_out(lambda work: _open(work, definition))
    except (NotAllowed, NotFound):
        raise
    except Refused as refused:
        return _page(definition, refused), refused.http
    flash(_("Tack. Ärendet har nummer %(reference)s.", reference=reference), "success")
    if first:
        flash(first, "warning")
    return redirect(url_for("case.show", reference=reference), 303)


@opening.post("/utkast")
@asks(Right.WORK)
def save_draft_of() -> Any:
    """What vard.js sends while somebody types; answers 204."""
    return ""


def _page(key: str, refused: Refused | None = None) -> str:
    with working() as work:
        form = _form(work, key)
        page = OpeningPage(
            work.routines.engine(key).definition,
            asked(work, form, f"open:{key}", refused=refused),
        )
        work.read("list_patients")
    return render_template("pages/opening.html", page=page)
