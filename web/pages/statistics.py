"""The statistics of the MAS: tables and charts by kind of case, period and unit."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from cases.access import Right
from cases.statistics.periods import years_with_figures
from cases.statistics.units import units_of_statistics
from web.door import Work, asks, reading
from web.pages.care_days import care_days
from web.pages.frozen_years import frozen_years
from web.pages.internal_control import internal_control
from web.pages.statistics_files import statistics_files
from web.pages.targets import targets
from web.statistics.chart import WIDTH, panels
from web.statistics.chosen import Chosen, written
from web.statistics.printed import period
from web.statistics.reading import figures, kinds
from web.statistics.tongue import Tongue, readers_tongue
from workflow.definitions import DEFINITIONS
from workflow.moments import day_of

statistics = Blueprint("statistics", __name__)
for _part in (statistics_files, frozen_years, internal_control, targets, care_days):
    statistics.register_blueprint(_part)

Filter = tuple[str, str, str, list[tuple[str, str]]]
"""(name, label, chosen, options)."""


@statistics.get("/statistik")
@asks(Right.STATISTICS)
def tables() -> Any:
    """What the address asks for, else the deviations of this year."""
    tongue = readers_tongue()
    with reading() as work:
        today = day_of(work.now)
        chosen = Chosen.of(request.args, DEFINITIONS[0].key, today)
        shown = figures(work, chosen, tongue)
        years = years_with_figures(work.session, chosen.definition)
        keeps = work.access.has(Right.KEEP_STATISTICS)
        filters = _filters(work, chosen)
        every_kind = tuple(kinds(work).values())
    return render_template(
        "pages/statistics.html",
        chosen=chosen,
        shown=shown,
        tongue=tongue,
        has_cases=any(any(row.cells) for row in shown.tables[0].table.rows),
        drawn=[(told, panels(told.table, tongue)) for told in shown.tables],
        width=WIDTH,
        kinds=every_kind,
        years=sorted({*years, today.year}),
        period=period(chosen.first, chosen.last, tongue),
        months=_months({*years, today.year, chosen.first // 100, chosen.last // 100}, tongue),
        filters=filters,
        appendix=_appendix(chosen, today.year),
        keeps=keeps,
    )


def _appendix(chosen: Chosen, this_year: int) -> Chosen:
    """Of the year that is shown, or else of the last whole year, with small numbers hidden."""
    shown = chosen.whole_year or this_year
    return replace(chosen.in_year(min(shown, this_year - 1)), category="", published=True)


def _months(years: set[int], tongue: Tongue) -> list[tuple[int, list[tuple[str, str]]]]:
    """By year: each month as an address has it, and in words."""
    return [
        (year, [(written(m), period(m, m, tongue)) for m in range(year * 100 + 1, year * 100 + 13)])
        for year in sorted(years)
    ]


def _filters(work: Work, chosen: Chosen) -> list[Filter]:
    definition = kinds(work)[chosen.definition]
    units = [(unit.key, unit.name) for unit in units_of_statistics(work.session, work.access)]
    types = [(key, _(label)) for key, label in definition.categories.items()]
    return [
        each
        for each in (
            ("enhet", _("Enhet"), chosen.unit, [("", _("Alla")), *units]),
            ("typ", _("Typ"), chosen.category, [("", _("Alla")), *types]),
            (
                "raknat",
                _("Räknat efter"),
                chosen.counted_by,
                [("event", _("när det hände")), ("report", _("när det rapporterades"))],
            ),
            (
                "sma",
                _("Tal under 5"),
                "dolda" if chosen.published else "",
                [("", _("visas")), ("dolda", _("döljs, för att lämnas ut"))],
            ),
        )
        if len(each[3]) > 2 or each[0] in ("raknat", "sma")
    ]
