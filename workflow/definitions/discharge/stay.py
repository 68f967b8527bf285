"""What the case says of the hospital stay: times, days, colour, contact."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from workflow.deadlines import elapsed
from workflow.facts import Facts
from workflow.moments import day_of

NOTICE_HOURS = 24
"""LUS (2017:612) 2 kap. 3 §."""

SIP_QUESTIONS = ("sip_needed", "sip_needed_at_home")
"""The steps whose form holds sip_needed; a true there opens a SIP."""


def moment_in(data: Mapping[str, Any], name: str) -> datetime | None:
    """A stored point in time, or None where it is not told."""
    told = data.get(name)
    return datetime.fromisoformat(told) if told else None


def notice_late(facts: Facts) -> bool:
    """True when the admission notice was sent more than 24 hours after what it is counted from."""
    opening = facts.opening
    start = moment_in(opening, "need_judged_at") or moment_in(opening, "admitted_at")
    sent = moment_in(opening, "notice_sent_at")
    if start is None or sent is None:
        return False
    due = elapsed(start, NOTICE_HOURS).due
    return due is not None and sent > due


def estimate_of(facts: Facts) -> date | None:
    """The estimated day of discharge as last told by the hospital."""
    told = [facts.opening, *(answer.data for answer in facts.every("new_estimate"))]
    day = told[-1].get("estimated_discharge")
    return date.fromisoformat(day) if day else None


def colour_of(facts: Facts) -> str | None:
    """The hospital's colour as last set, in whichever form it was told."""
    return _colour_told(facts).get("colour")


def own_colour_of(facts: Facts) -> str | None:
    """The municipality's colour where it sees another than the hospital's."""
    own = _colour_told(facts).get("own_colour")
    return None if own == "same" else own


def _colour_told(facts: Facts) -> Mapping[str, Any]:
    told = [a.data for a in facts.answers if a.step in ("set_colour", "notice_ready")]
    return next((data for data in reversed(told) if "colour" in data), {})


def care_contact_of(facts: Facts) -> str:
    """Name and unit as primary care confirmed them, or empty."""
    confirmed = ("primary_care_late", "confirm_primary_care")
    told = (facts.latest(step).get("care_contact", "") for step in confirmed)
    return next((contact for contact in told if contact), "")


def primary_care_told(facts: Facts) -> Mapping[str, Any]:
    """The newest answer about primary care's confirmation; empty before the first."""
    return facts.latest("primary_care_late") or facts.latest("confirm_primary_care")


def leaving(facts: Facts) -> Mapping[str, Any]:
    """What is told of the home-coming in this round; empty before it."""
    answers = facts.this_round("went_home")
    return answers[-1].data if answers else {}


def home_at(facts: Facts) -> datetime | None:
    """When the patient came home, or None before that."""
    return moment_in(leaving(facts), "home_at")


def withdrawn_at(facts: Facts) -> datetime | None:
    """When the hospital last took back a notice of readiness."""
    return moment_in(facts.latest("went_home"), "withdrawn_at")


def last_readmission_day(facts: Facts) -> date | None:
    """The last day on which a new stay counts as a readmission."""
    home = home_at(facts)
    if home is None:
        return None
    return day_of(home) + timedelta(days=facts.thresholds["readmission_days"])


def sip_is_due(facts: Facts) -> bool:
    """True when somebody has judged that the patient needs a SIP."""
    return any(a.data.get("sip_needed") for step in SIP_QUESTIONS for a in facts.every(step))


def sip_is_judged(facts: Facts) -> bool:
    """True when somebody has said whether the patient needs a SIP, whatever they said."""
    return any(facts.answered(step) for step in SIP_QUESTIONS)
