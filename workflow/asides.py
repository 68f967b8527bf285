"""What a case page tells beside the steps, as its routine reckons it from this case and others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from workflow.answers import Piece
from workflow.explanation import Explanation
from workflow.facts import Facts
from workflow.holidays import WorkingCalendar


@dataclass(frozen=True)
class AsideLine:
    """A label with what stands under it, each piece a line of its own."""

    label: str
    pieces: tuple[Piece | Explanation, ...]


@dataclass(frozen=True)
class Aside:
    """`key` is the section's address on the page."""

    key: str
    heading: str
    lines: tuple[AsideLine, ...]


class Around(Protocol):
    """A case with what surrounds it; nothing is read before it is asked for."""

    @property
    def facts(self) -> Facts:
        """Of the case itself."""

    @property
    def now(self) -> datetime:
        """Aware."""

    @property
    def ended_at(self) -> datetime | None:
        """None while the case is open."""

    @property
    def calendar(self) -> WorkingCalendar:
        """With the municipality's own closed days."""

    def setting(self, key: str) -> Any:
        """The value in force of one of the routine's own settings."""

    def linked(self, definition: str) -> tuple[Facts, ...]:
        """Of every linked case of that kind."""

    def alike(self, steps: tuple[str, ...], since: date) -> Iterable[Facts]:
        """Of every case of the same kind, with the answers to those steps alone.

        Cases opened before `since` are left out.
        """
