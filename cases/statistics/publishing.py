"""Tables for everybody to read: small numbers that could point out a person are hidden."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from cases.statistics.tables import Column, Measure, Number, Row, Table

SMALLEST = 5
"""Cases that may be told of (domain: law-and-terms 9, publishing)."""

SLACK = SMALLEST - 2
"""Hidden numbers of one case or more, whose sum is known, could each be anything up to four."""

Place = tuple[int, int]
"""A cell's row and column."""

NOUGHT = 2 * SMALLEST
"""What it costs to hide a nought, which says something though it is small."""

NOWHERE = -1
"""The row or column of totals of a table that has none: as good as hidden."""


def published(table: Table) -> Table:
    """Hidden cells are None, also those from which a hidden one could be reckoned out.

    What stands in a row beside a hidden number, such as its share, goes with it.
    """
    total_row = next((n for n, row in enumerate(table.rows) if row.is_total), NOWHERE)
    hidden: set[Place] = set()
    for columns in _summed_together(table.columns):
        cells = {
            (r, c): int(number)
            for r, row in enumerate(table.rows)
            for c in columns
            if (number := row.cells[c]) is not None
        }
        total_column = columns[-1] if len(columns) > 1 else NOWHERE
        hidden |= _hidden(cells, total_row, total_column)
    rows = tuple(
        replace(row, cells=tuple(_cells(row, table.columns, {c for r, c in hidden if r == n})))
        for n, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


def _cells(row: Row, columns: Iterable[Column], hidden: Collection[int]) -> Iterator[Number]:
    for n, (number, column) in enumerate(zip(row.cells, columns, strict=True)):
        beside = column.measure is not Measure.COUNT or column.of_nobody
        yield None if n in hidden or (hidden and beside) else number


def _summed_together(columns: tuple[Column, ...]) -> Iterator[tuple[int, ...]]:
    """Columns that a last one is the sum of; others by themselves."""
    counts = [
        n
        for n, column in enumerate(columns)
        if column.measure is Measure.COUNT and not column.of_nobody
    ]
    total = [n for n in counts if columns[n].key == "total"]
    parts = [n for n in counts if total and not columns[n].is_total]
    if total:
        yield (*parts, *total)
    yield from ((n,) for n in counts if n not in {*parts, *total})


def _hidden(cells: dict[Place, int], total_row: int, total_column: int) -> set[Place]:
    """Small numbers first, and then others until none of the hidden can be reckoned out."""
    hidden = {place for place, number in cells.items() if 0 < number < SMALLEST}
    missing = _missing(cells, total_row, total_column)
    while more := (
        next((_ring(place, cells, hidden | missing) for place in _alone(hidden, missing)), None)
        or _smallest(_narrow(cells, hidden, total_row, total_column) - hidden, cells)
    ):
        hidden |= more
    return hidden


def _missing(cells: dict[Place, int], total_row: int, total_column: int) -> set[Place]:
    """The totals that the table does not tell."""
    missing = set()
    if total_row == NOWHERE:
        missing |= {(NOWHERE, c) for _r, c in cells}
    if total_column == NOWHERE:
        missing |= {(r, NOWHERE) for r, _c in cells} | {(total_row, NOWHERE)}
    return missing


def _alone(hidden: set[Place], missing: set[Place]) -> Iterator[Place]:
    """Each row and each column gives one equation: what is in no ring of hidden cells is known."""
    return (place for place in sorted(hidden) if _is_alone(place, (hidden | missing) - {place}))


def _is_alone(place: Place, others: set[Place]) -> bool:
    """True when no chain of hidden cells, by rows and columns in turn, leads back to the cell."""
    rows, columns = {place[0]}, set[int]()
    while place[1] not in columns:
        more = {c for r, c in others if r in rows}
        if more == columns:
            return True
        columns = more
        rows |= {r for r, c in others if c in columns}
    return False


def _ring(place: Place, cells: dict[Place, int], hidden: set[Place]) -> set[Place]:
    """The corners of the rectangle through the cell that costs least to hide."""
    row, column = place
    shown = cells.keys() | hidden
    corners = [
        {(row, c), (r, column), (r, c)}
        for r in {r for r, _c in shown} - {row}
        for c in {c for _r, c in shown} - {column}
    ]
    whole = [each - hidden for each in corners if each <= shown and each - hidden]
    beside = {each for each in cells.keys() - hidden if row == each[0] or column == each[1]}
    return min(
        whole or [_smallest(beside or cells.keys() - hidden, cells)],
        key=lambda each: (sum(cells[corner] or NOUGHT for corner in each), sorted(each)),
    )


def _narrow(
    cells: dict[Place, int], hidden: set[Place], total_row: int, total_column: int
) -> set[Place]:
    """A line whose hidden numbers add up to so little that they are all but told."""
    for axis, total in enumerate((total_column, total_row)):
        lines: dict[int, list[Place]] = defaultdict(list)
        for place in sorted(hidden):
            lines[place[axis]].append(place)
        for line, places in lines.items():
            summed = (line, total) if axis == 0 else (total, line)
            slack = sum(cells[place] for place in places) - len(places)
            if summed in cells and summed not in hidden and slack < SLACK:
                return {place for place in cells if place[axis] == line}
    return set()


def _smallest(places: Collection[Place], cells: dict[Place, int]) -> set[Place]:
    """The number that says least, as a set of one; empty where there is none."""
    least = sorted(places, key=lambda place: (cells[place] or NOUGHT, place))
    return set(least[:1])
