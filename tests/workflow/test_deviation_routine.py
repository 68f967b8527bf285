"""The deviation routine, walked through its own forms as deviation.md tells it."""

from datetime import datetime, timedelta

import pytest

from tests.workflow.deviating import ENGINE, TUESDAY, Deviation, at, due_of, end_of, roles_of
from workflow.definitions.deviation import rules
from workflow.engine import StepRef
from workflow.holidays import STOCKHOLM
from workflow.roles import LICENSED, Role


def test_a_plain_deviation_passes_every_state_to_the_archive():
    walk = at("closed")
    assert walk.path == [
        "preparation", "conference", "measures", "follow_up", "completion", "mas_review", "closed",
    ]  # fmt: skip
    assert (walk.round, walk.open) == (1, {})


def test_a_report_opens_the_assessment_and_the_event_report_at_once():
    assert Deviation().open_keys == ["assess", "event_report"]


def test_the_two_hours_run_from_the_phone_call():
    called = TUESDAY - timedelta(minutes=20)
    walk = Deviation(called_at=called.isoformat())
    assert due_of(walk, "assess") == called + timedelta(hours=2)


def test_the_two_hours_run_from_the_report_when_nobody_phoned():
    assert due_of(Deviation(), "assess") == TUESDAY + timedelta(hours=2)


def test_the_event_report_is_due_the_next_weekday_after_a_friday():
    friday = datetime(2026, 11, 27, 15, tzinfo=STOCKHOLM)
    assert due_of(Deviation(friday), "event_report") == end_of("2026-11-30")


def test_the_event_report_runs_from_the_discovery_when_the_event_is_unknown():
    discovered = TUESDAY - timedelta(days=3)
    walk = Deviation(occurred_at="", discovered_at=discovered.isoformat())
    assert due_of(walk, "event_report") == end_of("2026-11-23")


def test_a_home_visit_is_only_asked_for_when_decided_and_within_a_day_of_the_assessment():
    walk = Deviation()
    walk.do("assess", home_visit=True)
    assert due_of(walk, "home_visit") == TUESDAY + timedelta(hours=24)
    walk.do("event_report")
    assert walk.state == "reported"


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("fall", Role.NURSE),
        ("medical_device", Role.OCCUPATIONAL_THERAPIST),
        ("rehabilitation", Role.PHYSIOTHERAPIST),
    ],
)
def test_the_profession_that_fits_the_kind_is_asked_first(kind: str, first: Role):
    roles = roles_of(Deviation(kind=kind), "assess")
    assert roles[0] == first
    assert sorted(roles) == sorted(LICENSED)


def test_a_dialogue_is_only_held_when_the_unit_manager_asks_for_it():
    walk = Deviation()
    walk.do("assess")
    walk.do("event_report", multiparty_dialogue=True)
    assert "multiparty_dialogue" in walk.open_keys
    assert "multiparty_dialogue" not in at("preparation").open_keys


def test_refused_consent_closes_the_announcement_and_the_professions_decide_without_conference():
    walk = at("preparation")
    outcome = walk.do("consent", consent="refused")
    assert outcome.not_needed == (StepRef("announce"),)
    walk.do_all(until="conference")
    assert walk.open_keys == ["decide_without_conference"]


def test_the_conference_is_due_on_the_announced_day():
    assert due_of(at("conference"), "discuss") == end_of("2026-12-01")


def test_consent_corrected_after_a_refusal_opens_the_conference_without_a_date():
    walk = at("preparation")
    walk.do("consent", consent="refused")
    walk.do_all(until="conference")
    outcome = walk.correct("consent", consent="given")
    assert outcome.not_needed == (StepRef("decide_without_conference"),)
    assert due_of(walk, "discuss") == end_of("2026-11-24")


def test_each_involved_profession_investigates_its_own_part():
    walk = Deviation()
    walk.do("assess", involved_professions=["nurse", "physiotherapist"])
    walk.do_all(until="measures")
    assert StepRef("investigate", "nurse") in walk.open
    assert list(roles_of(walk, "investigate", "physiotherapist")) == [Role.PHYSIOTHERAPIST]


