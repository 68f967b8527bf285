"""What is known of a case, as the rules of a definition see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.roles import Role


@dataclass(frozen=True)
class Answer:
    """A done step's form as stored (JSON values: times and dates are ISO 8601 text)."""

    step: str
    item: str
    round: int
    data: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Facts:
    """The opening form and every answer since, oldest first; corrections already applied."""

    opening: Mapping[str, Any]
    opened_at: datetime
    answers: tuple[Answer, ...] = ()
    round: int = 1
    thresholds: Mapping[str, int] = field(default_factory=dict)
    ran_out: frozenset[str] = frozenset()
    """Steps of this round whose time has passed unanswered, for steps marked `moves_on`."""

    def latest(self, step: str, item: str = "") -> Mapping[str, Any]:
        """The newest answer of any round; an empty mapping where there is none."""
        for answer in reversed(self.answers):
            if answer.step == step and answer.item == item:
                return answer.data
        return {}

    def this_round(self, step: str) -> tuple[Answer, ...]:
        """Answers given since the case last went back to an earlier state."""
        return tuple(a for a in self.answers if a.step == step and a.round == self.round)

    def every(self, step: str) -> tuple[Answer, ...]:
        """Answers of all rounds and items, oldest first."""
        return tuple(a for a in self.answers if a.step == step)

    def answered(self, step: str, item: str = "") -> bool:
        """True when the step has been done in any round."""
        return any(a.step == step and a.item == item for a in self.answers)

    def moment_of(self, step: str, item: str = "") -> datetime | None:
        """When the newest answer was given, or None."""
        for answer in reversed(self.answers):
            if answer.step == step and answer.item == item:
                return answer.at
        return None


@dataclass(frozen=True)
class Rule:
    """A condition; the label completes the Swedish sentence "om …"."""

    label: str
    test: Callable[[Facts], bool]


@dataclass(frozen=True)
class Item:
    """One of several things a step is repeated for; `key` is stored, `label` may hold free text."""

    key: str
    label: str
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Each:
    """What a step is repeated for, for example every involved profession."""

    key: str
    label: str
    items: Callable[[Facts], tuple[Item, ...]]
