"""What the statistics count of a SIP, from the need that was seen to the last follow-up."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from workflow.deadlines import sip_call
from workflow.definitions.sip.efforts import efforts_of, outcomes_of, verdicts_of
from workflow.definitions.sip.parties import CALLS, MOVES, Party, parties_of
from workflow.facts import Answer, Facts
from workflow.figures import Figures, Tally
from workflow.holidays import BY_LAW

LONGEST_NAME = 80
"""An organisation's name is cut to what a tally holds."""

CALLED_BY = {
    "call_by_law": "region",
    "take_over_call": "taken_over",
    "call": "municipality",
}
"""Who has called, by the step that says so."""

_CAME = ("came", "sent_another")
_FOUR_POINTS = ("needed_efforts", "efforts", "measures_by_others", "overall_principal")
"""HSL (2017:30) 16:4 and SoL (2025:400) 10:8."""

Counted = Iterator[tuple[str, str, int]]
"""Figure, value and number; those of the same figure and value are added up."""


@dataclass(frozen=True)
class Called:
    """A call, whom it went to, the answers after it, and what was known when the next was made."""

    by: Answer
    parties: tuple[Party, ...]
    after: tuple[Answer, ...]
    then: Facts


def figures_of(facts: Facts, state: str) -> Figures:
    """A withdrawn case was opened by mistake."""
    numbers: Counter[tuple[str, str]] = Counter()
    for figure, value, number in _counted(facts, state):
        numbers[figure, value] += number
    return Figures(
        counted=state != "withdrawn",
        tallies=tuple(Tally(*what, number) for what, number in numbers.items()),
    )


def _counted(facts: Facts, state: str) -> Counted:
    yield from _before_the_call(facts)
    calls = list(_calls(facts))
    yield from _by_law(facts, calls)
    for call in calls:
        yield "call", CALLED_BY[call.by.step], 1
        for party in call.parties:
            yield from _of_party(call, party)
        yield from _meetings(call)
        yield from _plan(call)
    yield from _follow_ups(facts)
    if state in ("closed", "declined", "no_need", "consent_withdrawn"):
        yield "ended", state, 1


def _before_the_call(facts: Facts) -> Counted:
    if facts.opening.get("assessed"):
        yield "need", "needed", 1
    elif outcome := facts.latest("assess_need").get("outcome"):
        yield "need", outcome, 1
    if consent := facts.latest("consent").get("consent"):
        yield "consent", consent, 1


def _calls(facts: Facts) -> Iterator[Called]:
    """The region may call before the parties are known; they are by the first reply."""
    places = [place for place, answer in enumerate(facts.answers) if answer.step in CALLS]
    for place, end in pairwise([*places, len(facts.answers)]):
        after = facts.answers[place + 1 : end]
        replies = (n for n, a in enumerate(after) if a.step in ("answer", "hold_meeting"))
        first = place + 1 + next(replies, len(after))
        parties = parties_of(replace(facts, answers=facts.answers[:first]))
        then = replace(facts, answers=facts.answers[:end])
        yield Called(facts.answers[place], parties, after, then)


def _by_law(facts: Facts, calls: Sequence[Called]) -> Counted:
    """By when the first call was sent, whenever that was written down."""
    notice = facts.opening.get("discharge_notice_at")
    if notice and calls:
        due = sip_call(datetime.fromisoformat(notice), BY_LAW).due
        yield "call_by_law", "in_time" if due and calls[0].by.at <= due else "late", 1


def _of_party(call: Called, party: Party) -> Counted:
    answers = [a for a in call.after if a.step == "answer" and a.item.startswith(f"{party.key}-")]
    if answers:
        kind = "called_answer" if party.is_called else "invited_answer"
        yield kind, answers[-1].data["outcome"], 1
    if not party.is_called:
        return
    organisation = party.organisation[:LONGEST_NAME].strip()
    yield "organisation_called", organisation, 1
    given = [a for a in answers if a.data["outcome"] != "no_answer"]
    if given:
        waited = max(int((given[0].at - call.by.at).total_seconds()) // 60, 0)
        yield "organisation_answered", organisation, 1
        yield "organisation_minutes", organisation, waited
    if any(row.get("party") == party.key and row["came"] in _CAME for row in _attendance(call)):
        yield "organisation_came", organisation, 1


def _attendance(call: Called) -> Iterator[dict[str, str]]:
    for answer in call.after:
        if answer.step == "hold_meeting":
            yield from answer.data.get("attendance", ())


def _meetings(call: Called) -> Counted:
    for answer in call.after:
        if answer.step in MOVES and answer.data["outcome"] in ("moved", "cancelled"):
            yield "not_held", answer.data["outcome"], 1
        elif answer.step == "hold_meeting":
            yield "meeting", answer.data["held_form"], 1
            if answer.data["person_took_part"] != "absent":
                yield "person_took_part", "", 1


def _plan(call: Called) -> Counted:
    """As it stood in the end: one that is changed is the same plan still."""
    plans = [answer.data for answer in call.after if answer.step == "write_plan"]
    if not plans:
        return
    yield "plan", "", 1
    if all(plans[-1].get(point) for point in _FOUR_POINTS):
        yield "plan_with_four_points", "", 1
    if any(a.data["person_got_it"] for a in call.after if a.step == "send_copies"):
        yield "plan_given_to_person", "", 1
    verdicts, outcomes = verdicts_of(call.then), outcomes_of(call.then)
    for effort in efforts_of(call.then):
        yield "effort", "", 1
        if verdicts.get(effort.key):
            yield "effort_confirmed", "", 1
        if outcomes.get(effort.key) == "done":
            yield "effort_done", "", 1


def _follow_ups(facts: Facts) -> Counted:
    for answer in facts.every("follow_up_together"):
        yield "follow_up", answer.data["next"], 1
