"""Rosters as CSV: one spell a line under a line of headings."""

from collections.abc import Mapping

from cases.roster_files import Row, refuse_too_many
from cases.sheets import csv_lines, places
from workflow.fields import Message
from workflow.words import _

COLUMNS = {
    "username": ("username", "användarnamn"),
    "role": ("role", "roll"),
    "unit": ("unit", "enhet"),
    "starts_at": ("starts_at", "börjar"),
    "ends_at": ("ends_at", "slutar"),
}
"""The headings by which each column is known, in English or Swedish; other columns are let be."""


def csv_rows(text: str) -> tuple[Row, ...]:
    """One row for each line under the headings; raises Unreadable."""
    lines = list(csv_lines(text))
    refuse_too_many(len(lines) - 1)
    found = places(lines[0][1], COLUMNS, needed=tuple(COLUMNS))
    return tuple(_row(line, cells, found) for line, cells in lines[1:])


def _row(line: int, cells: list[str], found: Mapping[str, int]) -> Row:
    said = {name: cells[n].strip() if n < len(cells) else "" for name, n in found.items()}
    place = Message(_("rad %(n)s"), n=line)
    return Row(
        place,
        ((said["username"],),),
        said["role"],
        said["unit"],
        said["starts_at"],
        said["ends_at"],
    )
