"""What the parties of a SIP answer themselves, and what they are told before they do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from workflow.definitions.sip.answers import PartyAnswer
from workflow.definitions.sip.choices import PLACES
from workflow.definitions.sip.efforts import parts_of
from workflow.definitions.sip.parties import booking_of, parties_of, party_of
from workflow.definitions.sip.plan import PartConfirmation
from workflow.facts import Facts, Item
from workflow.outside import ByLink, Meeting, Party, Replied
from workflow.words import _

CONFIRM_WITHIN = timedelta(days=30)
"""How long a link to confirm a part of the plan lives; our proposal."""


def meeting_of(facts: Facts) -> Meeting | None:
    """The booked meeting with everybody called or invited."""
    booking = booking_of(facts)
    if booking is None:
        return None
    parties = tuple(Party(p.key, p.organisation, p.email) for p in parties_of(facts))
    return Meeting(booking.at, booking.minutes, PLACES[booking.form], parties)


def _asked(facts: Facts, item: Item) -> Party | None:
    party = party_of(facts, item.key)
    return Party(party.key, party.organisation, party.email) if party else None


def _until_the_meeting(facts: Facts, _item: Item, now: datetime) -> datetime:
    booking = booking_of(facts)
    return booking.at if booking else now


def _about_the_meeting(facts: Facts, _item: Item) -> tuple[tuple[str, str], ...]:
    booking = booking_of(facts)
    place = booking.place if booking else ""
    told = (
        (_("Mötets frågor"), facts.latest("pre_planning").get("questions", "")),
        (_("Plats, telefonnummer eller länk"), place),
    )
    return tuple((label, text) for label, text in told if text)


def _responsible(facts: Facts, item: Item) -> Party | None:
    """The called party of the same organisation, if it has an address."""
    efforts = parts_of(facts).get(item.key)
    if not efforts:
        return None
    whose = efforts[0].organisation.casefold()
    same = (p for p in parties_of(facts) if p.organisation.casefold() == whose)
    return next((Party(p.key, p.organisation, p.email) for p in same), None)


def _came_by_link(now: datetime) -> Mapping[str, Any]:
    return {"came_by": "link", "answered_at": now.isoformat()}


def _came_by_calendar(reply: Replied) -> Mapping[str, Any]:
    """A "maybe" chooses no answer: the coordinator asks what it means."""
    outcomes = {
        "ACCEPTED": "attends",
        "DECLINED": "declines",
        "DELEGATED": "sends_another",
        "COUNTER": "proposes_another_time",
    }
    outcome = outcomes.get(reply.outcome)
    proposed = reply.proposed_at.isoformat() if reply.proposed_at else None
    said = {
        "outcome": outcome,
        "answered_by": reply.who,
        "who_comes": reply.delegate,
        "reason" if outcome == "declines" else "message": reply.comment,
        "proposed_at": proposed,
        "came_by": "mail",
        "answered_at": reply.at.isoformat(),
    }
    return {name: value for name, value in said.items() if value}


ANSWER = ByLink(
    asks=_("Kan ni komma till SIP-mötet?"),
    who=_asked,
    form=PartyAnswer,
    filled=_came_by_link,
    until=_until_the_meeting,
    told=_about_the_meeting,
    replied=_came_by_calendar,
)
CONFIRMATION = ByLink(
    asks=_("Bekräftar ni er del av planen?"),
    who=_responsible,
    form=PartConfirmation,
    filled=_came_by_link,
    until=lambda _facts, _item, now: now + CONFIRM_WITHIN,
    told=lambda facts, _item: ((_("Planens mål"), facts.latest("write_plan").get("goals", "")),),
)
