"""Rows that every table of categories has, and their sums."""

from collections.abc import Iterable, Mapping, Sequence

from cases.statistics.asked import Asked
from cases.statistics.periods import is_counted
from cases.statistics.tables import Column, Label, Number, Row
from workflow.messages import Message
from workflow.words import _

TOTAL = Column("total", Message(_("Summa")), is_total=True)


def categories(
    asked: Asked, found: Iterable[str], months: Iterable[int]
) -> tuple[tuple[str, Label], ...]:
    """Those that could be chosen in any of the months, and others that are found."""
    definition, found = asked.definition, set(found)
    months = tuple(months)
    labels: Mapping[str, str] = definition.categories or {"": definition.label}
    kept = {
        key: Message(label)
        for key, label in labels.items()
        if asked.question.category in {"", key}
        and (key in found or any(is_counted(definition, key, month) for month in months))
    }
    return (*kept.items(), *((key, key) for key in sorted(found - labels.keys())))


def with_total(rows: Sequence[Row], *, across: bool = False) -> tuple[Row, ...]:
    """Adds a row of sums where there are several rows, and with `across` a column of them too."""
    if across:
        rows = [Row(row.key, row.label, (*row.cells, added(row.cells))) for row in rows]
    if len(rows) < 2:
        return tuple(rows)
    cells = tuple(added(column) for column in zip(*(row.cells for row in rows), strict=True))
    return (*rows, Row("total", TOTAL.label, cells, is_total=True))


def added(numbers: Iterable[Number]) -> Number:
    """None where there is nothing to add."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
