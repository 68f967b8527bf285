"""How many cases of each category, unit, subcategory and severity: most tables are its sides."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select

from cases.figure_sums import CaseSums
from cases.statistics.asked import Asked
from cases.statistics.tables import Number

K = TypeVar("K")

NUMBERS = (
    "number", "again", "looped", "closed", "closed_in_time", "closed_late", "assessed", "causes",
    "no_causes", "measures", "no_measures", "effect", "no_effect", "feedback", "no_feedback",
)  # fmt: skip
"""The columns of CaseSums that are added up."""

Sums = Counter[str]

SERIOUS_FROM = 3
"""Severity betydande, of four (domain: law-and-terms 4.1)."""


@dataclass(frozen=True)
class Cell:
    """Severity 0 is not assessed."""

    category: str
    unit_id: int
    subcategory: str
    severity: int
    sums: Sums


def cube(asked: Asked) -> tuple[Cell, ...]:
    """One query; all of the question's months together."""
    s = CaseSums
    keys = (s.category, s.unit_id, s.subcategory, s.severity)
    numbers = [func.sum(getattr(s, name)) for name in NUMBERS]
    rows = asked.session.execute(select(*keys, *numbers).where(asked.of(s)).group_by(*keys))
    return tuple(
        Cell(
            category,
            unit,
            subcategory,
            severity,
            Counter(dict(zip(NUMBERS, map(int, sums), strict=True))),
        )
        for category, unit, subcategory, severity, *sums in rows
    )


def side(cells: tuple[Cell, ...], key: Callable[[Cell], K]) -> Mapping[K, Sums]:
    """The cells with the same key added up; nothing for a key that there is not."""
    sides: dict[K, Sums] = defaultdict(Counter)
    for cell in cells:
        sides[key(cell)].update(cell.sums)
    return sides


def share(part: int, whole: int) -> Number:
    """None of nothing."""
    return part / whole if whole else None
