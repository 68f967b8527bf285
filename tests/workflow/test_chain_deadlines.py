"""A discharge with the SIP that it opens, over every season: each clock of both."""

from datetime import datetime, timedelta

import pytest

from tests.workflow.discharging import Discharge, due_of, end_of, moment
from tests.workflow.sipping import OFFERS, Sip
from tests.workflow.sipping import due_of as sip_due
from tests.workflow.test_discharge_deadlines import (
    ALL,
    AUTUMN,
    CHRISTMAS,
    EASTER,
    MIDSUMMER,
    SPRING,
)
from workflow.definitions.discharge import DISCHARGE
from workflow.engine import StepRef


def chain(day: str) -> tuple[Discharge, Sip]:
    """Ready at nine that morning, and the need of a SIP seen at ten."""
    at_nine = moment(f"{day}T09:00")
    walk = Discharge(at_nine - timedelta(days=3))
    walk.do_all(until="planning")
    walk.now = at_nine + timedelta(hours=1)
    walk.do("notice_ready", sent_at=at_nine.isoformat(), received_at=at_nine.isoformat())
    walk.do("sip_needed", sip_needed=True, no_sip_reason=None)
    (opens,) = DISCHARGE.opens
    assert opens.when.test(walk.facts)
    told = opens.opening(walk.facts, walk.now)
    given = {name: value for name, value in told.items() if value is not None}
    return walk, Sip(walk.now, **given, patient="17", unit=next(iter(OFFERS["units"])))


SEASONS = pytest.mark.parametrize(
    ("day", "consent", "call", "latest", "taken_over"),
    [
        # Maundy Thursday; Good Friday, Easter with the clocks going forward, Easter Monday.
        (EASTER, "2027-03-30", "2027-03-28", "2027-03-30", "2027-03-30"),
        (MIDSUMMER, "2027-06-28", "2027-06-27", "2027-06-28", "2027-06-29"),
        (CHRISTMAS, "2026-12-28", "2026-12-26", "2026-12-28", "2026-12-28"),
        # Saturdays before the clocks change.
        (SPRING, "2027-03-30", "2027-03-30", "2027-03-30", "2027-04-01"),
        (AUTUMN, "2026-10-26", "2026-10-27", "2026-10-27", "2026-10-29"),
    ],
)


@SEASONS
def test_every_clock_of_the_sip_of_a_discharge(
    day: str, consent: str, call: str, latest: str, taken_over: str
):
    _walk, sip = chain(day)
    assert sip.open_keys == ["consent"]
    assert sip_due(sip, "consent") == end_of(consent)
    sip.do("consent")
    clock = sip.open[StepRef("call_by_law")].clock
    assert (clock.due, clock.legal_latest) == (end_of(call), end_of(latest))
    sip.wait(end_of(call) + timedelta(seconds=1))
    assert sip_due(sip, "take_over_call") == end_of(taken_over)


@pytest.mark.parametrize("day", ALL)
def test_the_home_coming_and_the_regions_call_are_due_the_same_day(day: str):
    walk, sip = chain(day)
    sip.do("consent")
    assert due_of(walk, "went_home") == sip_due(sip, "call_by_law")


@pytest.mark.parametrize("day", ALL)
def test_primary_care_is_reminded_until_the_end_of_a_weekday(day: str):
    received = moment(f"{day}T14:00")
    walk = Discharge(received + timedelta(minutes=5), notice_received_at=received.isoformat())
    first = due_of(walk, "confirm_primary_care")
    walk.do("confirm_primary_care", confirmed="not_confirmed", confirmed_at=None)
    walk.do_all(until="planning")
    assert due_of(walk, "primary_care_late") == first


def test_every_limit_of_the_discharge_is_checked_over_the_seasons():
    checked = {
        "confirm_hsl", "confirm_social", "confirm_primary_care", "tell_current_efforts",
        "primary_care_late", "set_colour", "sbar_status_received", "new_estimate", "notice_ready",
        "ready_sol", "ready_hsl", "ready_rehab", "sip_needed", "ready_to_go_home", "went_home",
        "restart_efforts", "start_new_efforts", "enrol_home_health_care",
        "first_medicines_and_aids", "sip_needed_at_home", "safety_call_24h",
        "primary_care_call_7d", "sol_contact", "sip_followed_up", "readmission",
    }  # fmt: skip
    assert {step.key for state in DISCHARGE.states for step in state.steps} == checked


def test_a_chain_begun_in_the_hour_that_comes_twice_keeps_its_days():
    first = datetime.fromisoformat("2026-10-25T02:30+02:00")
    second = datetime.fromisoformat("2026-10-25T02:30+01:00")
    for notice in (first, second):
        sip = Sip(
            notice, trigger="discharge", assessed=True, discharge_notice_at=notice.isoformat()
        )
        assert sip_due(sip, "consent") == end_of("2026-10-26")
        sip.do("consent")
        assert sip_due(sip, "call_by_law") == end_of("2026-10-28")