def test_each_measure_is_carried_out_by_its_owner_on_its_own_date():
    walk = at("conference")
    walk.do(
        "discuss",
        measures=[
            walk.measure("hsl", due="2026-12-03", key="0000000a"),
            walk.measure("unit", due="2026-12-10", key="0000000b"),
        ],
    )
    assert due_of(walk, "carry_out", "0000000a") == end_of("2026-12-03")
    assert due_of(walk, "carry_out", "0000000b") == end_of("2026-12-10")
    assert roles_of(walk, "carry_out", "0000000b") == (Role.UNIT_MANAGER,)
    assert walk.open[StepRef("carry_out", "0000000a")].item.label == "Ny rollator"


def test_orders_are_passed_on_by_the_unit_manager():
    walk = at("conference")
    walk.do("discuss", orders=[{"profession": "nurse", "order": "Blodtryck dagligen"}])
    assert due_of(walk, "relay_orders") == end_of("2026-11-25")
    assert "relay_orders" not in at("measures").open_keys


def test_causes_are_covered_when_every_investigation_is_done():
    walk = at("measures")
    walk.do("unit_investigation")
    assert "cover_causes" not in walk.open_keys
    walk.do("investigate", "nurse")
    assert walk.open_keys == ["cover_causes"]


def test_a_cause_that_has_a_measure_needs_no_more():
    walk = at("conference")
    walk.do("discuss", measures=[walk.measure(cause_areas=["technology_equipment"])])
    walk.do("investigate", "nurse")
    walk.do("unit_investigation")
    assert [ref.key for ref in walk.open] == ["carry_out"]


def test_a_measure_decided_for_a_cause_is_carried_out_and_evaluated():
    walk = at("measures")
    walk.do("investigate", "nurse")
    walk.do("unit_investigation")
    row = {"area": "technology_equipment", "measure": "Byt lampa", "side": "unit"}
    walk.do("cover_causes", "1", causes=[row | {"due": "2026-12-20"}])
    assert due_of(walk, "carry_out", "technology_equipment-1") == end_of("2026-12-20")
    walk.do_all(until="follow_up")
    assert walk.open_keys == ["evaluate_unit"]


def test_follow_up_is_due_on_the_day_decided_and_each_side_evaluates_its_own():
    walk = at("conference")
    walk.do("discuss", measures=[walk.measure("hsl"), walk.measure("unit")])
    walk.do_all(until="follow_up")
    assert walk.open_keys == ["evaluate_hsl", "evaluate_unit"]
    assert due_of(walk, "evaluate_hsl") == due_of(walk, "evaluate_unit") == end_of("2026-12-24")


def test_without_any_measure_the_unit_manager_still_follows_up():
    assert at("follow_up").open_keys == ["evaluate_unit"]


def test_a_case_can_be_withdrawn_from_any_open_state():
    for state in ENGINE.definition.states:
        if state.then:
            walk = at(state.key)
            walk.act("withdraw")
            assert (walk.state, walk.open) == ("withdrawn", {})


@pytest.mark.parametrize(
    ("severity", "probability", "serious"),
    [("2", "3", False), ("2", "4", True), ("3", "1", True), ("4", "1", True), ("1", "4", False)],
)
def test_a_serious_event_is_by_score_or_by_severity(severity: str, probability: str, serious: bool):
    walk = Deviation()
    assert rules.SERIOUS.test(walk.facts) is False
    walk.do("assess", severity=severity, probability=probability)
    assert rules.SERIOUS.test(walk.facts) is serious


def test_the_reporters_suspicion_of_misconduct_is_told():
    assert rules.MISCONDUCT.test(Deviation(misconduct_suspected=True).facts)
    assert not rules.MISCONDUCT.test(Deviation().facts)


def test_a_cause_that_a_correction_adds_is_covered_before_the_case_goes_on():
    walk = at("measures")
    walk.do("unit_investigation", measures=[walk.measure("unit", key="0000000d")])
    walk.do("investigate", "nurse")
    walk.do("cover_causes", "1")
    walk.correct(
        "investigate",
        **dict(walk.facts.latest("investigate", "nurse"))
        | {"cause_areas": ["technology_equipment", "education_competence"]},
    )
    assert StepRef("cover_causes", "2") in walk.open
