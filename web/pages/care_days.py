"""Days of care: how far they are entered, and a unit's year to fill in."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from cases.access import Right
from cases.admin_log import lines_of
from cases.care_days_entry import care_days_of_year, enter_care_days, unit_year
from cases.care_days_form import FIRST_YEAR, DaysOfYear, field_of, newest_year
from web.admin_words import changes
from web.door import Work, asks, reading
from web.pages.asking import ask

care_days = Blueprint("care_days", __name__)


@care_days.get("/statistik/vardtid")
@asks(Right.KEEP_STATISTICS)
def of_year() -> Any:
    """The newest year that has a month behind it, or the one in the address."""
    with reading() as work:
        newest = newest_year(work.now)
        years = [str(each) for each in range(newest, FIRST_YEAR - 1, -1)]
        asked = request.args.get("ar", "")
        year = int(asked) if asked in years else newest
        units = care_days_of_year(work.session, work.access, year, work.now)
        lines = lines_of(work.session, ("care_days_changed",))
    return render_template(
        "pages/care_days.html", year=year, years=years, units=units, lines=lines, changes=changes
    )


@care_days.route("/statistik/vardtid/<int:unit_id>/<int:year>", methods=["GET", "POST"])
@asks(Right.KEEP_STATISTICS)
def enter(unit_id: int, year: int) -> Any:
    """The months that are over; what is entered already can be changed or emptied."""
    with reading() as work:
        unit = unit_year(work.session, work.access, unit_id, year, work.now).unit

    def initial(work: Work) -> Mapping[str, Any]:
        months = unit_year(work.session, work.access, unit_id, year, work.now).months
        return {field_of(month): str(days) for month, days in months.items()}

    return ask(
        lambda work: DaysOfYear(now=work.now, year=year),
        lambda work, data: enter_care_days(
            work.session, work.access, unit_id, year, data, work.now
        ),
        lambda _done: url_for("statistics.care_days.of_year", ar=year),
        said=_("Vårddygnen är sparade."),
        initial=initial,
        title=_("Vårddygn %(year)s, %(unit)s", year=year, unit=unit),
        submit=_("Spara"),
        back=url_for("statistics.care_days.of_year", ar=year),
    )
