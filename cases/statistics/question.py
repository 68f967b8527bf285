"""What is asked of the statistics."""

from dataclasses import dataclass
from enum import StrEnum

from cases.figures import LIVING


class CountedBy(StrEnum):
    """Whether a case belongs to the month of its event or of its report."""

    EVENT = "event"
    REPORT = "report"


@dataclass(frozen=True)
class Question:
    """Months `first` to `last`, both included, are year * 100 + month in Stockholm.

    No `unit` means every unit that the reader may see; `edition` is a frozen year's.
    """

    definition: str
    first: int
    last: int
    counted_by: CountedBy = CountedBy.EVENT
    unit: int | None = None
    category: str = ""
    edition: int = LIVING

    @classmethod
    def year(cls, definition: str, year: int) -> "Question":
        """January to December, by event, everywhere."""
        return cls(definition, year * 100 + 1, year * 100 + 12)
