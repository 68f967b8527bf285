"""What a routine tells the statistics, and what its tables ask for."""

from collections import Counter
from collections.abc import Iterator

from workflow.figure_tables import FigureTable, Quotient, Total
from workflow.figures import Figures

Numbers = Counter[tuple[str, str]]


def numbers_of(figures: Figures) -> Numbers:
    """By figure and value, each of which comes once."""
    found = Counter({(each.figure, each.value): each.number for each in figures.tallies})
    assert len(found) == len(figures.tallies)
    return found


def figures_named(table: FigureTable) -> Iterator[str]:
    """By its columns."""
    for column in table.columns:
        if isinstance(column, Total):
            yield column.figure
        elif isinstance(column, Quotient):
            yield from (column.figure, column.of)
