"""The forms of the call, the answers and the meeting: times ahead, and what each answer needs."""

from datetime import timedelta
from typing import Any

import pytest
from marshmallow import ValidationError

from tests.workflow.sip_answers import ANSWERS, MISSING, NOW, errors, facts, form_of, load, stored
from workflow.definitions.sip.answers import PartyAnswer


@pytest.mark.parametrize("step", ["call", "take_over_call", "call_by_law"])
@pytest.mark.parametrize(
    ("meeting", "allowed"),
    [
        ("2025-11-24T13:00", False),
        ("2026-11-17T10:00", False),
        ("2026-11-17T10:01", True),
        ("2027-05-17T23:00", True),
        ("2027-05-18T00:00", False),
        ("2062-11-24T13:00", False),
    ],
)
def test_a_meeting_is_after_its_call_and_within_six_months(step: str, meeting: str, allowed: bool):
    if allowed:
        assert load(step, meeting_at=meeting)
    else:
        assert errors(step, meeting_at=meeting).keys() == {"meeting_at"}


def test_a_meeting_is_not_booked_at_an_hour_that_the_change_of_clocks_leaps_over():
    found = errors("call", meeting_at="2027-03-28T02:30")
    assert found == {"meeting_at": ["Klockslaget finns inte: klockan ställdes om till sommartid."]}


def test_a_call_that_is_booked_late_can_be_corrected_after_the_meeting():
    later = NOW + timedelta(days=60)
    form = form_of("call", now=later)
    assert form.load(ANSWERS["call"] | {"place": "Rum 2"})["place"] == "Rum 2"


@pytest.mark.parametrize("step", ["call", "take_over_call"])
def test_the_municipality_cannot_call_before_it_knows_whom(step: str):
    nobody = facts("consent")
    said = "Det finns ingen att kalla än. Gör förplaneringen först."
    assert form_of(step, nobody).notice() == said
    assert errors(step, nobody) == {"called_at": [said]}
    assert form_of(step).notice() == ""


def test_the_regions_call_can_be_written_down_before_the_pre_planning():
    assert load("call_by_law", facts("consent"))


def test_no_call_has_gone_out_in_the_future():
    assert errors("call", called_at="2026-11-25T14:01")["called_at"] == [
        "Tiden kan inte ligga i framtiden."
    ]


def answer_errors(**sent: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        form_of("answer").load(sent)
    return refused.value.messages_dict


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [
        ("attends", set()),
        ("sends_another", {"who_comes"}),
        ("declines", {"reason"}),
        ("proposes_another_time", {"proposed_at"}),
    ],
)
def test_a_party_says_what_its_answer_needs_and_no_more(outcome: str, missing: set[str]):
    form = PartyAnswer(now=NOW, facts=facts("pre_planning", "call_by_law"))
    sent = {"outcome": outcome, "answered_by": "Linden, Anna Ek"}
    if not missing:
        assert form.load(sent) == sent
        return
    with pytest.raises(ValidationError) as refused:
        form.load(sent)
    assert refused.value.messages_dict == dict.fromkeys(missing, MISSING)


def test_what_a_party_answered_itself_is_valid_as_what_the_caller_writes_down():
    itself = {"outcome": "declines", "answered_by": "Linden, Anna Ek", "reason": "Fullbokat"}
    PartyAnswer(now=NOW).load(itself)
    came = {"came_by": "link", "answered_at": "2026-11-18T09:00"}
    assert stored(form_of("answer"), itself | came)["reason"] == "Fullbokat"


def test_only_the_caller_can_say_that_no_answer_came_and_then_what_was_done_to_get_one():
    with pytest.raises(ValidationError):
        PartyAnswer(now=NOW).load({"outcome": "no_answer", "answered_by": "Linden"})
    assert answer_errors(outcome="no_answer", answered_by="Linden") == {"reason": MISSING}
    loaded = form_of("answer").load(
        {"outcome": "no_answer", "answered_by": "Linden", "reason": "Ringt tre gånger"}
    )
    assert "answered_at" not in loaded


def test_an_answer_on_the_phone_says_when_and_how_it_came():
    assert answer_errors(outcome="attends", answered_by="Anna").keys() == {"came_by", "answered_at"}


@pytest.mark.parametrize("when", ["2026-11-18T09:00", "2026-11-01T10:00"])
def test_another_time_is_ahead_of_the_answer(when: str):
    found = errors("answer", outcome="proposes_another_time", proposed_at=when)
    assert found == {"proposed_at": ["Tiden har redan varit."]}
    assert load("answer", outcome="proposes_another_time", proposed_at="2026-11-18T09:01")


MOVE = {"outcome": "moved", "reason": "Sjuk", "decided_at": "2026-11-24T12:00"}
NEW_TIME = {"meeting_at": "2026-12-01T10:00", "minutes": "45", "meeting_form": "video"}


@pytest.mark.parametrize("step", ["settle_time", "hold_meeting"])
def test_a_meeting_that_is_moved_has_a_reason_and_a_whole_new_time(step: str):
    with pytest.raises(ValidationError) as refused:
        form_of(step).load({"outcome": "moved"})
    missing = {"reason", "decided_at", "meeting_at", "minutes", "meeting_form"}
    assert refused.value.messages_dict.keys() == missing
    assert form_of(step).load(MOVE | NEW_TIME)


@pytest.mark.parametrize("step", ["settle_time", "hold_meeting"])
def test_a_meeting_is_not_moved_to_the_past(step: str):
    with pytest.raises(ValidationError) as refused:
        form_of(step).load(MOVE | NEW_TIME | {"meeting_at": "2026-11-24T11:59"})
    assert refused.value.messages_dict.keys() == {"meeting_at"}


def test_a_cancelled_meeting_asks_for_its_reason_alone():
    with pytest.raises(ValidationError) as refused:
        form_of("hold_meeting").load({"outcome": "cancelled"})
    assert refused.value.messages_dict == {"reason": MISSING}


def test_a_meeting_that_was_held_says_where_who_came_and_whether_the_person_did():
    with pytest.raises(ValidationError) as refused:
        form_of("hold_meeting").load({"outcome": "held"})
    assert refused.value.messages_dict.keys() == {
        "held_at", "held_form", "person_took_part", "attendance", "chair", "secretary",
    }  # fmt: skip


def test_a_meeting_is_not_held_ahead_of_time_nor_before_its_call():
    assert errors("hold_meeting", held_at="2026-11-25T14:01").keys() == {"held_at"}
    assert errors("hold_meeting", held_at="2026-11-17T09:59").keys() == {"held_at"}
    assert load("hold_meeting", held_at="2026-11-17T10:00")


def test_a_new_time_typed_for_a_meeting_that_was_held_is_not_stored():
    assert load("hold_meeting", **NEW_TIME).keys().isdisjoint(NEW_TIME)


def test_everybody_who_was_called_stands_in_the_form_of_the_meeting():
    rows = form_of("hold_meeting").initial()["attendance"]
    assert [row["organisation"] for row in rows] == ["Vårdcentralen Linden", "Exempelskolan"]
