"""The monthly internal control (egenkontroll), to be commented and signed."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request

from cases.access import Right
from cases.statistics.units import units_of_statistics
from web.documents.figures import Paper, Part, draw_figures
from web.door import Work, asks, reading
from web.pages.statistics_files import PDF, as_file
from web.statistics.chart import WIDTH, panels
from web.statistics.chosen import month_in, written
from web.statistics.control import control
from web.statistics.printed import moment, period
from web.statistics.tongue import SWEDISH, readers_tongue
from workflow.moments import day_of

internal_control = Blueprint("control", __name__)

MONTHS_OFFERED = 13
SIGNED = ("Datum", "Underskrift", "Namn och befattning")


@internal_control.get("/statistik/egenkontroll")
@asks(Right.STATISTICS)
def page() -> Any:
    """Of the last whole month, or of the one in the address."""
    tongue = readers_tongue()
    with reading() as work:
        month, unit = _month(work), request.args.get("enhet", "")
        shown = control(work, month, unit, tongue)
        units = units_of_statistics(work.session, work.access)
        months = _months(day_of(work.now))
    return render_template(
        "pages/internal_control.html",
        drawn=[(told, panels(told.table, tongue)) for told in shown.tables],
        shown=shown,
        month=written(month),
        unit=unit,
        period=period(month, month, tongue),
        months=[(written(each), period(each, each, tongue)) for each in sorted({*months, month})],
        units=[(each.key, each.name) for each in units],
        tongue=tongue,
        width=WIDTH,
    )


@internal_control.get("/statistik/egenkontroll.pdf")
@asks(Right.STATISTICS)
def paper() -> Response:
    """The same on paper, with lines to write on."""
    with reading() as work:
        month = _month(work)
        shown = control(work, month, request.args.get("enhet", ""), SWEDISH)
        now = work.now
    sheet = Paper(
        f"Egenkontroll {period(month, month, SWEDISH)}",
        [shown.tables[0].lines[0]],
        f"Vårdtråd · utskriven {moment(now, SWEDISH)}",
        [Part("", shown.tables), Part(shown.heading, points=shown.targets)],
        SIGNED,
        wide=False,
    )
    return as_file(draw_figures(sheet, now), PDF, f"egenkontroll-{written(month)}.pdf")


def _month(work: Work) -> int:
    return month_in(request.args.get("manad", ""), _months(day_of(work.now))[0])


def _months(today: date) -> list[int]:
    """The last whole months, the newest first."""
    months = []
    for _n in range(MONTHS_OFFERED):
        today = today.replace(day=1) - timedelta(days=1)
        months.append(today.year * 100 + today.month)
    return months
