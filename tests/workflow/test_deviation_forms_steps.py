"""The forms of the steps: what the routine asks for, and when."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.workflow.deviation_answers import (
    ANSWERS,
    BEFORE,
    HSL_MEASURE,
    MEASURE,
    REPORT,
    facts,
    form_of,
    stored,
)  # fmt: skip
from workflow.definitions.deviation.rules import measures_of
from workflow.facts import Answer, Facts
from workflow.holidays import STOCKHOLM

MISSING = ["Fyll i det här."]


def load(step: str, case: Facts | None = None, /, **changed: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = form_of(step, case).load(ANSWERS[step] | changed)
    return loaded


def errors(step: str, case: Facts | None = None, /, **changed: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        form_of(step, case).load(ANSWERS[step] | changed)
    return refused.value.messages_dict


@pytest.mark.parametrize(
    ("told", "start"), [("yes", {"harm": True}), ("no", {"harm": False}), ("unknown", {})]
)
def test_the_assessment_starts_with_the_harm_that_was_reported(told: str, start: dict[str, Any]):
    assert form_of("assess", facts({}, REPORT | {"harm": told})).initial() == start


@pytest.mark.parametrize("score", ["-1", "21", "3,5", "hög"])
def test_a_news2_score_outside_the_table_is_refused(score: str):
    assert errors("assess", news2_score=score).keys() == {"news2_score"}


def test_a_news2_score_is_optional_and_never_filled_in_by_the_system():
    assert "news2_score" not in load("assess", news2_score="")
    assert "news2_score" not in form_of("assess").initial()


def test_an_assessment_names_at_least_one_profession():
    assert errors("assess", involved_professions=[]) == {
        "involved_professions": ["Välj minst ett alternativ."]
    }


def test_only_licensed_professions_investigate():
    assert errors("assess", involved_professions=["care_worker"]).keys() == {"involved_professions"}


@pytest.mark.parametrize("field", ["severity", "probability"])
@pytest.mark.parametrize("value", ["0", "5", 3])
def test_severity_and_probability_go_from_one_to_four(field: str, value: Any):
    assert errors("assess", **{field: value}).keys() == {field}


def test_the_event_report_starts_with_the_time_and_words_of_the_report():
    start = form_of("event_report").initial()
    assert start["what_happened"] == REPORT["what_happened"]
    assert datetime.fromisoformat(start["happened_at"]) == datetime(
        2026, 11, 21, 2, 0, tzinfo=STOCKHOLM
    )


def test_an_event_whose_time_nobody_knew_gives_no_time_to_start_with():
    unknown = facts({}, REPORT | {"occurred_at": ""})
    assert "happened_at" not in form_of("event_report", unknown).initial()


@pytest.mark.parametrize(
    ("step", "listed", "others"),
    [
        ("event_report", "worked", "worked_others"),
        ("staff_talk", "talked_with", "talked_with_others"),
        ("unit_staff_talk", "talked_with", "talked_with_others"),
        ("relay_orders", "relayed_to", "relayed_to_others"),
    ],
)
def test_staff_are_chosen_or_written_and_one_of_them_is_needed(step: str, listed: str, others: str):
    assert errors(step, **{listed: []}) == {listed: MISSING}
    assert load(step, **{listed: [], others: "Vikarien Kim"})
    assert errors(step, **{listed: ["99"]}).keys() == {listed}


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (step, field)
        for step, answer in ANSWERS.items()
        for field in answer
        if field.endswith("_at")
    ],
)
def test_nothing_is_said_to_have_been_done_in_the_future(step: str, field: str):
    found = errors(step, **{field: "2026-11-25T14:01"})
    assert found == {field: ["Tiden kan inte ligga i framtiden."]}


def test_a_talk_with_the_patient_asks_when_and_what_was_said():
    assert errors("patient_talk", needed="true", reason="") == {
        "visited_at": MISSING,
        "patient_account": MISSING,
    }
    loaded = load(
        "patient_talk",
        needed="true",
        visited_at="2026-11-22T10:00",
        patient_account="Snubblade.",
        reason="Gammal text",
    )
    assert "reason" not in loaded


def test_no_talk_with_the_patient_asks_for_the_reason():
    assert errors("patient_talk", reason="") == {"reason": MISSING}


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        ("2026-11-24", False),
        ("2026-11-25", True),
        ("2027-05-25", True),
        ("2027-05-26", False),
        ("2062-11-26", False),
    ],
)
def test_a_conference_is_from_today_to_six_months_ahead(day: str, allowed: bool):
    if allowed:
        assert load("announce", conference_date=day)
    else:
        assert errors("announce", conference_date=day).keys() == {"conference_date"}


def test_a_refusal_of_consent_is_stated_and_nobody_is_asked_whether_the_patient_took_part():
    without = form_of("decide_without_conference")
    assert "sagt nej" in without.notice()
    assert "patient_took_part" not in without.fields
    assert "patient_took_part" not in [n for s in without.layout() for n in s.fields]
    with pytest.raises(ValidationError):
        without.load(ANSWERS["decide_without_conference"] | {"patient_took_part": "true"})


@pytest.mark.parametrize("consent", ["given", "unable"])
def test_with_consent_or_without_ability_to_give_it_the_conference_is_held(consent: str):
    case = facts({"consent": ANSWERS["consent"] | {"consent": consent}})
    assert form_of("discuss", case).notice() == ""
    assert errors("discuss", case, patient_took_part="") == {
        "patient_took_part": ["Svara ja eller nej."]
    }


def test_a_conference_is_not_recorded_before_it_is_held():
    assert errors("discuss", held_on="2026-11-26") == {
        "held_on": ["Dagen kan inte ligga i framtiden."]
    }


def test_the_follow_up_is_after_the_conference():
    assert errors("discuss", follow_up_date="2026-11-25").keys() == {"follow_up_date"}
    assert load("discuss", follow_up_date="2026-11-26")


def test_a_measure_due_before_it_was_decided_is_refused_in_its_own_row():
    early = HSL_MEASURE | {"due": "2026-11-24"}
    found = errors("discuss", measures=[{"measure": " "}, MEASURE, early])
    assert found == {"measures": {2: {"due": ["Dagen är före beslutet. Välj en senare dag."]}}}


def test_a_measure_may_be_due_on_the_day_it_was_decided():
    assert load("discuss", measures=[MEASURE | {"due": "2026-11-25"}])


def test_a_conference_may_decide_nothing_new():
    loaded = load("discuss", orders=[], measures=[{"measure": "", "side": ""}])
    assert loaded.keys().isdisjoint({"orders", "measures"})


def test_each_new_measure_gets_a_key_of_its_own_and_an_old_one_keeps_its_key():
    new = {name: value for name, value in MEASURE.items() if name != "key"}
    keys = [m["key"] for m in load("discuss", measures=[new, new, MEASURE])["measures"]]
    assert keys[2] == MEASURE["key"]
    assert len(set(keys)) == 3
    assert all(len(key) == 8 and int(key, 16) >= 0 for key in keys)


@pytest.mark.parametrize("key", ["../../etc", "0A1B2C3D", "0a1b2c3", "0a1b2c3d4"])
def test_a_key_that_nobody_gave_out_is_refused(key: str):
    assert errors("discuss", measures=[MEASURE | {"key": key}]).keys() == {"measures"}


def test_two_measures_cannot_share_a_key():
    assert errors("discuss", measures=[MEASURE, MEASURE]).keys() == {"measures"}


def test_an_investigation_names_at_least_one_cause():
    assert errors("investigate", cause_areas=[]).keys() == {"cause_areas"}


def test_a_unit_measure_due_before_the_case_began_is_a_mistyped_year():
    found = errors("unit_investigation", measures=[MEASURE | {"due": "2025-12-01"}])
    assert found == {
        "measures": {0: {"due": ["Dagen är före ärendets början. Kontrollera datumet."]}}
    }
    assert load("unit_investigation", measures=[MEASURE | {"due": "2026-11-21"}])


def cause(**given: str) -> list[dict[str, str]]:
    return [{"area": "procedures_routines_guidelines", **given}]


@given(st.sets(st.sampled_from(["measure", "side", "due", "reason"])))
def test_each_cause_has_a_whole_measure_or_a_reason(parts: set[str]):
    answers = {"measure": "Ny rutin", "side": "unit", "due": "2026-12-01", "reason": "Behövs inte"}
    row = cause(**{part: answers[part] for part in sorted(parts)})
    begun = parts & {"measure", "side", "due"}
    if len(begun) == 3 or (not begun and "reason" in parts):
        assert load("cover_causes", causes=row)["causes"][0].keys() == {"area"} | parts
    else:
        columns = errors("cover_causes", causes=row)["causes"][0].keys()
        assert columns == ({"measure", "side", "due"} - parts if begun else {"measure"})


def test_a_cause_measure_due_before_the_case_began_is_refused():
    row = cause(measure="Ny rutin", side="unit", due="2025-12-01")
    assert errors("cover_causes", causes=row)["causes"].keys() == {0}


@pytest.mark.parametrize("areas", [[], ["technology_equipment"]])
def test_exactly_the_causes_without_a_measure_are_asked_for(areas: list[str]):
    rows = [{"area": area, "reason": "Behövs inte"} for area in areas]
    assert errors("cover_causes", causes=rows).keys() == {"causes"}


def test_what_covers_a_cause_counts_as_a_measure_of_the_case():
    row = cause(measure="Ny rutin", side="hsl", due="2026-12-01")
    case = facts(BEFORE["cover_causes"] | {"cover_causes": {"causes": row}})
    assert [m.text for m in measures_of(case, "hsl")] == ["Ny läkemedelsgenomgång", "Ny rutin"]


def test_a_measure_that_could_not_be_carried_out_needs_a_comment():
    assert errors("carry_out", outcome="not_possible") == {"remark": MISSING}
    assert load("carry_out", outcome="not_possible", remark="Patienten har flyttat.")
    assert errors("carry_out", on="2026-11-26").keys() == {"on"}


def test_each_side_evaluates_its_own_measures():
    assert [row["measure"] for row in form_of("evaluate_hsl").initial()["verdicts"]] == ["4e5f6071"]
    assert [row["measure"] for row in form_of("evaluate_unit").initial()["verdicts"]] == [
        "0a1b2c3d"
    ]
    wrong = [{"measure": "4e5f6071", "verdict": "enough"}]
    assert errors("evaluate_unit", verdicts=wrong).keys() == {"verdicts"}


def test_a_measure_that_is_not_enough_asks_for_the_next_conference_and_a_near_one():
    judged = [{"measure": "0a1b2c3d", "verdict": "not_enough"}]
    assert errors("evaluate_unit", verdicts=judged) == {"next_conference_date": MISSING}
    for day in ("2020-01-01", "2029-01-01"):
        assert errors("evaluate_unit", next_conference_date=day).keys() == {"next_conference_date"}


def test_a_measure_found_enough_is_not_judged_again_and_one_that_was_not_is():
    judged = {
        "verdicts": [{"measure": "0a1b2c3d", "verdict": "not_enough"}],
        "next_conference_date": "2026-12-01",
    }
    before = {"discuss": ANSWERS["discuss"], "evaluate_hsl": ANSWERS["evaluate_hsl"]}
    case = facts(before)
    again = Facts(
        case.opening, case.opened_at,
        (*case.answers, Answer("evaluate_unit", "", 1, stored(form_of("evaluate_unit"), judged),
                               case.opened_at)), 2,
    )  # fmt: skip
    assert form_of("evaluate_hsl", again).initial() == {"verdicts": []}
    assert [r["measure"] for r in form_of("evaluate_unit", again).initial()["verdicts"]] == [
        "0a1b2c3d"
    ]


def test_a_case_without_measures_is_evaluated_with_no_verdict_at_all():
    assert form_of("evaluate_unit", facts({})).load({}) == {"verdicts": []}


@pytest.mark.parametrize("informed", ["patient", "next_of_kin"])
def test_informing_asks_when_and_by_whom(informed: str):
    found = errors("patient_informed", informed=informed, informed_at="", informed_by="")
    assert found == {"informed_at": MISSING, "informed_by": MISSING}


def test_not_informing_asks_why():
    assert errors("patient_informed", informed="not_appropriate") == {"reason": MISSING}
    loaded = load(
        "patient_informed", informed="not_appropriate", reason="Avliden, ingen närstående"
    )
    assert loaded.keys() == {"informed", "reason"}


def test_what_the_patient_is_to_be_told_is_said_beside_the_field():
    help_text = form_of("patient_informed").fields["content"].metadata["help"]
    assert all(word in help_text for word in ("patientnämnden", "IVO", "ersättning", "journalen"))


def test_a_case_sent_back_says_what_is_missing_and_what_to_do_again():
    assert errors("review", decision="return") == {"redo": MISSING, "comment": MISSING}
    loaded = load(
        "review", decision="return", comment="Orsaken saknas.", redo=["unit_investigation"]
    )
    assert loaded["redo"] == ["unit_investigation"]


def test_a_case_that_is_closed_may_have_a_comment_but_nothing_to_do_again():
    loaded = load("review", comment="Bra jobbat.", redo=["investigate"])
    assert loaded == {"decision": "close", "comment": "Bra jobbat."}


def test_a_duplicate_names_the_other_case():
    assert errors("withdraw", reason="duplicate") == {"duplicate_of": MISSING}
    loaded = load("withdraw", reason="duplicate", duplicate_of=" avv-2026-0412 ")
    assert loaded["duplicate_of"] == "AVV-2026-0412"
    assert "duplicate_of" not in load("withdraw", reason="mistake", duplicate_of="AVV-2026-0412")


@pytest.mark.parametrize("reference", ["412", "AVV-26-412", "AVV-2026-0412; x", "AVV 2026 0412"])
def test_what_is_no_reference_is_refused_with_an_example(reference: str):
    found = errors("withdraw", reason="duplicate", duplicate_of=reference)
    assert found == {"duplicate_of": ["Skriv ärendets nummer, till exempel AVV-2026-0412."]}
