"""What somebody asks of the statistics, as it stands in an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from cases.figures import LIVING
from cases.statistics.question import CountedBy, Question

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


def month_in(text: str, otherwise: int) -> int:
    """A month written "2026-01"."""
    found = _MONTH.fullmatch(text)
    return int(found[1]) * 100 + int(found[2]) if found else otherwise


def written(month: int) -> str:
    """A month as an address has it, "2026-01"."""
    return f"{month // 100}-{month % 100:02}"


@dataclass(frozen=True)
class Chosen:
    """Months are both included; `living` asks for figures of now though the year is frozen.

    `unit` and `category` are keys, and empty for all.
    """

    definition: str
    first: int
    last: int
    unit: str = ""
    category: str = ""
    counted_by: CountedBy = CountedBy.EVENT
    published: bool = False
    living: bool = False

    @classmethod
    def of(cls, sent: Mapping[str, str], definition: str, today: date) -> "Chosen":
        """This year so far where no months are named; they may stand in either order."""
        first = month_in(sent.get("fran", ""), today.year * 100 + 1)
        last = month_in(sent.get("till", ""), today.year * 100 + 12)
        return cls(
            definition=sent.get("slag", definition),
            first=min(first, last),
            last=max(first, last),
            unit=sent.get("enhet", ""),
            category=sent.get("typ", ""),
            counted_by=CountedBy.REPORT if sent.get("raknat") == "report" else CountedBy.EVENT,
            published=sent.get("sma") == "dolda",
            living=sent.get("siffror") == "levande",
        )

    @property
    def year(self) -> int | None:
        """The year within which all months lie, and None when they do not."""
        return self.first // 100 if self.first // 100 == self.last // 100 else None

    @property
    def whole_year(self) -> int | None:
        """The year that the months are, from January to December."""
        return self.year if (self.first % 100, self.last % 100) == (1, 12) else None

    @property
    def address(self) -> dict[str, str]:
        """What an address must name to ask for the same; what goes without saying is left out."""
        named = {
            "slag": self.definition, "fran": written(self.first), "till": written(self.last),
            "enhet": self.unit, "typ": self.category,
            "raknat": "report" if self.counted_by is CountedBy.REPORT else "",
            "sma": "dolda" if self.published else "",
            "siffror": "levande" if self.living else "",
        }  # fmt: skip
        return {name: value for name, value in named.items() if value}

    def in_year(self, year: int) -> "Chosen":
        """The same of another whole year."""
        return replace(self, first=year * 100 + 1, last=year * 100 + 12, living=False)

    def question(self, unit: int | None, edition: int = LIVING) -> Question:
        """With the unit's id."""
        return Question(
            self.definition, self.first, self.last, self.counted_by, unit, self.category, edition
        )
