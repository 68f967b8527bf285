"""What a table's charts show: numbers that are compared with each other, and their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cases.statistics.tables import Chart, Column, Measure, Number, Row, Table
from web.statistics.tongue import Tongue
from workflow.messages import Message
from workflow.words import _


@dataclass(frozen=True)
class Series:
    """`top` is the largest number of all the table's series of that measure; of a share it is 1."""

    title: str
    names: tuple[str, ...]
    numbers: tuple[Number, ...]
    measure: Measure
    top: float

    @property
    def says_something(self) -> bool:
        """Nothing but zeros says nothing, unless they are shares."""
        known = [number for number in self.numbers if number is not None]
        return any(known) or (self.measure is Measure.SHARE and bool(known))

    def told(self, tongue: Tongue) -> str:
        """Its highest and lowest number in a sentence."""
        known = [
            (number, name)
            for number, name in zip(self.numbers, self.names, strict=True)
            if number is not None
        ]
        (most, at_most), (least, at_least) = max(known, key=_number), min(known, key=_number)
        return tongue.say(
            Message(
                _("Högst %(most)s (%(at_most)s), lägst %(least)s (%(at_least)s). Se tabellen."),
                most=tongue.number(most, self.measure),
                at_most=at_most,
                least=tongue.number(least, self.measure),
                at_least=at_least,
            )
        )


def series_of(table: Table, tongue: Tongue) -> Iterator[Series]:
    """Of each row for LINES, and else of each column; totals only where there is nothing else."""
    if table.chart is Chart.NONE or not table.rows:
        return
    every = range(len(table.columns))
    places = [n for n in every if not table.columns[n].is_total] or [*every]
    rows = [row for row in table.rows if not row.is_total] or list(table.rows)
    columns = [table.columns[n] for n in places]
    cells = [[row.cells[n] for n in places] for row in rows]
    along = _by_row if table.chart is Chart.LINES else _by_column
    yield from along(rows, columns, cells, tongue)


def _by_row(
    rows: Sequence[Row],
    columns: Sequence[Column],
    cells: Sequence[Sequence[Number]],
    tongue: Tongue,
) -> Iterator[Series]:
    measure = columns[0].measure
    names, top = _names(columns, tongue), _top(measure, [n for line in cells for n in line])
    for row, numbers in zip(rows, cells, strict=True):
        yield Series(tongue.say(row.label), names, tuple(numbers), measure, top)


def _by_column(
    rows: Sequence[Row],
    columns: Sequence[Column],
    cells: Sequence[Sequence[Number]],
    tongue: Tongue,
) -> Iterator[Series]:
    names = _names(rows, tongue)
    for n, column in enumerate(columns):
        alike = [m for m, each in enumerate(columns) if each.measure is column.measure]
        top = _top(column.measure, [line[m] for line in cells for m in alike])
        numbers = tuple(line[n] for line in cells)
        yield Series(tongue.say(column.label), names, numbers, column.measure, top)


def _names(labelled: Sequence[Row | Column], tongue: Tongue) -> tuple[str, ...]:
    return tuple(tongue.say(each.label) for each in labelled)


def _top(measure: Measure, numbers: Sequence[Number]) -> float:
    return 1 if measure is Measure.SHARE else max((n for n in numbers if n), default=1)


def _number(pair: tuple[Number, str]) -> float:
    return pair[0] or 0
