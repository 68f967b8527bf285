"""Patient conferences: the agenda of a unit and a day, and the patients nobody has taken up."""

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cases.access import Right
from cases.agenda import Agenda, agenda
from cases.conferences import EVERY_MONTHS, conference_units, take_up, waiting_patients
from cases.errors import NotFound
from web.door import Work, asks, work_out, working
from web.numbers import number
from workflow.time_words import time_left
from workflow.words import _ as marked

conferences = Blueprint("conferences", __name__)


@conferences.get("/konferenser")
@asks(Right.CONFERENCES)
def of_unit() -> Any:
    """The unit and day of the address, else the person's first unit and its next conference."""
    with working() as work:
        units = conference_units(work.session, work.access)
        if not units:
            raise NotFound(marked("Det finns ingen enhet än."))
        wanted = request.args.get("enhet", units[0].key)
        unit = next((each for each in units if each.key == wanted), None)
        if unit is None:
            raise NotFound(marked("Enheten finns inte."))
        shown = agenda(work.session, work.routines, work.access, unit, _day(), work.now)
        waiting = waiting_patients(work.session, work.routines, unit, work.now)
        _note_reads(work, shown)
        for one in waiting:
            work.read("conference", patient=one.patient)
    return render_template(
        "pages/conferences.html",
        units=units,
        unit=unit,
        agenda=shown,
        waiting=waiting,
        months=EVERY_MONTHS,
        clock=partial(time_left, now=work.now),
    )


@conferences.post("/konferenser/tas-upp")
@asks(Right.CONFERENCES)
def taken_up() -> Any:
    """For a patient without a case to discuss; the same button twice has the effect of one."""
    patient_id = request.form.get("patient", 0, type=number)
    unit = work_out(lambda work: take_up(work.session, work.access, patient_id, work.now).unit.key)
    flash(_("Antecknat: patienten är upptagen på konferens i dag."), "success")
    return redirect(url_for("conferences.of_unit", enhet=unit, _anchor="vantar"), 303)


def _day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("dag", ""))
    except ValueError:
        return None


def _note_reads(work: Work, shown: Agenda) -> None:
    records = {
        topic.record.id: topic.record
        for one in (*shown.patients, *shown.left)
        for topic in (*one.topics, *one.others)
    }
    for record in records.values():
        work.read("conference", record)
