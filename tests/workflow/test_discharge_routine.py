"""The discharge chain, walked through its own forms as discharge.md tells it."""

from datetime import timedelta

import pytest

from tests.workflow.discharging import (
    ENGINE,
    TUESDAY,
    Discharge,
    action_refused,
    at,
    due_of,
    end_of,
    home,
    roles_of,
)  # fmt: skip
from workflow.definitions.discharge import DISCHARGE, rules, stay
from workflow.describe import describe
from workflow.describe_parts import WIDTH
from workflow.engine import StepRef
from workflow.roles import Role
from workflow.routines import load


def test_a_plain_discharge_passes_every_state_to_its_end():
    walk = at("closed")
    assert walk.path == ["planning", "ready", "home", "follow_up", "closed"]
    assert (walk.round, walk.open) == (1, {})


def test_the_notice_asks_three_parties_to_confirm_and_the_hospital_to_be_told():
    assert Discharge().open_keys == [
        "confirm_hsl", "confirm_social", "confirm_primary_care", "tell_current_efforts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "first"),
    [
        ("confirm_hsl", Role.NURSE),
        ("confirm_social", Role.CASE_OFFICER),
        ("confirm_primary_care", Role.SIP_COORDINATOR),
    ],
)
def test_each_confirmation_is_somebodys_own(step: str, first: Role):
    assert roles_of(Discharge(), step)[0] == first


def test_primary_care_that_has_not_confirmed_holds_nothing_up_and_is_still_watched():
    walk = silent_primary_care()
    assert "primary_care_late" in walk.open_keys
    assert due_of(walk, "primary_care_late") == end_of("2026-11-24")
    walk.do("primary_care_late", care_contact="Bo Al, Björken")
    assert stay.care_contact_of(walk.facts) == "Bo Al, Björken"


def silent_primary_care() -> Discharge:
    walk = Discharge()
    walk.do("confirm_primary_care", confirmed="not_confirmed", confirmed_at="", care_contact="")
    walk.do_all(until="planning")
    return walk


def test_the_notice_of_readiness_does_not_wait_for_primary_care():
    walk = silent_primary_care()
    assert StepRef("primary_care_late") in walk.do("notice_ready").not_needed
    assert walk.state == "ready"


def test_primary_care_that_answered_when_reminded_is_not_reminded_in_a_new_planning():
    walk = silent_primary_care()
    walk.do("primary_care_late")
    walk.do("notice_ready")
    walk.do("went_home", outcome="not_ready", withdrawn_at=walk.now.isoformat())
    assert (walk.round, "primary_care_late" in walk.open_keys) == (2, False)


def test_primary_care_that_has_confirmed_is_not_reminded():
    assert "primary_care_late" not in at("planning").open_keys


def test_the_notice_of_readiness_ends_what_the_hospital_had_left_undone():
    walk = at("planning")
    outcome = walk.do("notice_ready")
    assert outcome.path == ("ready",)
    assert {ref.key for ref in outcome.not_needed} == {
        "set_colour", "sbar_status_received", "new_estimate",
    }  # fmt: skip


def test_the_colour_is_asked_for_with_the_notice_when_nobody_has_set_it():
    walk = at("planning")
    assert "colour" in walk.form("notice_ready").fields
    walk.do("notice_ready", colour="red", own_colour="yellow", own_reason="Klarar sig själv.")
    assert stay.colour_of(walk.facts) == "red"


def test_a_colour_that_is_set_is_not_asked_for_again():
    walk = at("planning")
    walk.do("set_colour", colour="yellow")
    assert list(walk.form("notice_ready").fields) == ["sent_at", "received_at"]
    walk.do("notice_ready")
    assert stay.colour_of(walk.facts) == "yellow"


def test_each_changed_day_is_kept_and_the_newest_is_watched():
    walk = at("planning")
    assert due_of(walk, "new_estimate", "1") == end_of("2026-11-29")
    walk.do("new_estimate", "1", estimated_discharge="2026-12-02", reason="Feber")
    assert due_of(walk, "new_estimate", "2") == end_of("2026-12-02")
    walk.do("new_estimate", "2", estimated_discharge="2026-11-27")
    days = [answer.data["estimated_discharge"] for answer in walk.facts.every("new_estimate")]
    assert days == ["2026-12-02", "2026-11-27"]
    assert due_of(walk, "new_estimate", "3") == end_of("2026-11-27")
    assert walk.facts.opening["estimated_discharge"] == "2026-11-29"


def test_no_branch_answers_for_another():
    walk = at("ready")
    assert roles_of(walk, "ready_sol") == (Role.CASE_OFFICER,)
    assert roles_of(walk, "ready_hsl") == (Role.NURSE,)
    assert roles_of(walk, "ready_rehab") == (Role.OCCUPATIONAL_THERAPIST, Role.PHYSIOTHERAPIST)
    walk.do("ready_sol")
    assert {"ready_hsl", "ready_rehab"} <= set(walk.open_keys)


def test_a_patient_who_comes_home_before_everybody_is_ready_is_told_of_and_taken_care_of():
    walk = at("ready")
    walk.do("ready_rehab")
    assert not rules.HOME_BEFORE_READY.test(walk.facts)
    outcome = walk.do("went_home")
    assert rules.HOME_BEFORE_READY.test(walk.facts)
    assert {ref.key for ref in outcome.not_needed} == {
        "ready_sol", "ready_hsl", "sip_needed", "ready_to_go_home",
    }  # fmt: skip
    assert walk.open_keys == [
        "restart_efforts", "start_new_efforts", "enrol_home_health_care",
        "first_medicines_and_aids", "sip_needed_at_home",
    ]  # fmt: skip


