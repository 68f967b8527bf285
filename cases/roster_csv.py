"""Rosters as CSV: one spell a line under a line of headings."""

import csv
from collections.abc import Mapping
from io import StringIO

from cases.roster_files import Row, Unreadable, refuse_too_many
from workflow.fields import Message
from workflow.words import _

COLUMNS: dict[str, tuple[str, ...]] = {
    "username": ("username", "användarnamn"),
    "role": ("role", "roll"),
    "unit": ("unit", "enhet"),
    "starts_at": ("starts_at", "börjar"),
    "ends_at": ("ends_at", "slutar"),
}
"""The headings by which each column is known, in English or Swedish; other columns are let be."""


def csv_rows(text: str) -> tuple[Row, ...]:
    """Comma, semicolon or tab, whichever the first line has most of; raises Unreadable."""
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error:
        raise Unreadable(_("Rad %(n)s går inte att läsa som CSV."), n=reader.line_num) from None
    refuse_too_many(len(lines) - 1)
    places = _places(lines[0][1])
    return tuple(_row(line, cells, places) for line, cells in lines[1:])


def _row(line: int, cells: list[str], places: Mapping[str, int]) -> Row:
    said = {name: cells[n].strip() if n < len(cells) else "" for name, n in places.items()}
    place = Message(_("rad %(n)s"), n=line)
    return Row(
        place,
        ((said["username"],),),
        said["role"],
        said["unit"],
        said["starts_at"],
        said["ends_at"],
    )


def _places(headings: list[str]) -> dict[str, int]:
    known = [heading.strip().casefold() for heading in headings]
    places = {
        name: known.index(alias)
        for name, aliases in COLUMNS.items()
        for alias in aliases
        if alias in known
    }
    if missing := [names[0] for name, names in COLUMNS.items() if name not in places]:
        raise Unreadable(
            _("Första raden ska vara rubriker. De här saknas: %(columns)s."),
            columns=", ".join(missing),
        )
    return places
