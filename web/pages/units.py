"""The municipality's units."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cases.access import Right
from cases.admin_log import lines_about_unit
from cases.administration_forms import UnitForm
from cases.staff_lists import unit_page
from cases.staff_lists import units as all_units
from cases.unit_administration import add_unit, change_unit, close_unit, open_unit
from web.admin_words import changes, kind_word
from web.door import Work, asks, reading, work_out
from web.pages.asking import ask

units = Blueprint("units", __name__)


def _page_of(unit_id: int) -> str:
    return url_for("people.units.one", unit_id=unit_id)


@units.get("/enheter")
@asks(Right.ADMINISTER)
def everywhere() -> Any:
    """Closed ones last."""
    with reading() as work:
        found = all_units(work.session, work.now)
    return render_template("pages/units.html", units=found, kind_word=kind_word)


@units.route("/enheter/ny", methods=["GET", "POST"])
@asks(Right.ADMINISTER)
def new() -> Any:
    """Patients and people are placed there afterwards."""
    return ask(
        lambda work: UnitForm(now=work.now),
        lambda work, data: add_unit(work.session, work.access, data, work.now).id,
        _page_of,
        said=_("Enheten finns nu."),
        title=_("Ny enhet"),
        submit=_("Lägg upp"),
        back=url_for("people.units.everywhere"),
    )


@units.get("/enheter/<int:unit_id>")
@asks(Right.ADMINISTER)
def one(unit_id: int) -> Any:
    """What it is, how much is open there, and who has changed it."""
    with reading() as work:
        unit = unit_page(work.session, unit_id, work.now)
        lines = lines_about_unit(work.session, unit_id)
    return render_template(
        "pages/unit.html", unit=unit, lines=lines, changes=changes, kind_word=kind_word
    )


@units.route("/enheter/<int:unit_id>/andra", methods=["GET", "POST"])
@asks(Right.ADMINISTER)
def change(unit_id: int) -> Any:
    """Name and kind."""

    def initial(work: Work) -> dict[str, Any]:
        unit = unit_page(work.session, unit_id, work.now)
        return {"name": unit.name, "kind": unit.kind}

    return ask(
        lambda work: UnitForm(now=work.now),
        lambda work, data: change_unit(work.session, work.access, unit_id, data, work.now).id,
        _page_of,
        said=_("Uppgifterna är ändrade."),
        initial=initial,
        title=_("Ändra enheten"),
        submit=_("Spara"),
        back=_page_of(unit_id),
    )


@units.post("/enheter/<int:unit_id>/stang")
@asks(Right.ADMINISTER)
def close(unit_id: int) -> Response:
    """Refused while a case is open there."""
    work_out(lambda work: close_unit(work.session, work.access, unit_id, work.now))
    flash(_("Enheten är stängd."), "success")
    return redirect(_page_of(unit_id), 303)


@units.post("/enheter/<int:unit_id>/oppna")
@asks(Right.ADMINISTER)
def reopen(unit_id: int) -> Response:
    """For a unit closed by mistake."""
    work_out(lambda work: open_unit(work.session, work.access, unit_id, work.now))
    flash(_("Enheten är öppen igen."), "success")
    return redirect(_page_of(unit_id), 303)
