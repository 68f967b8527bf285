"""Table C: what went wrong within a category, by how serious it was."""

from collections.abc import Callable

from cases.statistics.asked import Asked
from cases.statistics.cube import SERIOUS_FROM, Cell
from cases.statistics.tables import Column, Row, Table
from cases.statistics.totals import TOTAL, with_total
from workflow.messages import Message
from workflow.words import _

_SEVERITIES: tuple[tuple[str, str, Callable[[int], bool]], ...] = (
    ("serious", _("Allvarliga (3–4)"), lambda severity: severity >= SERIOUS_FROM),
    ("minor", _("Mindre allvarliga (1–2)"), lambda severity: 0 < severity < SERIOUS_FROM),
    ("not_assessed", _("Inte riskbedömda"), lambda severity: severity == 0),
)


def by_subcategory(asked: Asked, cells: tuple[Cell, ...]) -> tuple[Table, ...]:
    """One for each category that has subcategories."""
    definition, chosen = asked.definition, asked.question.category
    return tuple(
        _table(category, definition.categories[category], {**labels, "": _("Inte angivet")}, cells)
        for category, labels in definition.counting.subcategories.items()
        if chosen in {"", category}
    )


def _table(category: str, name: str, labels: dict[str, str], cells: tuple[Cell, ...]) -> Table:
    mine = [cell for cell in cells if cell.category == category]
    rows = [
        Row(key, Message(label), _numbers([cell for cell in mine if cell.subcategory == key]))
        for key, label in labels.items()
        if key or any(not cell.subcategory for cell in mine)
    ]
    return Table(
        f"subcategories-{category}",
        "C",
        Message(_("%(category)s: vad som blev fel, och hur allvarligt"), category=Message(name)),
        Message(_("Vad som blev fel")),
        (*(Column(key, Message(label)) for key, label, _is in _SEVERITIES), TOTAL),
        with_total(rows, across=True),
    )


def _numbers(cells: list[Cell]) -> tuple[int, ...]:
    return tuple(
        sum(cell.sums["number"] for cell in cells if is_such(cell.severity))
        for _key, _label, is_such in _SEVERITIES
    )
