"""A table of the rules file that hands out checked values and notes what is wrong, in Swedish."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from workflow.basis import Basis, BasisKind

LONGEST_TEXT = 300

Named = TypeVar("Named", bound=StrEnum)


class Table:
    """Every method answers None for what is missing or wrong, after noting why in `faults`."""

    def __init__(self, place: str, values: Mapping[str, Any], faults: list[str]) -> None:
        self.place = place
        self.values = values
        self.faults = faults

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def fault(self, key: str, words: str) -> None:
        """Notes the fault at the key's place in the file."""
        self.faults.append(f"{self._place_of(key)}: {words}")

    def know_only(self, keys: Iterable[str]) -> None:
        """Notes every other key as unknown."""
        known = list(keys)
        for key in self.values:
            if key not in known:
                self.fault(key, f"finns inte. Det här går att ange: {', '.join(known) or 'inget'}.")

    def table(self, key: str) -> "Table":
        """An empty table when there is none."""
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            self.fault(key, "ska vara en tabell med egna rader.")
            values = {}
        return Table(self._place_of(key), values, self.faults)

    def tables(self, key: str) -> list["Table"]:
        """The tables of a list, each with its place in it counted from 1."""
        rows = self.values.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fault(key, "ska vara en lista med tabeller.")
            rows = []
        return [
            Table(f"{self._place_of(key)}[{n}]", row, self.faults) for n, row in enumerate(rows, 1)
        ]

    def text(self, key: str) -> str | None:
        """One line of at most 300 characters."""
        value = self.values.get(key)
        if value is None:
            self.fault(key, "saknas.")
        elif not isinstance(value, str) or not value.strip():
            self.fault(key, "ska vara en text.")
        elif not value.isprintable() or len(value) > LONGEST_TEXT:
            self.fault(key, f"ska vara en rad med högst {LONGEST_TEXT} tecken.")
        else:
            return value.strip()
        return None

    def basis(self) -> Basis | None:
        """The source that each value needs."""
        if "basis" not in self:
            self.fault(
                "basis", "saknas. Skriv vilket beslut eller vilken rutin värdet kommer från."
            )
            return None
        text = self.text("basis")
        return Basis(BasisKind.LOCAL, text) if text else None

    def whole(self, key: str, lo: int, hi: int) -> int | None:
        """A whole number from lo to hi."""
        value = self.values.get(key)
        if value is None:
            self.fault(key, "saknas.")
        elif not isinstance(value, int) or isinstance(value, bool):
            self.fault(key, "ska vara ett heltal.")
        elif not lo <= value <= hi:
            self.fault(key, f"ska vara från {lo} till {hi}, inte {value}.")
        else:
            return value
        return None

    def one_of(self, key: str, kind: type[Named]) -> Named | None:
        """A member of the enumeration, by its value."""
        value = self.text(key)
        if value is None:
            return None
        if value not in [*kind]:
            self.fault(key, f"{value} finns inte. Välj någon av: {', '.join(kind)}.")
            return None
        return kind(value)

    def clock(self, key: str) -> time | None:
        """A text such as "07:00"."""
        return self._as_clock(key, self.values.get(key))

    def clocks(self, key: str) -> list[time]:
        """A list of such texts; what is wrong among them is left out."""
        values = self.values.get(key)
        if not isinstance(values, list) or not values:
            self.fault(key, 'ska vara en lista med klockslag, till exempel ["07:00", "13:00"].')
            return []
        return [clock for value in values if (clock := self._as_clock(key, value))]

    def day(self, key: str) -> date | None:
        """A date written without quotation marks, as TOML has it."""
        value = self.values.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.fault(key, "ska vara ett datum utan citattecken, till exempel 2026-12-23.")
        return None

    def _as_clock(self, key: str, value: Any) -> time | None:
        try:
            return datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007  a time has no zone
        except (TypeError, ValueError):
            self.fault(key, 'ska vara ett klockslag, till exempel "07:00".')
            return None

    def _place_of(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key
