"""Years whose figures are frozen, so that what has been handed over does not change afterwards."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cases.access import Right
from cases.errors import NotFound
from cases.people import Person
from cases.statistics.frozen import freeze, frozen_years_by_year, thaw
from cases.statistics.periods import years_with_figures
from web.door import Work, asks, reading, work_out
from workflow.definitions import DEFINITIONS
from workflow.moments import day_of
from workflow.words import _ as marked

FIRST = 2000
"""No earlier year has figures."""

frozen_years = Blueprint("frozen", __name__)


@frozen_years.get("/statistik/ar")
@asks(Right.STATISTICS)
def years() -> Any:
    """Every year with figures and the last two, the newest first."""
    with reading() as work:
        this_year = day_of(work.now).year
        found = {
            year
            for definition in DEFINITIONS
            for year in years_with_figures(work.session, definition.key)
        }
        frozen = frozen_years_by_year(work.session)
        taken = {
            year: (one.taken_at, work.session.get_one(Person, one.taken_by).name)
            for year, one in frozen.items()
        }
        keeps = work.access.has(Right.KEEP_STATISTICS)
    return render_template(
        "pages/frozen_years.html",
        years=sorted({*found, *taken, this_year - 1, this_year}, reverse=True),
        taken=taken,
        this_year=this_year,
        keeps=keeps,
    )


@frozen_years.route("/statistik/ar/<int:year>/las", methods=["GET", "POST"])
@asks(Right.KEEP_STATISTICS)
def freeze_year(year: int) -> Any:
    """Asks first, since everybody then sees the frozen figures."""
    _refuse_odd(year)
    return _confirmed(
        lambda work: freeze(work.session, work.access, year, work.now),
        said=_("Siffrorna för %(year)s är låsta.", year=year),
        title=_("Lås siffrorna för %(year)s", year=year),
        text=_(
            "Siffrorna sparas som de är nu. Ändras ett ärende senare ändras inte siffrorna för"
            " %(year)s. Du kan låsa upp dem igen.",
            year=year,
        ),
        submit=_("Lås %(year)s", year=year),
    )


@frozen_years.route("/statistik/ar/<int:year>/las-upp", methods=["GET", "POST"])
@asks(Right.KEEP_STATISTICS)
def thaw_year(year: int) -> Any:
    """Asks first, since what has been handed over may then differ."""
    _refuse_odd(year)
    return _confirmed(
        lambda work: thaw(work.session, work.access, year, work.now),
        said=_("Siffrorna för %(year)s är upplåsta.", year=year),
        title=_("Lås upp siffrorna för %(year)s", year=year),
        text=_(
            "De låsta siffrorna visas inte längre. De som har lämnats ut kan skilja sig från dem"
            " som visas sedan."
        ),
        submit=_("Lås upp %(year)s", year=year),
    )


def _refuse_odd(year: int) -> None:
    if year < FIRST:
        raise NotFound(marked("Det finns inga siffror för det året."))


def _confirmed(do: Callable[[Work], object], *, said: str, **page: str) -> Any:
    back = url_for("statistics.frozen.years")
    if request.method == "GET":
        return render_template("pages/confirm.html", back=back, **page)
    work_out(do)
    flash(said, "success")
    return redirect(back, 303)
