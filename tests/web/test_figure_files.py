"""Tables of figures as people get them: in words, drawn, as files for a spreadsheet, on paper."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from flask import Flask
from openpyxl import load_workbook

from cases.statistics.tables import Column, Row
from tests.web.counted import FALLS, LINE, MONTHS, NOTE, by_month, timely, told
from tests.web.paper import Paper
from web.documents import figures
from web.statistics.chart import LETTER, WIDTH, panels
from web.statistics.files import as_csv, as_workbook, sheet_name
from web.statistics.tongue import SWEDISH, Tongue

NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
ENGLISH = Tongue("en", str)
FORMULAS = ("=1+1", "+46", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("https://a.example")')


# In words


@pytest.mark.parametrize(
    ("share", "shown"),
    [(1, "100\xa0%"), (0.9999, "99,9\xa0%"), (0.0001, "0,1\xa0%"), (0, "0\xa0%"), (0.5, "50\xa0%")],
)
def test_a_share_is_never_rounded_up_to_all_nor_down_to_none(share, shown):
    column = timely().columns[0]
    assert SWEDISH.number(share, column.measure) == shown


def test_what_there_is_nothing_to_count_from_is_not_called_zero():
    assert SWEDISH.number(None, timely().columns[0].measure) == "–"


# Drawn


def test_each_row_has_a_chart_of_its_own_but_totals_and_those_without_cases():
    assert [one.title for one in panels(by_month(), SWEDISH)] == ["Fall", "Infektion"]


def test_a_chart_tells_its_highest_and_lowest_to_those_who_hear_it():
    falls, _infections = panels(by_month(), SWEDISH)
    assert falls.told == "Högst 71 (dec 2022), lägst 25 (maj 2022). Se tabellen."


def test_charts_of_a_table_share_a_scale():
    falls, infections = panels(by_month(), SWEDISH)
    height = falls.lines[0][0][1] - falls.lines[0][-1][1]
    one = infections.lines[0][0][1] - infections.lines[0][3][1]
    assert height / one == pytest.approx(71 - 56, rel=0.1)


@pytest.mark.parametrize("months", [MONTHS, [f"{m} {y}" for y in (2021, 2022) for m in MONTHS]])
def test_no_word_under_a_chart_covers_the_next_or_is_cut_off(months):
    columns = tuple(Column(name, name) for name in months)
    rows = (Row("fall", "Fall", tuple(range(1, len(months) + 1))),)
    (one,) = panels(replace(by_month(), columns=columns, rows=rows), SWEDISH)
    below = [text for text in one.texts if text.y == max(t.y for t in one.texts)]
    assert all(b.x - a.x >= LETTER * len(a.words) for a, b in pairwise(below))
    assert 2 <= len(below) <= len(months)
    assert below[0].x >= LETTER * len(below[0].words) / 2
    assert WIDTH - below[-1].x >= LETTER * len(below[-1].words) / 2


def test_bars_stand_in_a_chart_for_each_column_with_their_numbers_within_it():
    shares, minutes = panels(timely(), SWEDISH)
    assert [len(one.bars) for one in (shares, minutes)] == [2, 2]
    said = [text.words for text in shares.texts]
    assert said == [
        "Klart i tid", "Bedöma och ta om hand", "99,9\xa0%", "Skriva händelserapport", "50\xa0%",
    ]  # fmt: skip
    assert all(text.x + LETTER * len(text.words) < WIDTH for text in minutes.texts)


# For a spreadsheet


def test_a_table_as_csv_holds_its_numbers_and_what_is_printed_on_it():
    lines = as_csv(told(by_month()), SWEDISH).decode("utf-8-sig").splitlines()
    head, falls, *rest = csv.reader(lines, delimiter=";")
    assert head == ["Typ", *(f"{month} 2022" for month in MONTHS), "Totalt"]
    assert falls == ["Fall", *map(str, FALLS), "533"]
    assert rest[-4:] == [[], ["A. Per månad"], [LINE], [NOTE]]


def test_numbers_in_csv_are_written_as_in_the_readers_language():
    swedish, english = (as_csv(told(timely()), each).decode() for each in (SWEDISH, ENGLISH))
    assert "Bedöma och ta om hand;99,96%;55" in swedish
    assert "Bedöma och ta om hand;99.96%;55" in english
    assert "Återkoppla;;" in swedish


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_becomes_a_formula_in_csv(name):
    lines = as_csv(told(by_month(name)), SWEDISH).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(lines), delimiter=";") for cell in row]
    assert f"'{name}" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_becomes_a_formula_or_a_link_in_a_workbook(name):
    book = load_workbook(io.BytesIO(as_workbook([told(by_month(name))], SWEDISH)))
    (sheet,) = book.worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == name]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)]


def test_a_workbook_has_a_sheet_for_each_table_in_which_numbers_are_numbers():
    content = as_workbook([told(by_month()), told(timely())], SWEDISH)
    months, times = load_workbook(io.BytesIO(content)).worksheets
    assert (months.title, times.title) == ("A. Per månad", "E. I tid")
    assert [cell.value for cell in months[2]] == ["Fall", *FALLS, 533]
    assert [cell.value for cell in times[2]] == ["Bedöma och ta om hand", 0.9996, 55]
    assert times["B2"].number_format == "0.0%"
    assert times["C1"].value == "Median (min)"
    assert [row[0] for row in months.values][-3:] == ["A. Per månad", LINE, NOTE]


def test_sheets_have_names_that_a_spreadsheet_takes():
    taken: set[str] = set()
    for title in ("D. Per enhet [och] typ: * ? / \\ per 1 000 vårddygn", "D. " + "x" * 40) * 2:
        name = sheet_name(title, taken)
        assert re.fullmatch(r"[^\[\]:*?/\\]{1,31}", name)
        assert name.casefold() not in taken
        taken.add(name.casefold())


# On paper


@pytest.fixture
def paper(app: Flask) -> Paper:
    parts = [
        figures.Part("Avvikelser", [told(by_month("# $x$ *b* @ref"))]),
        figures.Part("SIP", [told(timely())]),
    ]
    whole = figures.Paper(
        "Bilaga 2022", ["Hela kommunen"], "Vårdtråd", parts, signed=("Datum", "Namn")
    )
    with app.test_request_context():
        return Paper(figures.draw_figures(whole, NOW))


def test_the_paper_says_that_it_is_accessible_what_it_is_called_and_in_what_language(paper):
    metadata = paper.pdf.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert metadata["dc:title"] == "Bilaga 2022"
    assert str(paper.root.Lang) == "sv-SE"
    assert "/Author" not in paper.pdf.docinfo


def test_the_papers_tables_have_headings_and_what_is_printed_on_them(paper):
    assert paper.tagged("H2") == ["Avvikelser", "SIP", "Kommentar och åtgärder"]
    assert paper.tagged("H3") == ["A. Per månad", "E. I tid"]
    assert paper.tagged("TH")[:2] == ["Typ", "jan 2022"]
    assert paper.text.count(LINE) == 2
    assert NOTE in paper.text
    assert "# $x$ *b* @ref" in paper.text
    assert "Fall 56 39 44" in paper.text


def test_the_papers_charts_are_told_to_those_who_cannot_see_them(paper):
    told_of = [str(one.Alt) for one in elements(paper.root.StructTreeRoot) if "/Alt" in one]
    assert "Fall. Högst 71 (dec 2022), lägst 25 (maj 2022). Se tabellen." in told_of
    assert len(told_of) == 5


def elements(element: Any) -> Iterator[Any]:
    """Every structure element below it."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)
