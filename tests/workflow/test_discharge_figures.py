"""What the statistics count of a stay: notices, who was ready, the days of waiting, the return."""

from datetime import timedelta
from typing import Any

from tests.workflow.discharging import TUESDAY, Discharge, at, home, moment
from tests.workflow.figured import Numbers, figures_named, numbers_of
from tests.workflow.sipping import at as sip_at
from workflow.definitions.discharge import DISCHARGE
from workflow.definitions.discharge.figures import figures_of
from workflow.definitions.sip.figures import figures_of as sip_figures_of
from workflow.weekdays import WEEKDAYS

TUESDAY_KEY = "1"


def numbers(walk: Discharge) -> Numbers:
    """By figure and value."""
    return numbers_of(figures_of(walk.facts, walk.state))


def test_a_late_admission_notice_is_counted() -> None:
    walk = Discharge(admitted_at=(TUESDAY - timedelta(days=3)).isoformat())
    assert numbers(walk)["notice_late", ""] == 1
    assert ("notice_late", "") not in numbers(Discharge())
    assert numbers(Discharge())["admitted", ""] == 1


def test_primary_care_is_counted_by_its_newest_word() -> None:
    walk = Discharge()
    walk.do("confirm_primary_care", confirmed="not_confirmed", confirmed_at="")
    assert numbers(walk)["notice_not_confirmed", "confirm_primary_care"] == 1
    walk.do_all("planning")
    walk.do("primary_care_late")
    found = numbers(walk)
    assert found["notice_confirmed", "confirm_primary_care"] == 1
    assert ("notice_not_confirmed", "confirm_primary_care") not in found


def test_days_of_waiting_are_dates_in_stockholm_and_not_hours() -> None:
    walk = at("planning")
    walk.now = moment("2026-11-27T23:30")
    walk.do("notice_ready")
    walk.do_all("ready")
    walk.now = moment("2026-12-01T00:15")
    walk.do("went_home")
    found = numbers(walk)
    assert found["ready", "4"] == 1, "a Friday"
    assert found["home", ""] == found["home_green", TUESDAY_KEY] == 1
    assert found["days_waited", ""] == 4
    assert found["long_wait", ""] == found["home_after_notice", ""] == 1


def test_somebody_who_goes_home_on_the_same_day_has_waited_no_day_but_counts_in_the_mean() -> None:
    walk = at("ready")
    walk.do("went_home")
    found = numbers(walk)
    assert found["home_after_notice", ""] == 1
    assert found["days_waited", ""] == 0
    assert ("long_wait", "") not in found


def test_a_notice_taken_back_begins_the_waiting_anew() -> None:
    walk = at("ready", TUESDAY)
    walk.now += timedelta(days=5)
    walk.do(
        "went_home", outcome="not_ready", withdrawn_at=walk.now.isoformat(), home="", home_at=""
    )
    walk.now += timedelta(days=5)
    walk.do_all("ready")
    walk.now += timedelta(days=2)
    walk.do("went_home")
    found = numbers(walk)
    assert found["taken_back", ""] == 1
    assert found["days_waited", ""] == 2


def test_a_branch_that_has_not_answered_before_the_home_coming_is_counted() -> None:
    walk = at("ready")
    walk.do("ready_sol")
    walk.do("ready_rehab")
    walk.do("went_home")
    found = numbers(walk)
    assert found["branch_ready", "ready_sol"] == 1
    assert found["branch_not_concerned", "ready_rehab"] == 1
    assert found["branch_silent", "ready_hsl"] == 1
    assert found["home_before_ready", ""] == 1


def test_a_colour_that_the_municipality_sees_otherwise_is_counted_and_the_hospitals_stays() -> None:
    walk = at("planning")
    walk.do("set_colour", colour="green", own_colour="red", own_reason="Bor ensam.")
    walk.do_all("ready")
    walk.do("went_home")
    found = numbers(walk)
    assert found["colour_disputed", ""] == 1
    assert found["home_green", TUESDAY_KEY] == 1


def test_the_need_of_a_sip_is_counted_with_why_not() -> None:
    walk = at("ready")
    walk.do("sip_needed", sip_needed=False, no_sip_reason="declined")
    assert numbers(walk)["sip", "declined"] == 1
    walk = at("ready")
    walk.do("sip_needed", sip_needed=True, no_sip_reason="")
    assert numbers(walk)["sip", "needed"] == 1


def test_calls_after_the_home_coming_are_counted_by_who_was_to_call() -> None:
    walk = home(TUESDAY, "follow_up")
    walk.do("safety_call_24h", outcome="no_answer")
    walk.do("primary_care_call_7d", outcome="not_called", called_at="")
    found = numbers(walk)
    assert found["after_home_no_answer", "safety_call_24h"] == 1
    assert found["after_home_not_called", "primary_care_call_7d"] == 1


def test_a_readmission_is_counted_whether_it_is_told_by_the_step_or_at_once() -> None:
    asked = home(TUESDAY, "follow_up")
    asked.now += timedelta(days=3)
    given: dict[str, Any] = {
        "readmitted_at": asked.now.isoformat(),
        "planned": False,
        "reason": "Föll.",
    }
    asked.do("readmission", readmitted=True, **given)
    asked.do_all("readmitted")
    at_once = home(TUESDAY, "follow_up")
    at_once.act("readmit")
    stayed = home(TUESDAY, "closed")
    assert numbers(asked)["readmitted", ""] == numbers(at_once)["readmitted", ""] == 1
    assert ("readmitted", "") not in numbers(stayed)


def test_every_row_of_a_table_is_a_step_a_weekday_or_an_answer_that_some_case_can_give() -> None:
    steps = {step.key for state in DISCHARGE.states for step in state.steps}
    for table in DISCHARGE.figure_tables:
        if table.key not in ("discharge_weekdays", "discharge_sip_needs"):
            assert set(table.rows) <= steps, table.key
    assert len(WEEKDAYS) == 7


def test_the_table_of_sips_asks_for_figures_that_a_sip_tells() -> None:
    walk = sip_at("closed", trigger="discharge", discharge_notice_at=TUESDAY.isoformat())
    told = {figure for figure, _v in numbers_of(sip_figures_of(walk.facts, walk.state))}
    (table,) = (table for table in DISCHARGE.figure_tables if table.of)
    assert set(figures_named(table)) <= told
