"""Tables A and B: category by month, and by year beside the years before."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select

from cases.figure_rows import month_on
from cases.figure_sums import CaseSums
from cases.statistics.asked import Asked
from cases.statistics.periods import frozen_editions, is_counted, month_label
from cases.statistics.tables import Chart, Column, Number, Row, Table
from cases.statistics.totals import TOTAL, categories, with_total
from workflow.messages import Message
from workflow.moments import day_of
from workflow.words import _

YEARS_BEFORE = 3
"""Beside a single year; Gnesta's table has four years."""

Numbers = Counter[tuple[str, int]]


def by_category(asked: Asked) -> tuple[Table, ...]:
    """Table B has the same months of each year, and frozen years as they were frozen."""
    first = asked.question.first
    before = range(max(0, YEARS_BEFORE - asked.question.last // 100 + first // 100), 0, -1)
    years = [*(first // 100 - n for n in before), *_years(asked.months)]
    numbers = _numbers(asked, years)
    return _by_month(asked, numbers), _by_year(asked, numbers, years)


def _years(months: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(month // 100 for month in months))


def _numbers(asked: Asked, years: list[int]) -> Numbers:
    sums, question = CaseSums, asked.question
    mine, frozen = {month // 100 for month in asked.months}, frozen_editions(asked.session)
    editions = {year: frozen.get(year, 0) for year in years}
    editions |= dict.fromkeys(mine, question.edition)
    month = asked.month(sums)
    rows = asked.session.execute(
        select(sums.edition, sums.category, month, func.sum(sums.number))
        .where(
            sums.edition.in_(set(editions.values())),
            sums.definition == question.definition,
            month.between(years[0] * 100 + 1, question.last),
            asked.among(sums),
        )
        .group_by(sums.edition, sums.category, month)
    )
    numbers: Numbers = Counter()
    for edition, category, of_month, number in rows:
        if edition == editions.get(of_month // 100):
            numbers[category, of_month] = int(number)
    return numbers


def _by_month(asked: Asked, numbers: Numbers) -> Table:
    months = asked.months
    several = months[0] // 100 != months[-1] // 100
    rows = [
        Row(key, label, tuple(_cell(asked, numbers, key, (month,)) for month in months))
        for key, label in categories(asked, {key for key, _month in numbers}, months)
    ]
    columns = [Column(str(month), month_label(month, with_year=several)) for month in months]
    return Table(
        "by_month", "A", Message(_("Ärenden per månad")), Message(_("Kategori")),
        (*columns, TOTAL), with_total(rows, across=True), chart=Chart.LINES,
    )  # fmt: skip


def _by_year(asked: Asked, numbers: Numbers, years: list[int]) -> Table:
    spans = {year: tuple(_same_months(asked, year)) for year in years}
    every = [month for months in spans.values() for month in months]
    rows = [
        Row(key, label, tuple(_cell(asked, numbers, key, months) for months in spans.values()))
        for key, label in categories(asked, {key for key, _month in numbers}, every)
    ]
    columns = tuple(Column(str(year), str(year)) for year in years)
    whole = all(len(months) == 12 for months in spans.values())
    notes = () if whole else (Message(_("Samma månader räknas varje år.")),)
    return Table(
        "by_year", "B", Message(_("Ärenden per år")), Message(_("Kategori")), columns,
        with_total(rows), notes,
    )  # fmt: skip


def _same_months(asked: Asked, year: int) -> list[int]:
    """Those that are asked about in any year."""
    asked_for = {month % 100 for month in asked.months}
    if year in _years(asked.months):
        return [month for month in asked.months if month // 100 == year]
    return [year * 100 + number for number in sorted(asked_for)]


def _cell(asked: Asked, numbers: Numbers, category: str, months: Iterable[int]) -> Number:
    """None where nothing could be counted: the category was not in use, or the month lies ahead."""
    number = sum(numbers[category, month] for month in months)
    now = month_on(day_of(asked.now))
    if number or any(is_counted(asked.definition, category, m) for m in months if m <= now):
        return number
    return None
