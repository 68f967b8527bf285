"""The village's statistics as somebody reads them: a table, or one of its cells."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cases.figuring import figure
from cases.statistics.question import Question
from cases.statistics.report import tables
from cases.statistics.tables import Number, Table
from tests.cases.village import Village


def table(village: Village, key: str, who: str = "mats", **asked: Any) -> Table:
    """Of this year's deviations unless `asked` says otherwise, brought up to date first."""
    figure(village.database, village.routines)
    question = replace(Question.year("deviation", village.now.year), **asked)
    with village.database.reading() as session:
        access = village.access(session, who)
        found = tables(session, village.routines, access, question, village.now)
    return next(each for each in found if each.key == key)


def cell(found: Table, row: str, column: str) -> Number:
    """Raises StopIteration for a row or column that there is not."""
    numbers = next(each for each in found.rows if each.key == row)
    place = next(n for n, each in enumerate(found.columns) if each.key == column)
    return numbers.cells[place]


def column(found: Table, key: str) -> dict[str, Number]:
    """By row, but only what is not nothing."""
    return {each.key: number for each in found.rows if (number := cell(found, each.key, key))}


def report_before(village: Village, days: float, **more: Any) -> str:
    """A case that happened and was reported so many days ago."""
    now = village.now
    village.now = now - timedelta(days=days)
    reference = village.report(**more)
    village.now = now
    return reference
