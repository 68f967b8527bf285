"""The tables that a routine describes itself, made of its cases' tallies and steps."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from cases.figure_rows import month_on
from cases.people import sort_key
from cases.statistics.asked import Asked
from cases.statistics.periods import month_label
from cases.statistics.tables import Chart, Column, Measure, Number, Row, Table
from cases.statistics.tallies import EVERY, Tallies
from cases.statistics.totals import TOTAL
from workflow.figure_tables import (
    FigureColumn,
    FigureTable,
    InTime,
    MeanDays,
    MeanMinutes,
    Quotient,
    Share,
    Timely,
    Total,
)  # fmt: skip
from workflow.messages import Message
from workflow.moments import day_of
from workflow.words import _

LETTER = "J"
"""Of SIP and discharge in law-and-terms 9."""

NAMED_FROM = 3
"""An organisation called in fewer cases is not named: what was typed may be somebody's name."""

_MEASURES: dict[type[Quotient], Measure] = {
    Share: Measure.SHARE,
    MeanDays: Measure.DAYS,
    MeanMinutes: Measure.MINUTES,
}

Values = tuple[str | None, ...]


def tallied(asked: Asked) -> tuple[Table, ...]:
    """In the routine's own order, without those of which there is no case at all."""
    tables = asked.definition.figure_tables
    found: dict[tuple[str, str] | None, Tallies] = {}
    for of in dict.fromkeys(table.of for table in tables):
        steps = {step for table in tables if table.of == of for step in _steps(table)}
        found[of] = Tallies.of(asked if of is None else _about(asked, *of), steps)
    return tuple(_table(each, found[each.of], asked) for each in tables if found[each.of].sums)


def _about(asked: Asked, definition: str, category: str) -> Asked:
    question = replace(asked.question, definition=definition, category=category)
    return replace(asked, question=question)


def _steps(table: FigureTable) -> Iterator[str]:
    for column in table.columns:
        if isinstance(column, Timely):
            yield from column.steps or table.rows


def _table(described: FigureTable, tallies: Tallies, asked: Asked) -> Table:
    rows = list(_rows(described, tallies, asked))
    if len(rows) > 1 and not _is_of_steps(described):
        cells = _cells(described, tallies, EVERY, (EVERY,))
        rows.append(Row(TOTAL.key, TOTAL.label, cells, is_total=True))
    few = Message(_("De som har kallats i färre än %(n)s ärenden visas tillsammans."), n=NAMED_FROM)
    return Table(
        described.key,
        LETTER,
        Message(described.title),
        Message(described.head or _("Månad")),
        tuple(Column(each.key, Message(each.label), _measure(each)) for each in described.columns),
        tuple(rows),
        (few,) if described.named else (),
        Chart.BARS if described.rows or described.named else Chart.LINES_DOWN,
    )


def _rows(described: FigureTable, tallies: Tallies, asked: Asked) -> Iterator[Row]:
    if described.named:
        yield from _named(described, tallies)
    elif described.rows:
        for key, label in described.rows.items():
            yield Row(key, Message(label), _cells(described, tallies, EVERY, (key,)))
    else:
        for month in asked.months:
            begun = month <= month_on(day_of(asked.now))
            cells = _cells(described, tallies, month, (EVERY,))
            label = month_label(month, with_year=True)
            yield Row(str(month), label, cells if begun else (None,) * len(cells))


def _named(described: FigureTable, tallies: Tallies) -> Iterator[Row]:
    """One for each name however it is capitalised, the most called first."""
    counted = {column.figure for column in described.columns[:1] if isinstance(column, Total)}
    cases: dict[str, Counter[str]] = defaultdict(Counter)
    for (figure, name), number in tallies.cases.items():
        if figure in counted:
            cases[name.casefold()][name] += number
    shown = [each for each in cases.values() if each.total() >= NAMED_FROM]
    shown.sort(key=lambda each: (-each.total(), sort_key(min(each))))
    for number, spellings in enumerate(shown, 1):
        ((name, _cases),) = spellings.most_common(1)
        yield Row(str(number), name, _cells(described, tallies, EVERY, tuple(spellings)))
    rest = tuple(name for each in cases.values() if each.total() < NAMED_FROM for name in each)
    if rest:
        yield Row("others", Message(_("Övriga")), _cells(described, tallies, EVERY, rest))


def _cells(
    described: FigureTable, tallies: Tallies, month: int | None, values: Values
) -> tuple[Number, ...]:
    return tuple(_cell(column, tallies, month, values) for column in described.columns)


def _cell(column: FigureColumn, tallies: Tallies, month: int | None, values: Values) -> Number:
    match column:
        case Total():
            return tallies.sum_of(column.figure, month, column.values or values)
        case Quotient():
            whole = tallies.sum_of(column.of, month, values)
            if not whole:
                return None
            number = tallies.sum_of(column.figure, month, values) / whole
            return round(number) if isinstance(column, MeanMinutes) else number
        case Timely():
            counted = tallies.in_time if isinstance(column, InTime) else tallies.late
            return sum(counted[month, step] for step in column.steps or values if step)


def _measure(column: FigureColumn) -> Measure:
    return _MEASURES[type(column)] if isinstance(column, Quotient) else Measure.COUNT


def _is_of_steps(described: FigureTable) -> bool:
    """Then the rows are different duties, whose sum says nothing."""
    return any(isinstance(column, Timely) and not column.steps for column in described.columns)
