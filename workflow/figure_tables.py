"""The tables that a routine makes of its own tallies, beside those that every kind has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Total:
    """A column with the sum of a figure's tallies, of these values alone if any are named."""

    label: str
    figure: str
    values: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The figure with its values."""
        return "_".join((self.figure, *self.values))


@dataclass(frozen=True)
class Quotient:
    """A column with one figure's sum over another's, empty where that is nothing."""

    label: str
    figure: str
    of: str

    @property
    def key(self) -> str:
        """Both figures."""
        return f"{self.figure}_per_{self.of}"


class Share(Quotient):
    """From 0 to 1."""


class MeanDays(Quotient):
    """A figure tallied in whole days."""


class MeanMinutes(Quotient):
    """A figure tallied in whole minutes."""


@dataclass(frozen=True)
class Timely:
    """A column with a number of steps; none named are those of the row's own key."""

    label: str
    steps: tuple[str, ...] = ()
    key: ClassVar[str]


class InTime(Timely):
    """Done by their due time."""

    key = "in_time"


class Late(Timely):
    """Done after it, or overdue and still undone."""

    key = "late"


FigureColumn = Total | Quotient | Timely


@dataclass(frozen=True)
class FigureTable:
    """Its rows are the tallies' values or steps' keys in `rows`; without any, months and a total.

    `named` makes a row of each value there is: organisations, called what somebody has typed. `of`
    is another kind of case and a category of it, to be counted instead of the routine's own.
    """

    key: str
    title: str
    columns: tuple[FigureColumn, ...]
    head: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    named: bool = False
    of: tuple[str, str] | None = None
