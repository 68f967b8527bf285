"""The board's targets: where the year stands, and those who keep them set and change them."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cases.access import Right
from cases.admin_log import lines_of
from cases.setting_targets import (
    change_target,
    kind_of,
    remove_target,
    set_target,
    target_to_change,
    years_with_targets,
)  # fmt: skip
from cases.target_form import TargetForm, filled_in, target_form
from cases.target_measures import goal_of
from cases.targets import standings
from cases.yearly_plan import BoardTarget
from web.admin_words import changes
from web.door import Work, asks, reading, work_out
from web.pages.asking import ask
from web.spoken import spoken
from workflow.moments import day_of

targets = Blueprint("targets", __name__)

ACTIONS = ("target_set", "target_changed", "target_removed")


@targets.get("/statistik/mal")
@asks(Right.STATISTICS)
def of_year() -> Any:
    """This year, or the one in the address."""
    with reading() as work:
        this_year = day_of(work.now).year
        years = sorted({this_year, this_year + 1, *years_with_targets(work.session)}, reverse=True)
        asked = request.args.get("ar", "")
        year = int(asked) if asked in map(str, years) else this_year
        return render_template(
            "pages/targets.html",
            year=year,
            years=years,
            standings=standings(work.session, work.routines, work.access, year, work.now),
            kinds=work.routines.current(),
            keeps=work.access.has(Right.KEEP_STATISTICS),
            lines=lines_of(work.session, ACTIONS),
            changes=changes,
        )


def _back(year: int) -> str:
    return url_for("statistics.targets.of_year", ar=year)


@targets.route("/statistik/mal/nytt/<kind>", methods=["GET", "POST"])
@asks(Right.KEEP_STATISTICS)
def new(kind: str) -> Any:
    """Of one kind of case; leads on to the year that it is for."""
    with reading() as work:
        definition = kind_of(work.routines, kind)
        today = day_of(work.now)
    return ask(
        lambda work: target_form(definition, work.now),
        lambda work, data: (
            set_target(work.session, work.routines, work.access, kind, data, work.now).year
        ),
        _back,
        said=_("Målet är satt."),
        initial=lambda _work: {"year": str(today.year)},
        title=_("Nytt mål: %(kind)s", kind=_(definition.label)),
        submit=_("Spara målet"),
        back=_back(today.year),
    )


@targets.route("/statistik/mal/<int:target_id>", methods=["GET", "POST"])
@asks(Right.KEEP_STATISTICS)
def change(target_id: int) -> Any:
    """Every field."""

    def target(work: Work) -> BoardTarget:
        return target_to_change(work.session, work.access, target_id)

    def form_of(work: Work) -> TargetForm:
        about = target(work)
        return target_form(kind_of(work.routines, about.definition), work.now, about)

    def do(work: Work, data: Mapping[str, Any]) -> int:
        return change_target(
            work.session, work.routines, work.access, target_id, data, work.now
        ).year

    with reading() as work:
        year = target(work).year
    return ask(
        form_of,
        do,
        _back,
        said=_("Målet är ändrat."),
        initial=lambda work: filled_in(target(work)),
        title=_("Ändra målet"),
        submit=_("Spara"),
        back=_back(year),
    )


@targets.route("/statistik/mal/<int:target_id>/ta-bort", methods=["GET", "POST"])
@asks(Right.KEEP_STATISTICS)
def remove(target_id: int) -> Any:
    """Asks first."""
    if request.method == "GET":
        with reading() as work:
            target = target_to_change(work.session, work.access, target_id)
            return render_template(
                "pages/confirm.html",
                title=_("Ta bort målet"),
                text=spoken(goal_of(target, kind_of(work.routines, target.definition))),
                submit=_("Ta bort"),
                back=_back(target.year),
            )
    year = work_out(
        lambda work: remove_target(work.session, work.routines, work.access, target_id, work.now)
    )
    flash(_("Målet är borttaget."), "success")
    return redirect(_back(year), 303)