def test_a_patient_who_comes_home_when_all_three_have_answered_is_not_told_of():
    walk = at("ready")
    for branch in rules.BRANCHES:
        walk.do(branch)
    walk.do("went_home")
    assert not rules.HOME_BEFORE_READY.test(walk.facts)


@pytest.mark.parametrize(
    ("efforts", "opened"),
    [
        (["earlier"], ["restart_efforts"]),
        (["new"], ["start_new_efforts"]),
        (["earlier", "new"], ["restart_efforts", "start_new_efforts"]),
    ],
)
def test_earlier_efforts_are_restarted_and_new_ones_begun(efforts: list[str], opened: list[str]):
    walk = home(TUESDAY, efforts=efforts)
    assert [key for key in walk.open_keys if key.endswith("efforts")] == opened


def test_a_branch_that_is_not_concerned_has_nothing_to_begin_or_follow_up():
    walk = at("ready")
    walk.do("ready_sol", answer="not_concerned")
    walk.do("ready_hsl", answer="not_concerned")
    walk.do_all(until="home")
    assert walk.open_keys == ["first_medicines_and_aids"]
    walk.do_all(until="follow_up")
    assert "sol_contact" not in walk.open_keys


def test_a_need_of_sip_stays_in_the_facts_whenever_it_is_judged():
    for step, state in (("sip_needed", "ready"), ("sip_needed_at_home", "home")):
        walk = at("ready")
        if state == "home":
            walk.do("went_home")
        assert not stay.sip_is_due(walk.facts)
        walk.do(step, sip_needed=True, no_sip_reason="")
        assert walk.facts.latest(step)["sip_needed"] is True
        assert stay.sip_is_due(walk.facts)


def test_a_need_judged_in_hospital_is_not_judged_again_at_home():
    assert "sip_needed_at_home" not in at("home").open_keys


def test_a_patient_who_is_no_longer_ready_goes_back_to_planning():
    walk = at("ready")
    walk.do("sip_needed", sip_needed=True, no_sip_reason="")
    outcome = walk.do("went_home", outcome="not_ready", withdrawn_at=walk.now.isoformat())
    assert (walk.state, walk.round, outcome.opened != ()) == ("planning", 2, True)
    assert stay.home_at(walk.facts) is None
    walk.now += timedelta(hours=1)
    walk.do_all(until="ready")
    assert "sip_needed" not in walk.open_keys
    walk.do_all(until="closed")
    assert walk.round == 2


def test_a_colour_of_an_earlier_planning_is_offered_again():
    walk = at("planning")
    walk.do("set_colour", colour="red")
    walk.do("notice_ready")
    walk.do("went_home", outcome="not_ready", withdrawn_at=walk.now.isoformat())
    assert walk.form("set_colour").initial() == {"colour": "red"}
    walk.do("set_colour", colour="yellow")
    assert stay.colour_of(walk.facts) == "yellow"


def test_a_sip_made_in_hospital_is_followed_up_on_the_day_decided_there():
    walk = at("ready")
    walk.do("went_home", outcome="home_with_sip", sip_follow_up_on="2026-12-15")
    walk.do_all(until="follow_up")
    assert due_of(walk, "sip_followed_up") == end_of("2026-12-15")
    assert "sip_followed_up" not in at("follow_up").open_keys


def test_a_readmission_ends_the_follow_up_at_once():
    walk = at("ready")
    walk.do("went_home", outcome="home_with_sip", sip_follow_up_on="2026-12-15")
    walk.do_all(until="follow_up")
    assert len(walk.open) == 5
    walk.do(
        "readmission", readmitted=True, readmitted_at=walk.now.isoformat(), planned=False,
        reason="Föll på natten.",
    )  # fmt: skip
    assert (walk.state, walk.open) == ("readmitted", {})


def test_a_readmission_can_be_told_before_the_home_is_in_order():
    walk = at("home")
    back = (walk.now + timedelta(hours=2)).isoformat()
    given = {"readmitted_at": back, "planned": "false", "reason": "Andnöd."}
    later = walk.now + timedelta(hours=3)
    assert action_refused("readmit", walk.facts, later, **given) == {}
    walk.act("readmit")
    assert (walk.state, walk.open) == ("readmitted", {})


def test_a_discharge_can_be_interrupted_from_any_open_state():
    for state in ENGINE.definition.states:
        if state.then:
            walk = at(state.key)
            walk.act("interrupt")
            assert (walk.state, walk.open) == ("interrupted", {})


def test_the_care_contact_that_primary_care_named_stands_in_the_checklist():
    start = at("ready").form("ready_to_go_home").initial()
    assert start == {"care_contact_named": True, "care_contact": "Eva Ek, Björken"}


def test_steps_of_a_single_day_call_within_the_day_and_not_by_night():
    walk = Discharge()
    moments = [at.astimezone(TUESDAY.tzinfo) for at, _ in walk.open[StepRef("confirm_hsl")].rungs]
    assert [f"{at:%d %H}" for at in moments] == ["24 11", "24 15", "25 07", "26 07"]


def test_the_text_that_a_head_nurse_approves_fits_a_page_and_names_a_source_for_each_step():
    text = describe(DISCHARGE, load(None))
    assert max(map(len, text.splitlines())) <= WIDTH
    steps = [step for state in DISCHARGE.states for step in state.steps]
    assert text.count("    Frist:      ") == len(steps)
    assert "tillbaka till Planeras i ett nytt varv" in text
