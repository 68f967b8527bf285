"""A patient's own page: all cases, and what has happened in them on one line of time."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from cases.access import Right
from cases.errors import NotFound
from cases.patient_page import Milestone, find_patient, patient_page
from web.door import asks, working
from web.spoken import SpokenLine, spoken_line

patient = Blueprint("patient", __name__)


@dataclass(frozen=True)
class SpokenMilestone:
    """A line with the case it is of; `home_words` is empty where no home-coming is near."""

    reference: str
    kind: str
    line: SpokenLine
    home_words: str


@patient.get("/patient/<int:patient_id>")
@asks(Right.SEARCH_PATIENTS)
def show(patient_id: int) -> Any:
    """The newest first, unless ?ordning=aldst; a read of the patient and of each case shown."""
    oldest_first = request.args.get("ordning") == "aldst"
    refused: NotFound | None = None
    with working() as work:
        found = find_patient(work.session, patient_id)
        try:
            page = patient_page(work.session, work.routines, work.access, found)
        except NotFound as error:
            refused = error
            work.read("patient", patient=found, allowed=False)
        else:
            work.read("patient", patient=found)
            for record in page.records:
                work.read("patient", record)
            lines = [_spoken(each) for each in page.milestones]
            openings = [
                (definition.key, definition.heading, definition.label)
                for definition in work.routines.current()
                if work.access.may_open_at(found.unit_id, definition.opening_by)
            ]
        now = work.now
    if refused is not None:
        # Raised after the transaction, so that the refused try stays in the log.
        raise refused
    return render_template(
        "pages/patient.html",
        page=page,
        lines=lines if oldest_first else lines[::-1],
        openings=openings,
        oldest_first=oldest_first,
        now=now,
    )


def _spoken(milestone: Milestone) -> SpokenMilestone:
    case = milestone.case
    return SpokenMilestone(
        case.reference,
        _(case.definition),
        spoken_line(milestone.line),
        home_words(milestone.days_home),
    )


def home_words(days: int | None) -> str:
    """How long after a home-coming, in days by the calendar."""
    if days is None:
        return ""
    if days == 0:
        return _("samma dag som hemkomsten")
    return ngettext("%(num)s dag efter hemkomsten", "%(num)s dagar efter hemkomsten", days)
