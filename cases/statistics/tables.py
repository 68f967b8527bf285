"""A table of figures as pages, files and other programs read it."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.messages import Message

Label = str
"""A Message where the words are ours and can be translated; a unit's name is as it is."""

Number = int | float | None
"""None where there is nothing to count from, which is not zero."""


class Measure(StrEnum):
    """What a column's numbers are: a SHARE is from 0 to 1, MINUTES are whole."""

    COUNT = "count"
    SHARE = "share"
    MINUTES = "minutes"
    DAYS = "days"
    RATE = "rate"


class Chart(StrEnum):
    """How the table is drawn above itself: in bars, or in lines over columns or rows of time."""

    BARS = "bars"
    LINES = "lines"
    LINES_DOWN = "lines_down"
    NONE = "none"


@dataclass(frozen=True)
class Column:
    """`is_total` columns are left out of the chart; small numbers `of_nobody` may be published.

    One with the key "total" is the sum of those that are not `is_total`.
    """

    key: str
    label: Label
    measure: Measure = Measure.COUNT
    is_total: bool = False
    of_nobody: bool = False


@dataclass(frozen=True)
class Row:
    """As many cells as the table has columns."""

    key: str
    label: Label
    cells: tuple[Number, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """`letter` is its name in the MAS's list (A to J), `head` what the rows are."""

    key: str
    letter: str
    title: Label
    head: Label
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Message, ...] = ()
    chart: Chart = Chart.BARS
