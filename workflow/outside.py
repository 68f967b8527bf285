"""What a routine says to others: who answers by a link, who is invited when, what it leads to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from workflow.facts import Facts, Item, Rule
from workflow.forms import Form


@dataclass(frozen=True)
class Office:
    """Who we are to people outside and the number they call; either may be empty."""

    organisation: str = ""
    phone: str = ""

    @property
    def dialled(self) -> str:
        """The number without what is there to be read only."""
        return "".join(each for each in self.phone if each in "+0123456789")


@dataclass(frozen=True)
class Party:
    """Somebody outside; `key` is the same through every meeting, `email` may be empty."""

    key: str
    name: str
    email: str


@dataclass(frozen=True)
class Replied:
    """What a party's own calendar answered: `outcome` is a PARTSTAT of RFC 5545, or COUNTER.

    `who` is empty when it is the invited address itself; the other texts may be too.
    """

    outcome: str
    at: datetime
    who: str = ""
    comment: str = ""
    delegate: str = ""
    proposed_at: datetime | None = None


@dataclass(frozen=True)
class ByLink:
    """How somebody outside answers a step: `form` is theirs, `filled` is what ours adds to it.

    `until` is when the link ends (UTC); `asks` is the page's heading, without patient data, and
    `told` are labelled lines that are shown after the second check only. `replied` fills in our
    form with what a calendar answered; None for what no calendar can answer.
    """

    asks: str
    who: Callable[[Facts, Item], Party | None]
    form: type[Form]
    filled: Callable[[datetime], Mapping[str, Any]]
    until: Callable[[Facts, Item, datetime], datetime]
    told: Callable[[Facts, Item], tuple[tuple[str, str], ...]]
    replied: Callable[[Replied], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Meeting:
    """A booked meeting and who is invited; `place` is of our own words, never typed text."""

    at: datetime
    minutes: int
    place: str
    parties: tuple[Party, ...]

    @property
    def ends(self) -> datetime:
        """When it is over; reckoned in UTC, as a clock may change meanwhile."""
        return self.at.astimezone(UTC) + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Opens:
    """Another kind of case, opened for the same patient the first time the rule holds.

    Fields named in `keeps` follow what is later said here, while it stands before state `until`.
    """

    key: str
    definition: str
    when: Rule
    opening: Callable[[Facts, datetime], Mapping[str, Any]]
    keeps: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True)
class ExternalDeviation:
    """An external deviation offered while the rule holds; `paragraph` is what was not followed.

    `to`, `text` and `on` fill it in. The text is Swedish, stored as if somebody had typed it, and
    names neither the patient nor anything that has been typed of the patient.
    """

    key: str
    label: str
    when: Rule
    paragraph: str
    to: Callable[[Facts], str]
    text: Callable[[Facts], str]
    on: Callable[[Facts], date | None]
