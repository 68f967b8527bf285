"""Tables as other systems write them: text in the encodings there are, and lines under headings."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from cases.errors import Refused
from workflow.words import _

XLSX = b"PK\x03\x04"
"""How a workbook begins: it is a zip file."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

Columns = Mapping[str, tuple[str, ...]]
"""Each column's key to the headings by which it is known, casefolded."""


class Unreadable(Refused):
    """The file as a whole cannot be what it should be."""

    http = 422


def decoded(content: bytes) -> str:
    """Read as UTF-8, else as Windows-1252 or UTF-16 as Excel writes; raises Unreadable."""
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("Filen går inte att läsa som text."))


def csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each line with something in it; raises Unreadable.

    Comma, semicolon or tab, whichever the first line has most of.
    """
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield reader.line_num, cells
    except csv.Error:
        raise Unreadable(_("Rad %(n)s går inte att läsa som CSV."), n=reader.line_num) from None


def places(headings: list[str], columns: Columns, needed: tuple[str, ...]) -> dict[str, int]:
    """Where each column stands; others are let be. Raises Unreadable when a needed one is not."""
    known = [heading.strip().casefold() for heading in headings]
    found = {
        name: known.index(alias)
        for name, aliases in columns.items()
        for alias in aliases
        if alias in known
    }
    if missing := [columns[name][0] for name in needed if name not in found]:
        raise Unreadable(
            _("Första raden ska vara rubriker. De här saknas: %(columns)s."),
            columns=", ".join(missing),
        )
    return found
