"""What a deadline rule answers, and the same as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self

from workflow.explanation import Explanation
from workflow.holidays import STOCKHOLM

MOMENTS = ("start", "target", "due", "legal_latest")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Moments are whole seconds in UTC; `due` is the last one in time, None only for liability."""

    rule: str
    start: datetime
    target: datetime | None = None
    due: datetime | None = None
    legal_latest: datetime | None = None
    liable_from: date | None = None
    why: Explanation

    def as_json(self) -> dict[str, Any]:
        """The keys that apply; moments as ISO 8601 with Stockholm's offset."""
        moments = {name: getattr(self, name) for name in MOMENTS}
        return {
            "rule": self.rule,
            **{name: m.astimezone(STOCKHOLM).isoformat() for name, m in moments.items() if m},
            **({"liable_from": self.liable_from.isoformat()} if self.liable_from else {}),
            "why": {"sv": self.why.sv, "en": self.why.en},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The clock whose as_json() is `data`."""
        liable_from = data.get("liable_from")
        return cls(
            rule=data["rule"],
            why=Explanation(**data["why"]),
            liable_from=date.fromisoformat(liable_from) if liable_from else None,
            **{
                name: datetime.fromisoformat(data[name]).astimezone(UTC)
                for name in MOMENTS
                if name in data
            },
        )
