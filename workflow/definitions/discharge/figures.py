"""What the statistics count of a stay in hospital and of the home-coming."""

from collections.abc import Iterator
from datetime import datetime

from workflow.definitions.discharge.rules import BRANCHES, HOME_BEFORE_READY
from workflow.definitions.discharge.stay import (
    SIP_QUESTIONS,
    colour_of,
    home_at,
    moment_in,
    notice_late,
    own_colour_of,
    primary_care_told,
)  # fmt: skip
from workflow.facts import Facts
from workflow.figures import Figures, Tally
from workflow.moments import day_of

LONG_WAIT_DAYS = 3
"""LUS (2017:612) 5 kap. 4 §: what the municipality may have to pay for begins after them."""

CALLS = ("safety_call_24h", "primary_care_call_7d")
"""The steps that watch over the region's calls after the home-coming."""


def figures_of(facts: Facts, state: str) -> Figures:
    """Of the newest notice of readiness and home-coming, where there have been several."""
    return Figures(tallies=(*_admitted(facts), *_ready(facts), *_home(facts, state)))


def _admitted(facts: Facts) -> Iterator[Tally]:
    yield Tally("admitted")
    if notice_late(facts):
        yield Tally("notice_late")
    told = {step: facts.latest(step) for step in ("confirm_hsl", "confirm_social")}
    for step, answer in (told | {"confirm_primary_care": primary_care_told(facts)}).items():
        if answer:
            yield Tally(f"notice_{answer['confirmed']}", step)
    if own_colour_of(facts):
        yield Tally("colour_disputed")
    judged = [answer.data for step in SIP_QUESTIONS for answer in facts.every(step)]
    if judged:
        yield Tally("sip", "needed" if judged[-1]["sip_needed"] else judged[-1]["no_sip_reason"])


def _ready(facts: Facts) -> Iterator[Tally]:
    sent = _sent_at(facts)
    if sent is None:
        return
    yield Tally("ready", _weekday(sent))
    taken_back = sum(a.data["outcome"] == "not_ready" for a in facts.every("went_home"))
    if taken_back:
        yield Tally("taken_back", number=taken_back)
    for branch in BRANCHES:
        if answer := facts.latest(branch):
            yield Tally(f"branch_{answer['answer']}", branch)


def _home(facts: Facts, state: str) -> Iterator[Tally]:
    home = home_at(facts)
    if home is None:
        return
    yield Tally("home")
    yield Tally(f"home_{colour_of(facts) or 'none'}", _weekday(home))
    if sent := _sent_at(facts):
        days = max((day_of(home) - day_of(sent)).days, 0)
        yield Tally("home_after_notice")
        yield Tally("days_waited", number=days)
        if days > LONG_WAIT_DAYS:
            yield Tally("long_wait")
    if HOME_BEFORE_READY.test(facts):
        yield Tally("home_before_ready")
    for branch in BRANCHES:
        if not facts.this_round(branch):
            yield Tally("branch_silent", branch)
    for step in CALLS:
        if answer := facts.latest(step):
            yield Tally(f"after_home_{answer['outcome']}", step)
    if state == "readmitted":
        yield Tally("readmitted")


def _sent_at(facts: Facts) -> datetime | None:
    return moment_in(facts.latest("notice_ready"), "sent_at")


def _weekday(moment: datetime) -> str:
    return str(day_of(moment).weekday())
