"""The forms of the plan, its confirmations and follow-up, and of ending early."""

from dataclasses import replace
from datetime import datetime

import pytest
from marshmallow import ValidationError

from tests.workflow.sip_answers import (
    ANSWERS,
    MEALS,
    MISSING,
    NOW,
    VISITS,
    errors,
    facts,
    form_of,
    load,
    stored,
)
from workflow.definitions.sip.closing import WithdrawConsent
from workflow.definitions.sip.efforts import version_of
from workflow.definitions.sip.plan import ConfirmPart


@pytest.mark.parametrize(
    "point", ["needed_efforts", "efforts", "measures_by_others", "overall_principal"]
)
def test_a_plan_cannot_be_finished_without_each_of_the_laws_four_points(point: str):
    assert errors("write_plan", **{point: ""}).keys() == {point}


def test_every_effort_has_a_named_responsible_and_a_day():
    bare = {"effort": "Hembesök"}
    found = errors("write_plan", efforts=[bare])
    assert found["efforts"][0].keys() == {"principal", "organisation", "responsible", "due"}


def test_a_plan_names_whom_to_contact_in_a_crisis():
    assert errors("write_plan", crisis_contact="") == {"crisis_contact": MISSING}


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        ("2026-11-23", False),
        ("2026-11-24", False),
        ("2026-11-25", True),
        ("2027-11-24", True),
        ("2027-11-25", False),
    ],
)
def test_a_follow_up_is_after_the_meeting_and_within_a_year(day: str, allowed: bool):
    met = facts("consent", "pre_planning", "call_by_law", "hold_meeting")
    held = datetime.fromisoformat("2026-11-24T13:05+01:00")
    met = replace(met, answers=tuple(replace(answer, at=held) for answer in met.answers))
    if allowed:
        assert load("write_plan", met, follow_up_date=day)
    else:
        assert errors("write_plan", met, follow_up_date=day).keys() == {"follow_up_date"}


def test_an_effort_due_before_the_meeting_is_refused_in_its_own_row():
    early = VISITS | {"due": "2026-11-15"}
    found = errors("write_plan", efforts=[MEALS, {"effort": ""}, early])
    assert found == {"efforts": {2: {"due": ["Dagen är före mötet. Välj en senare dag."]}}}
    assert load("write_plan", efforts=[VISITS | {"due": "2026-11-16"}])


def test_any_change_gives_the_plan_another_version_and_the_order_of_fields_does_not():
    plan = stored(form_of("write_plan"), ANSWERS["write_plan"])
    backwards = dict(reversed(plan.items()))
    assert version_of(backwards) == version_of(plan)
    for field in plan:
        assert version_of(plan | {field: "x"}) != version_of(plan)


def test_an_effort_that_is_not_confirmed_says_what_must_change():
    row = {"effort": "8a9b0c1d", "confirmed": "false"}
    assert errors("confirm_part", efforts=[row]) == {"efforts": {0: {"comment": MISSING}}}
    assert load("confirm_part", efforts=[row | {"comment": "Varannan vecka"}])


def test_somebody_confirms_the_own_efforts_and_no_others():
    rows = ANSWERS["confirm_part"]["efforts"]
    others = [{"effort": "2e3f4051", "confirmed": "true"}]
    for wrong in (others, [*rows, *others], []):
        assert errors("confirm_part", efforts=wrong) == {
            "efforts": ["Raderna stämmer inte med ärendet. Läs om sidan."]
        }


def test_a_confirmation_that_is_read_without_its_item_can_name_every_effort():
    case = facts("pre_planning", "call_by_law", "hold_meeting", "write_plan")
    rows = ConfirmPart(now=NOW, facts=case).initial()["efforts"]
    assert [row["_title"] for row in rows] == ["Hembesök varje vecka", "Matlagning tillsammans"]


def test_a_follow_up_says_how_every_effort_went():
    rows = ANSWERS["follow_up_together"]["efforts"]
    assert errors("follow_up_together", efforts=rows[:1]).keys() == {"efforts"}


@pytest.mark.parametrize(("next_", "field"), [("keep", "next_date"), ("close", "closing_reason")])
def test_what_happens_next_asks_for_its_day_or_its_reason(next_: str, field: str):
    found = errors("follow_up_together", next=next_, closing_reason="", next_date="")
    assert found == {field: MISSING}


def test_a_new_round_asks_for_nothing_more():
    loaded = load("follow_up_together", next="new_round")
    assert "closing_reason" not in loaded


def test_a_follow_up_is_not_before_the_meeting_nor_in_the_future():
    assert errors("follow_up_together", held_on="2026-11-15") == {
        "held_on": ["Uppföljningen kan inte vara före mötet."]
    }
    assert errors("follow_up_together", held_on="2026-11-26").keys() == {"held_on"}


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-25", "2027-11-26"])
def test_the_next_follow_up_is_after_this_one_and_within_a_year(day: str):
    assert errors("follow_up_together", next="keep", next_date=day).keys() == {"next_date"}
    assert load("follow_up_together", next="keep", next_date="2027-11-25")


def test_a_consent_that_nobody_has_given_cannot_be_taken_back():
    form = WithdrawConsent(now=NOW, facts=facts("assess_need"))
    with pytest.raises(ValidationError) as refused:
        form.load(ANSWERS["withdraw_consent"])
    assert refused.value.messages_dict.keys() == {"withdrawn_at"}


def test_somebody_who_takes_back_a_consent_need_not_say_why():
    assert "reason" not in load("withdraw_consent")


def test_a_care_plan_under_compulsory_care_is_a_reason_to_end():
    assert load("close_early", reason="care_plan")["reason"] == "care_plan"
    assert errors("close_early", reason="goals_met").keys() == {"reason"}
