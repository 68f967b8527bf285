"""The SIP routine, walked through its own forms as sip.md tells it."""

from datetime import timedelta

import pytest

from tests.workflow.sipping import (
    CLINIC,
    ENGINE,
    PARTIES,
    SCHOOL,
    WARD,
    Sip,
    at,
    due_of,
    end_of,
    party,
)
from workflow.definitions.sip.parties import booking_of, party_of
from workflow.engine import StepRef


def test_a_plain_sip_passes_every_state_to_the_end():
    walk = at("closed")
    assert walk.path == [
        "consent", "calling", "answers", "meeting", "plan", "follow_up", "closed",
    ]  # fmt: skip
    assert (walk.round, walk.open) == (1, {})


def test_a_need_judged_not_to_be_one_ends_there_and_is_a_state_of_its_own():
    walk = Sip()
    walk.do("assess_need", outcome="no_need", reason="En huvudman räcker.", told="Personen.")
    assert (walk.state, walk.open) == ("no_need", {})


def test_a_person_who_declines_ends_it_and_one_who_cannot_consent_does_not():
    walk = at("consent")
    walk.do("consent", consent="declined", why_declined="Vill inte.")
    assert (walk.state, walk.open) == ("declined", {})
    walk = at("consent")
    walk.do("consent", consent="cannot", handling="God man företräder.")
    assert walk.state == "calling"


def test_outside_discharge_the_call_waits_for_the_pre_planning_but_its_clock_does_not():
    walk = at("calling")
    assert walk.open_keys == ["pre_planning"]
    walk.now += timedelta(days=1)
    walk.do("pre_planning")
    assert walk.open_keys == ["call"]
    assert due_of(walk, "call") == end_of("2026-12-01")


def test_every_party_answers_also_one_that_is_only_invited():
    walk = at("answers")
    booking = booking_of(walk.facts)
    assert booking
    assert walk.items("answer") == [f"{CLINIC}-{booking.key}", f"{SCHOOL}-{booking.key}"]
    assert [o.item.label for o in walk.open.values()] == ["Linden", "Exempelskolan"]
    first, second = walk.items("answer")
    walk.do("answer", first)
    assert walk.state == "answers"
    walk.do("answer", second, outcome="no_answer", reason="Ringt två gånger.")
    assert walk.state == "meeting"


def test_an_item_names_its_party_until_the_party_is_taken_away():
    walk = at("answers")
    clinic = party_of(walk.facts, walk.items("answer")[0])
    assert clinic
    assert (clinic.organisation, clinic.is_called) == ("Linden", True)
    gone = walk.items("answer")[1]
    walk.change("pre_planning", parties=PARTIES[:1])
    assert party_of(walk.facts, gone) is None


def test_a_party_taken_away_after_it_answered_stays_in_the_log_and_asks_nothing_more():
    walk = at("answers")
    clinic, school = walk.items("answer")
    walk.do("answer", school, outcome="declines", reason="Sportlov")
    outcome = walk.change("pre_planning", parties=PARTIES[:1])
    assert (outcome.not_needed, walk.items("answer")) == ((), [clinic])
    assert walk.facts.latest("answer", school)["reason"] == "Sportlov"
    walk.do("answer", clinic)
    assert walk.state == "meeting"


def test_a_party_taken_away_before_it_answered_is_not_waited_for():
    walk = at("answers")
    clinic, school = walk.items("answer")
    walk.do("answer", clinic)
    outcome = walk.change("pre_planning", parties=PARTIES[:1])
    assert outcome.not_needed == (StepRef("answer", school),)
    assert walk.state == "meeting"


def test_a_party_added_while_answers_come_is_asked_too():
    walk = at("answers")
    more = [*PARTIES, party(WARD, "Avdelning 2")]
    walk.change("pre_planning", parties=more)
    assert [item[:8] for item in walk.items("answer")] == [CLINIC, SCHOOL, WARD]


def test_the_meeting_is_due_on_its_booked_day():
    assert due_of(at("meeting"), "hold_meeting") == end_of("2026-12-08")


def test_the_plan_is_due_five_working_days_after_the_meeting_was_held():
    walk = at("meeting")
    held = walk.now + timedelta(days=14)
    walk.now = held + timedelta(days=3)
    walk.do("hold_meeting", held_at=held.isoformat())
    assert due_of(walk, "write_plan") == end_of("2026-12-15")


def test_each_responsible_confirms_and_copies_go_out_when_all_have():
    walk = at("plan")
    walk.do("write_plan")
    hers, his = walk.items("confirm_part")
    assert [o.item.label for o in walk.open.values()] == ["Hemtjänsten, Cilla", "Linden, Kim"]
    walk.do("confirm_part", hers)
    assert walk.open_keys == ["confirm_part"]
    walk.do("confirm_part", his)
    assert walk.open_keys == ["send_copies"]
    walk.do("send_copies")
    assert walk.state == "follow_up"


def test_somebody_with_two_efforts_confirms_them_together():
    walk = at("plan")
    efforts = [effort | {"organisation": "LINDEN", "responsible": "kim"} for effort in
               walk.efforts()]  # fmt: skip
    walk.do("write_plan", efforts=efforts)
    assert len(walk.items("confirm_part")) == 1


def test_the_follow_up_is_due_on_the_day_of_the_plan():
    walk = at("follow_up")
    assert walk.open_keys == ["follow_up_together"]
    assert due_of(walk, "follow_up_together") == end_of("2027-02-22")


@pytest.mark.parametrize("reason", ["goals_met", "no_longer_needed", "moved", "deceased"])
def test_a_follow_up_closes_with_its_reason(reason: str):
    walk = at("follow_up")
    walk.do("follow_up_together", closing_reason=reason)
    assert walk.state == "closed"


def test_consent_taken_back_at_the_follow_up_ends_as_when_it_is_taken_back_at_any_other_time():
    walk = at("follow_up")
    walk.do("follow_up_together", closing_reason="consent_withdrawn")
    assert walk.state == "consent_withdrawn"


@pytest.mark.parametrize(
    ("action", "end"),
    [
        ("withdraw_consent", "consent_withdrawn"),
        ("close_early", "closed"),
        ("withdraw", "withdrawn"),
    ],
)
def test_an_action_ends_the_case_and_all_its_open_steps_from_any_state(action: str, end: str):
    for state in ENGINE.definition.states:
        if state.then:
            walk = at(state.key)
            open_before = tuple(sorted(walk.open))
            assert walk.act(action).not_needed == open_before
            assert (walk.state, walk.open) == (end, {})
