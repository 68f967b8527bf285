"""A deviation that goes round again: measures that were not enough, and cases MAS sends back."""

from tests.workflow.deviating import Deviation, at, due_of, end_of
from workflow.definitions.deviation import rules
from workflow.engine import StepRef

COMMUNICATION, EDUCATION = "communication_information", "education_competence"


def not_enough() -> Deviation:
    walk = at("conference")
    walk.do("discuss", measures=[walk.measure("hsl", key="0000000a"), walk.measure("unit")])
    walk.do_all(until="follow_up")
    walk.do("evaluate_unit")
    walk.do("evaluate_hsl", **walk.verdicts("hsl", "not_enough"))
    return walk


def test_a_measure_that_was_not_enough_takes_the_case_back_to_the_conference():
    walk = not_enough()
    assert (walk.state, walk.round, walk.open_keys) == ("conference", 2, ["discuss"])


def test_the_conference_of_the_second_round_is_due_on_the_day_that_the_evaluation_names():
    assert due_of(not_enough(), "discuss") == end_of("2026-12-08")


def test_in_the_second_round_only_new_measures_are_carried_out():
    walk = not_enough()
    walk.do("discuss", measures=[walk.measure("hsl", key="0000000c")])
    assert list(walk.open) == [StepRef("carry_out", "0000000c")]


def test_in_the_second_round_only_what_was_not_enough_and_what_is_new_is_evaluated():
    walk = not_enough()
    walk.do("discuss", measures=[walk.measure("hsl", key="0000000c")])
    walk.do_all(until="follow_up")
    assert walk.open_keys == ["evaluate_hsl"]
    keys = [measure.key for measure in rules.to_evaluate(walk.facts, "hsl")]
    assert keys == ["0000000a", "0000000c"]


def test_a_second_round_without_new_measures_goes_straight_to_follow_up():
    walk = not_enough()
    assert walk.do("discuss").path == ("measures", "follow_up")


def test_the_second_round_ends_as_the_first_when_the_measures_are_enough():
    walk = not_enough()
    walk.do_all(until="closed")
    assert walk.round == 2


def test_the_last_word_to_mas_waits_for_everything_else():
    walk = Deviation()
    walk.do("assess", harm=True)
    walk.do_all(until="completion")
    assert walk.open_keys == ["hsl_done", "patient_informed", "feedback"]
    walk.do("feedback")
    walk.do("hsl_done")
    assert walk.open_keys == ["patient_informed"]
    walk.do("patient_informed")
    assert walk.open_keys == ["send_to_mas"]


def returned(*redo: str) -> Deviation:
    walk = Deviation()
    walk.do("assess", harm=True, involved_professions=["nurse", "physiotherapist"])
    walk.do_all(until="mas_review")
    walk.do("review", decision="return", comment="Utred bättre.", redo=list(redo))
    return walk


def test_mas_returns_the_case_for_what_is_to_be_done_again_and_nothing_else():
    walk = returned("unit_investigation")
    assert (walk.state, walk.round) == ("measures", 2)
    assert walk.open_keys == ["unit_investigation"]
    assert [ref.item for ref in returned("investigate").open] == ["nurse", "physiotherapist"]


def test_a_second_return_asks_only_for_what_it_names_itself():
    walk = returned("investigate")
    walk.do_all(until="mas_review")
    walk.do("review", decision="return", comment="Mer.", redo=["unit_investigation"])
    assert (walk.round, walk.open_keys) == (3, ["unit_investigation"])


def test_after_a_return_what_was_told_is_not_told_again():
    walk = returned("unit_investigation")
    walk.do_all(until="completion")
    assert walk.open_keys == ["hsl_done"]
    walk.do("hsl_done")
    assert walk.open_keys == ["send_to_mas"]


def test_after_a_return_causes_wait_for_every_investigation_that_is_redone():
    walk = returned("investigate", "unit_investigation")
    walk.do("unit_investigation", cause_areas=[COMMUNICATION])
    assert "cover_causes" not in walk.open_keys
    walk.do("investigate", "nurse", cause_areas=[EDUCATION])
    walk.do("investigate", "physiotherapist")
    assert walk.open_keys == ["cover_causes"]
    assert rules.uncovered_causes(walk.facts) == (EDUCATION, COMMUNICATION)
