"""Table D: each unit's cases by category and severity, and in proportion to its care."""

from sqlalchemy import func, select

from cases.care_days import care_days, has_care_days
from cases.figure_sums import CaseSums
from cases.people import Unit, sort_key
from cases.statistics.asked import Asked
from cases.statistics.cube import SERIOUS_FROM, Cell
from cases.statistics.tables import Column, Measure, Number, Row, Table
from cases.statistics.totals import TOTAL, categories, with_total
from workflow.messages import Message
from workflow.words import _

PER = 1000
"""Days of care."""


def by_unit(asked: Asked, cells: tuple[Cell, ...]) -> tuple[Table, ...]:
    """Events in months without days of care are left out of the rate."""
    units = {cell.unit_id for cell in cells}
    named = asked.session.execute(select(Unit.id, Unit.key, Unit.name).where(Unit.id.in_(units)))
    kinds = categories(asked, {cell.category for cell in cells}, asked.months)
    rates, note = _rates(asked)
    rows = [
        Row(key, name, (*_numbers(cells, unit, [kind for kind, _label in kinds]), rates.get(unit)))
        for unit, key, name in sorted(named, key=lambda unit: sort_key(unit.name))
    ]
    columns = (
        *(Column(key, label) for key, label in kinds),
        TOTAL,
        Column("serious", Message(_("Allvarlighetsgrad 3–4")), is_total=True),
        Column("rate", Message(_("Per 1 000 vårddygn")), Measure.RATE, is_total=True),
    )
    summed = with_total(rows)
    if summed and summed[-1].is_total:
        total = summed[-1]
        cells_of_total = (*total.cells[:-1], rates.get(None))
        summed = (*summed[:-1], Row(total.key, total.label, cells_of_total, is_total=True))
    return (
        Table(
            "by_unit", "D", Message(_("Ärenden per enhet")), Message(_("Enhet")), columns, summed,
            (note,),
        ),
    )  # fmt: skip


def _numbers(cells: tuple[Cell, ...], unit: int, kinds: list[str]) -> tuple[int, ...]:
    mine = [cell for cell in cells if cell.unit_id == unit]
    by_kind = (sum(c.sums["number"] for c in mine if c.category == kind) for kind in kinds)
    whole = sum(cell.sums["number"] for cell in mine)
    serious = sum(cell.sums["number"] for cell in mine if cell.severity >= SERIOUS_FROM)
    return (*by_kind, whole, serious)


def _rates(asked: Asked) -> tuple[dict[int | None, Number], Message]:
    """By unit, and under None for all of them together."""
    days = care_days(asked.session, asked.question, asked.units)
    if not days:
        return {}, Message(_("Vårddygn är inte inskrivna för perioden."))
    s = CaseSums
    rows = asked.session.execute(
        select(s.unit_id, func.sum(s.number))
        .where(asked.of(s), has_care_days(s.unit_id, asked.month(s)))
        .group_by(s.unit_id)
    )
    events = {unit: int(number) for unit, number in rows}
    rates: dict[int | None, Number] = {
        unit: events.get(unit, 0) * PER / number for unit, number in days.items()
    }
    rates[None] = sum(events.values()) * PER / sum(days.values())
    return rates, Message(_("Per 1 000 vårddygn räknas för de månader som har vårddygn inskrivna."))
