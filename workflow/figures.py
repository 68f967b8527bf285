"""What a routine says of a case to the statistics: keys and numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflow.basis import Basis


@dataclass(frozen=True)
class Tally:
    """A number under a figure, and under one of its values where it has several.

    A value is a key or an organisation's name (at most 80 characters), the only typed text here.
    """

    figure: str
    value: str = ""
    number: int = 1


@dataclass(frozen=True)
class Figures:
    """A case that is not `counted` was opened by mistake.

    The four flags are None where the routine has no such thing; a `tallies` pair of figure and
    value comes once.
    """

    counted: bool = True
    subcategory: str = ""
    severity: int | None = None
    probability: int | None = None
    has_causes: bool | None = None
    has_measures: bool | None = None
    effect_followed_up: bool | None = None
    feedback_given: bool | None = None
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True)
class ClosedWithin:
    """The hours from the report in which a whole case should be closed, with their source."""

    hours: int
    basis: Basis


@dataclass(frozen=True)
class Counting:
    """By what a routine's cases are told apart; labels by key, empty where it has no such thing.

    `subcategories` are by category. `causes` are values of the figure CAUSE. `valid` gives the
    categories that an event of the day is counted under.
    """

    subcategories: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)
    valid: Callable[[date], Mapping[str, str]] | None = None
    closed_within: ClosedWithin | None = None


CAUSE = "cause"
"""The figure that tallies the areas of what caused it."""
