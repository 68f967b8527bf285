"""Who is called and to when, as the answers so far say."""

from dataclasses import dataclass
from datetime import UTC, datetime

from workflow.facts import Facts, Item

CALLS = ("call_by_law", "take_over_call", "call")
"""The steps whose form holds a call with its booked meeting."""

MOVES = ("settle_time", "hold_meeting")
"""The steps whose form books a new time when the meeting is moved."""


@dataclass(frozen=True)
class Party:
    """A called or invited organisation; `key` is the row's, `email` and `phone` may be empty."""

    key: str
    organisation: str
    is_called: bool
    contact: str
    email: str
    phone: str


@dataclass(frozen=True)
class Booking:
    """A booked meeting; `form` is a key of choices.PLACES and `place` may be a home address."""

    at: datetime
    minutes: int
    form: str
    place: str

    @property
    def key(self) -> str:
        """The minute in UTC, the same however the moment is written."""
        return self.at.astimezone(UTC).strftime("%Y%m%dT%H%M")


def parties_of(facts: Facts) -> tuple[Party, ...]:
    """Of the newest pre-planning, in the order they were written."""
    return tuple(
        Party(
            row["key"],
            row["organisation"],
            row["kind"] == "called",
            row["contact"],
            row.get("email", ""),
            row.get("phone", ""),
        )
        for row in facts.latest("pre_planning").get("parties", ())
    )


def booking_of(facts: Facts) -> Booking | None:
    """The newest booked time of any round; None before there is one and when it is cancelled."""
    for answer in reversed(facts.answers):
        if answer.step == "hold_meeting" and answer.data["outcome"] == "cancelled":
            return None
        if answer.step in (*CALLS, *MOVES) and (at := answer.data.get("meeting_at")):
            return Booking(
                datetime.fromisoformat(at),
                int(answer.data["minutes"]),
                answer.data["meeting_form"],
                answer.data.get("place", ""),
            )
    return None


def called_at(facts: Facts) -> datetime | None:
    """When the newest call went out, or None."""
    calls = [answer.data["called_at"] for answer in facts.answers if answer.step in CALLS]
    return datetime.fromisoformat(calls[-1]) if calls else None


def party_items(facts: Facts) -> tuple[Item, ...]:
    """Each party with the booked time in its key, so that a new time asks everybody again."""
    booking = booking_of(facts)
    if booking is None:
        return ()
    return tuple(
        Item(f"{party.key}-{booking.key}", party.organisation) for party in parties_of(facts)
    )


def party_of(facts: Facts, item: str) -> Party | None:
    """The party of an answer's item, or None when it has been taken away since."""
    return next((party for party in parties_of(facts) if item.startswith(f"{party.key}-")), None)


def proposals(facts: Facts) -> bool:
    """True when a party that is still called cannot come at the booked time but at another."""
    asked = {item.key for item in party_items(facts)}
    return any(
        answer.item in asked and answer.data["outcome"] == "proposes_another_time"
        for answer in facts.this_round("answer")
    )
