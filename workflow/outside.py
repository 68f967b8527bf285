"""What a routine says to others: who answers by a link, who is invited when, what it leads to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.facts import Facts, Item, Rule
from workflow.forms import Form


@dataclass(frozen=True)
class Party:
    """Somebody outside; `key` is the same through every meeting, `email` may be empty."""

    key: str
    name: str
    email: str


@dataclass(frozen=True)
class ByLink:
    """How somebody outside answers a step: `form` is theirs, `filled` is what ours adds to it.

    `until` is when the link ends (UTC); `asks` is the page's heading, without patient data, and
    `told` are labelled lines that are shown after the second check only.
    """

    asks: str
    who: Callable[[Facts, Item], Party | None]
    form: type[Form]
    filled: Callable[[datetime], Mapping[str, Any]]
    until: Callable[[Facts, Item, datetime], datetime]
    told: Callable[[Facts, Item], tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Meeting:
    """A booked meeting and who is invited; `place` is of our own words, never typed text."""

    at: datetime
    minutes: int
    place: str
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class Opens:
    """Another kind of case, opened for the same patient the first time the rule holds."""

    key: str
    definition: str
    when: Rule
    opening: Callable[[Facts, datetime], Mapping[str, Any]]


@dataclass(frozen=True)
class Offer:
    """A letter offered while the rule holds, filled in beforehand and kept as a draft."""

    key: str
    label: str
    when: Rule
    to: str
    text: Callable[[Facts], str]
