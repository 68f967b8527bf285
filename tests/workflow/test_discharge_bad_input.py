"""What the discharge refuses: duplicates, times that cannot be, and answers that say nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.workflow.discharging import (
    OFFERS,
    TUESDAY,
    Discharge,
    action_refused,
    admission,
    at,
    home,
)  # fmt: skip
from workflow.definitions.discharge import DISCHARGE

MISSING = ["Fyll i det här."]
BEFORE_ADMISSION = ["Tiden är före inskrivningen. Kontrollera båda tiderna."]
BEFORE_SENT = ["Meddelandet kan inte ha kommit innan det skickades. Kontrollera båda tiderna."]
BEFORE_HOME = ["Tiden är före hemkomsten. Kontrollera den."]


def opening(**changed: Any) -> dict[str, Any]:
    form = DISCHARGE.opening(now=TUESDAY, offers=OFFERS)
    return form.validate(admission(**changed))


def ago(hours: float, now: datetime = TUESDAY) -> str:
    return (now - timedelta(hours=hours)).isoformat()


def test_a_notice_is_not_sent_before_the_admission():
    assert opening(notice_sent_at=ago(3.5)) == {"notice_sent_at": BEFORE_ADMISSION}


def test_a_notice_does_not_come_before_it_is_sent():
    assert opening(notice_received_at=ago(2.5)) == {"notice_received_at": BEFORE_SENT}


def test_a_notice_is_not_sent_before_the_need_that_it_tells_of():
    assert opening(need_judged_at=ago(1.5)) == {
        "notice_sent_at": ["Meddelandet skickades före bedömningen. Kontrollera båda tiderna."]
    }
    assert opening(need_judged_at=ago(4)) == {"need_judged_at": BEFORE_ADMISSION}
    assert opening(need_judged_at=ago(2)) == {}


@pytest.mark.parametrize("day", ["2026-11-23", "2027-11-25", "2036-11-29"])
def test_an_estimated_day_before_the_admission_or_far_off_is_refused(day: str):
    assert opening(estimated_discharge=day).keys() == {"estimated_discharge"}


@pytest.mark.parametrize("day", ["2026-11-24", "2027-11-24"])
def test_an_estimated_day_may_be_the_same_day_or_a_year_off(day: str):
    assert opening(estimated_discharge=day) == {}


@given(st.lists(st.integers(0, 90), min_size=3, max_size=3))
def test_times_of_the_notice_are_accepted_exactly_when_they_come_in_order(minutes: list[int]):
    names = ("admitted_at", "notice_sent_at", "notice_received_at")
    times = {name: ago(2 - n / 60) for name, n in zip(names, minutes, strict=True)}
    assert (opening(**times) == {}) == (minutes == sorted(minutes))


def test_the_order_of_times_is_told_along_with_other_faults():
    found = opening(patient="99", ward=" ", notice_received_at=ago(2.5))
    assert found.keys() == {"patient", "ward", "notice_received_at"}


def test_a_patient_who_is_not_in_the_list_needs_name_and_number():
    assert opening(patient="other") == {"patient_number": MISSING, "patient_name": MISSING}
    assert opening(patient="other", patient_number="811218-9876", patient_name="Kim Test") == {}


@pytest.mark.parametrize("step", ["confirm_hsl", "confirm_primary_care"])
def test_nobody_confirms_a_notice_before_it_has_come(step: str):
    found = Discharge().refused(step, confirmed_at=ago(1.5))
    assert found == {"confirmed_at": ["Tiden är före inskrivningsmeddelandet. Kontrollera den."]}


def test_a_confirmation_has_a_time_and_the_absence_of_one_has_none():
    walk = Discharge()
    assert walk.refused("confirm_hsl", confirmed_at="") == {"confirmed_at": MISSING}
    walk.do("confirm_hsl", confirmed="not_concerned")
    assert walk.facts.latest("confirm_hsl") == {"confirmed": "not_concerned"}


def test_the_hospital_is_told_of_some_effort():
    found = Discharge().refused("tell_current_efforts", sol_efforts="")
    assert found == {"sol_efforts": MISSING}


def test_another_colour_than_the_hospitals_has_a_reason_and_is_another():
    walk = at("planning")
    assert walk.refused("set_colour", own_colour="red") == {"own_reason": MISSING}
    assert walk.refused("set_colour", own_colour="green", own_reason="Nej.") == {
        "own_colour": ["Det är sjukhusets färg. Välj samma som sjukhuset."]
    }


def test_a_change_to_the_same_day_is_refused_as_the_same_message_once_more():
    walk = at("planning")
    same = {"estimated_discharge": ["Det är samma dag som förut."]}
    assert walk.refused("new_estimate", "1", estimated_discharge="2026-11-29") == same
    walk.do("new_estimate", "1", estimated_discharge="2026-12-01")
    assert walk.refused("new_estimate", "2", estimated_discharge="2026-12-01") == same
    walk.do("new_estimate", "2", estimated_discharge="2026-11-29")


def test_a_change_before_the_admission_is_refused():
    walk = at("planning")
    found = walk.refused("new_estimate", "1", sent_at=ago(4), estimated_discharge="2026-11-23")
    assert found.keys() == {"sent_at", "estimated_discharge"}


@pytest.mark.parametrize(
    ("sent", "received", "found"),
    [
        (ago(4), ago(0), {"sent_at": BEFORE_ADMISSION}),
        (ago(0), ago(1), {"received_at": BEFORE_SENT}),
        (ago(-1), ago(0), {"sent_at": ["Tiden kan inte ligga i framtiden."]}),
        (ago(0), ago(-1), {"received_at": ["Tiden kan inte ligga i framtiden."]}),
    ],
)
def test_a_notice_of_readiness_that_cannot_be_is_refused(
    sent: str, received: str, found: dict[str, Any]
):
    assert at("planning").refused("notice_ready", sent_at=sent, received_at=received) == found


def no_longer_ready() -> Discharge:
    """Ready at half past eight, and not any longer an hour later."""
    walk = at("ready")
    walk.now += timedelta(hours=1)
    walk.do("went_home", outcome="not_ready", withdrawn_at=walk.now.isoformat())
    walk.now += timedelta(hours=1)
    return walk


def test_the_same_notice_of_readiness_is_not_registered_twice():
    walk = no_longer_ready()
    first = walk.facts.latest("notice_ready")["sent_at"]
    assert walk.refused("notice_ready", sent_at=first) == {
        "sent_at": ["Den här underrättelsen är redan registrerad."]
    }


def test_a_new_notice_comes_after_the_one_that_was_taken_back():
    walk = no_longer_ready()
    assert walk.refused("notice_ready", sent_at=ago(1.5, walk.now)).keys() == {"sent_at"}
    walk.do("notice_ready", sent_at=ago(0.5, walk.now))
    assert walk.state == "ready"


def test_a_notice_is_not_taken_back_before_it_is_sent():
    found = at("ready").refused("went_home", outcome="not_ready", withdrawn_at=ago(1))
    assert found == {"withdrawn_at": ["Den kan inte ha tagits tillbaka innan den skickades."]}


def test_a_branch_that_is_ready_says_from_which_day_and_with_what():
    walk = at("ready")
    assert walk.refused("ready_sol", ready_from="", efforts=[]) == {
        "ready_from": MISSING, "efforts": MISSING,
    }  # fmt: skip
    assert walk.refused("ready_hsl", ready_from="2026-11-23").keys() == {"ready_from"}
    walk.do("ready_sol", answer="not_concerned")
    assert walk.facts.latest("ready_sol") == {"answer": "not_concerned"}


def test_no_sip_has_a_reason_and_another_reason_has_words():
    walk = at("ready")
    assert walk.refused("sip_needed", no_sip_reason="") == {"no_sip_reason": MISSING}
    assert walk.refused("sip_needed", no_sip_reason="other") == {"remark": MISSING}
    walk.do("sip_needed", sip_needed=True, no_sip_reason="other")
    assert walk.facts.latest("sip_needed") == {"sip_needed": True}


@pytest.mark.parametrize(
    "criterion",
    [
        "doctor_has_decided", "written_information_given", "care_contact_named",
        "information_transferred", "aids_in_place",
    ],
)  # fmt: skip
def test_what_is_lacking_before_the_home_coming_is_told_in_words(criterion: str):
    walk = at("ready")
    unmet: dict[str, Any] = {criterion: False}
    assert walk.refused("ready_to_go_home", **unmet) == {"lacking": MISSING}
    walk.do("ready_to_go_home", **unmet, lacking="Rollatorn kommer i morgon.")


def test_a_care_contact_is_named():
    found = at("ready").refused("ready_to_go_home", care_contact="")
    assert found == {"care_contact": MISSING}


def test_a_home_coming_has_a_time_and_a_place_and_is_after_the_admission():
    walk = at("ready")
    assert walk.refused("went_home", home_at="", home="") == {"home_at": MISSING, "home": MISSING}
    assert walk.refused("went_home", home_at=ago(4)) == {"home_at": BEFORE_ADMISSION}


def test_a_sip_made_in_hospital_has_a_day_for_its_follow_up_that_is_after_the_home_coming():
    walk = at("ready")
    with_sip = {"outcome": "home_with_sip"}
    assert walk.refused("went_home", **with_sip) == {"sip_follow_up_on": MISSING}
    assert walk.refused("went_home", **with_sip, sip_follow_up_on="2026-11-23") == {
        "sip_follow_up_on": ["Dagen är före hemgången. Kontrollera datumet."]
    }


@pytest.mark.parametrize(
    ("state", "step", "field"),
    [
        ("home", "restart_efforts", "started_at"),
        ("home", "enrol_home_health_care", "enrolled_at"),
        ("home", "first_medicines_and_aids", "checked_at"),
        ("follow_up", "safety_call_24h", "called_at"),
        ("follow_up", "sol_contact", "contacted_at"),
    ],
)
def test_nothing_is_done_at_home_before_the_patient_is_there(state: str, step: str, field: str):
    walk = home(TUESDAY, until=state)
    assert walk.refused(step, **{field: ago(0.5)}) == {field: BEFORE_HOME}


def test_what_was_not_needed_or_is_lacking_is_told_in_words():
    walk = at("home")
    assert walk.refused("restart_efforts", outcome="not_needed") == {"reason": MISSING}
    assert walk.refused("first_medicines_and_aids", in_place=False) == {
        "lacking": MISSING, "remedy": MISSING,
    }  # fmt: skip


def test_a_call_that_was_made_has_a_time_and_one_that_was_not_has_none():
    walk = at("follow_up")
    assert walk.refused("safety_call_24h", called_at="") == {"called_at": MISSING}
    walk.do("safety_call_24h", outcome="not_called")
    assert walk.facts.latest("safety_call_24h") == {"outcome": "not_called"}


def test_nobody_says_that_there_was_no_readmission_before_the_days_have_passed():
    walk = home(TUESDAY, until="follow_up")
    walk.now = TUESDAY + timedelta(days=29)
    assert walk.refused("readmission") == {
        "readmitted": ["Vänta med att svara nej till 2026-12-24."]
    }
    walk.now = datetime(2026, 12, 24, 0, 1, tzinfo=TUESDAY.tzinfo)
    walk.do("readmission")


def test_a_readmission_is_after_the_home_coming_and_within_the_days_that_count():
    walk = home(TUESDAY, until="follow_up")
    walk.now = TUESDAY + timedelta(days=40)
    told: dict[str, Any] = {"readmitted": True, "planned": False, "reason": "Fall."}
    assert walk.refused("readmission", **told) == {"readmitted_at": MISSING}
    assert walk.refused("readmission", **told, readmitted_at=ago(1)) == {
        "readmitted_at": BEFORE_HOME
    }
    late = ago(0, TUESDAY + timedelta(days=31))
    assert walk.refused("readmission", **told, readmitted_at=late) == {
        "readmitted_at": ["Efter 2026-12-24 räknas det inte som återinläggning."]
    }
    walk.do("readmission", **told, readmitted_at=ago(0, TUESDAY + timedelta(days=30)))


def test_nobody_is_readmitted_before_coming_home():
    given: dict[str, Any] = {"readmitted_at": ago(0), "planned": False, "reason": "Fall."}
    for state in ("admitted", "planning", "ready"):
        assert action_refused("readmit", at(state).facts, TUESDAY, **given) == {
            "readmitted_at": ["Patienten har inte kommit hem än."]
        }


def test_a_case_is_not_interrupted_from_a_day_to_come():
    found = action_refused("interrupt", at("ready").facts, TUESDAY, reason="moved", on="2026-11-25")
    assert found == {"on": ["Dagen kan inte ligga i framtiden."]}


def test_a_refused_answer_leaves_the_case_as_it_was():
    walk = at("planning")
    before = (walk.state, walk.facts, set(walk.open))
    with pytest.raises(ValidationError):
        walk.do("notice_ready", sent_at=ago(4))
    assert (walk.state, walk.facts, set(walk.open)) == before
