"""The statistics as files: CSV, xlsx, and the appendix of the yearly report as PDF."""

from dataclasses import replace

from flask import Blueprint, Response, request

from cases.access import Right
from cases.errors import NotFound
from web.documents.figures import Paper, Part, draw_figures
from web.door import Work, asks, reading
from web.statistics.chosen import Chosen, written
from web.statistics.files import as_csv, as_workbook
from web.statistics.printed import moment, period
from web.statistics.reading import Figures, figures, kinds
from web.statistics.tongue import SWEDISH, readers_tongue
from workflow.definitions import DEFINITIONS
from workflow.moments import day_of
from workflow.words import _

statistics_files = Blueprint("files", __name__)

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"

NONE = "Inga ärenden under perioden."
"""The appendix is in Swedish only."""


@statistics_files.get("/statistik/tabell/<key>.csv")
@asks(Right.STATISTICS)
def table(key: str) -> Response:
    """The table of the page with the same question."""
    tongue = readers_tongue()
    with reading() as work:
        chosen = _chosen(work)
        shown = figures(work, chosen, tongue).tables
    told = next((each for each in shown if each.table.key == key), None)
    if told is None:
        raise NotFound(_("Det finns ingen sådan tabell."))
    return as_file(as_csv(told, tongue), CSV, f"{_name(chosen)}-{key}.csv")


@statistics_files.get("/statistik/tabeller.xlsx")
@asks(Right.STATISTICS)
def workbook() -> Response:
    """Every table of the page with the same question."""
    tongue = readers_tongue()
    with reading() as work:
        chosen = _chosen(work)
        shown = figures(work, chosen, tongue).tables
    return as_file(as_workbook(shown, tongue), XLSX, f"{_name(chosen)}.xlsx")


@statistics_files.get("/statistik/bilaga.pdf")
@asks(Right.STATISTICS)
def appendix() -> Response:
    """Of the months asked for, with every kind that has cases then, whatever kind is asked for."""
    with reading() as work:
        chosen = replace(_chosen(work), category="")
        each = [figures(work, replace(chosen, definition=key), SWEDISH) for key in kinds(work)]
        now = work.now
    if chosen.whole_year:
        title = f"Bilaga till patientsäkerhetsberättelsen {chosen.whole_year}"
    else:
        title = f"Statistik {period(chosen.first, chosen.last, SWEDISH)}"
    paper = Paper(
        title,
        [each[0].line],
        f"Vårdtråd · utskriven {moment(now, SWEDISH)}",
        [_part(one) for one in each if one.tables],
    )
    name = f"statistik-{written(chosen.first)}-{written(chosen.last)}.pdf"
    return as_file(draw_figures(paper, now), PDF, name)


def _part(one: Figures) -> Part:
    """A dozen tables of zeros would hide that there was nothing to count."""
    by_month = one.tables[0].table
    if by_month.rows[-1].cells[-1] == 0:
        return Part(one.definition.label, points=[NONE])
    return Part(one.definition.label, one.tables)


def _chosen(work: Work) -> Chosen:
    return Chosen.of(request.args, DEFINITIONS[0].key, day_of(work.now))


def _name(chosen: Chosen) -> str:
    return f"statistik-{chosen.definition}-{written(chosen.first)}-{written(chosen.last)}"


def as_file(content: bytes, kind: str, name: str) -> Response:
    """A PDF is shown in the browser, anything else saved."""
    answer = Response(content, content_type=kind)
    shown = "inline" if kind == PDF else "attachment"
    answer.headers.set("Content-Disposition", shown, filename=name)
    return answer
