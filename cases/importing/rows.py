"""An earlier system's deviations as they stand in a file: CSV or a workbook, nothing looked up."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice

import openpyxl

from cases.sheets import XLSX, Unreadable, csv_lines, decoded, places
from workflow.words import _

COLUMNS = {
    "reference": ("reference", "nummer", "ärendenummer", "diarienummer"),
    "occurred_at": ("occurred_at", "hände", "händelsedatum"),
    "reported_at": ("reported_at", "rapporterad", "rapportdatum"),
    "category": ("category", "kategori"),
    "subcategory": ("subcategory", "underkategori"),
    "unit": ("unit", "enhet"),
    "severity": ("severity", "allvarlighetsgrad"),
    "probability": ("probability", "sannolikhet"),
    "assessed_at": ("assessed_at", "bedömd"),
    "event_report_at": ("event_report_at", "händelserapport"),
    "closed_at": ("closed_at", "avslutad"),
    "description": ("description", "beskrivning"),
}
"""The headings by which each column is known, in English or Swedish; other columns are let be."""

NEEDED = ("reference", "occurred_at", "reported_at", "category", "unit")

MOST = 200_000
LARGEST_UNPACKED = 500_000_000
"""Bytes of an unpacked workbook; 200,000 rows with a description are about half."""


@dataclass(frozen=True)
class Row:
    """What each column says, as written; `too_long` when there are cells beyond the headings."""

    line: int
    cells: Mapping[str, str]
    too_long: bool = False


def read_rows(content: bytes, most: int = MOST) -> tuple[Row, ...]:
    """Raises Unreadable for a file that is no such list, or that has more than `most` rows."""
    if not content.strip():
        raise Unreadable(_("Filen är tom."))
    lines = _workbook(content) if content.startswith(XLSX) else csv_lines(decoded(content))
    return _rows(lines, most)


def _rows(lines: Iterable[tuple[int, list[str]]], most: int) -> tuple[Row, ...]:
    numbered = iter(lines)
    _line, headings = next(numbered, (0, []))
    found = places(headings, COLUMNS, NEEDED)
    width = len(headings)
    rows = tuple(
        Row(
            line,
            {name: cells[n].strip() for name, n in found.items() if n < len(cells)},
            any(cell.strip() for cell in cells[width:]),
        )
        for line, cells in islice(numbered, most + 1)
    )
    if len(rows) > most:
        raise Unreadable(_("Filen har fler än %(n)s rader. Dela upp den."), n=most)
    return rows


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet; a formula counts as what it gave when the file was saved."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise Unreadable(_("Filen är för stor. Dela upp den i mindre delar."))
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            if any(cell not in (None, "") for cell in cells):
                yield number, [_written(cell) for cell in cells]
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001  the library raises whatever a broken file leads it into
        raise Unreadable(_("Kalkylarket går inte att läsa.")) from None


def _written(cell: object) -> str:
    """As somebody would have typed it."""
    match cell:
        case None:
            return ""
        case datetime() if cell.time() == time():
            return cell.date().isoformat()  # a workbook has no days, only their midnights
        case datetime():
            return cell.isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)
