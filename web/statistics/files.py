"""Tables of figures as files for spreadsheets: CSV and xlsx, in which no text is a formula."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cases.statistics.tables import Column, Measure, Number, Table
from web.statistics.tongue import Tongue

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

WIDEST = 60
"""Characters; a label longer than that is broken within its cell."""

FORMATS = {
    Measure.COUNT: "#,##0", Measure.SHARE: "0.0%", Measure.MINUTES: "#,##0",
    Measure.DAYS: "#,##0.0", Measure.RATE: "#,##0.00",
}  # fmt: skip

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Told:
    """A table with what is printed on it: period, units, how it is counted, and its notes."""

    table: Table
    lines: tuple[str, ...]


def as_csv(told: Told, tongue: Tongue) -> bytes:
    """For a spreadsheet in the reader's language: semicolons, and a byte order mark for Excel."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    table = told.table
    writer.writerow(map(defused, [tongue.say(table.head), *_heads(table.columns, tongue)]))
    for row in table.rows:
        cells = zip(row.cells, table.columns, strict=True)
        numbers = [_plain(cell, column.measure, tongue) for cell, column in cells]
        writer.writerow([defused(tongue.say(row.label)), *numbers])
    writer.writerow([])
    title = tongue.title(table)
    writer.writerows([defused(line)] for line in (title, *told.lines))
    return "\ufeff".encode() + out.getvalue().encode()


def defused(text: str) -> str:
    """With an apostrophe before what a spreadsheet would reckon out."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_workbook(tables: Sequence[Told], tongue: Tongue) -> bytes:
    """A sheet for each table, in which numbers are numbers."""
    out = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, plain) as book:
        names: set[str] = set()
        strong, broken = book.add_format({"bold": True, "text_wrap": True}), book.add_format()
        broken.set_text_wrap()
        formats = {measure: book.add_format({"num_format": f}) for measure, f in FORMATS.items()}
        for told in tables:
            name = sheet_name(tongue.title(told.table), names)
            names.add(name.casefold())
            _fill(book.add_worksheet(name), told, tongue, strong, broken, formats)
    return out.getvalue()


def sheet_name(title: str, taken: set[str]) -> str:
    """At most 31 characters, none that Excel forbids, and none of `taken` in small letters."""
    plain = _NOT_IN_NAMES.sub(" ", title).strip()
    name, n = plain[:31].strip(), 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain[:27].strip()} ({n})"
    return name


def _fill(
    sheet: Worksheet, told: Told, tongue: Tongue,
    strong: Format, broken: Format, formats: dict[Measure, Format],
) -> None:  # fmt: skip
    table = told.table
    heads = [tongue.say(table.head), *_heads(table.columns, tongue)]
    for x, head in enumerate(heads):
        sheet.write_string(0, x, head, strong)
    for y, row in enumerate(table.rows, start=1):
        sheet.write_string(y, 0, tongue.say(row.label), broken)
        for x, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True), start=1):
            if cell is not None:
                sheet.write_number(y, x, cell, formats[column.measure])
    longest = max(len(tongue.say(label)) for label in (table.head, *(r.label for r in table.rows)))
    sheet.set_column(0, 0, min(longest + 2, WIDEST))
    sheet.set_column(1, len(table.columns), 12)
    sheet.freeze_panes(1, 1)
    title = tongue.title(table)
    for y, line in enumerate((title, *told.lines), start=len(table.rows) + 2):
        sheet.write_string(y, 0, line)


def _heads(columns: Sequence[Column], tongue: Tongue) -> list[str]:
    return [f"{tongue.say(each.label)}{_unit(each.measure)}" for each in columns]


def _unit(measure: Measure) -> str:
    return " (min)" if measure is Measure.MINUTES else ""


def _plain(number: Number, measure: Measure, tongue: Tongue) -> str:
    if number is None:
        return ""
    text = f"{round(100 * number, 2)}%" if measure is Measure.SHARE else f"{round(number, 2)}"
    return text.replace(".", ",") if tongue.locale == "sv" else text
