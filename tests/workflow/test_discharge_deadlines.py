"""Every limit of the discharge chain at Easter, Midsummer, Christmas and when the clocks change."""

from datetime import date, timedelta

import pytest

from tests.workflow.discharging import Discharge, at, due_of, end_of, home, moment
from workflow.definitions.discharge.stay import notice_late

EASTER, MIDSUMMER, CHRISTMAS = "2027-03-25", "2027-06-24", "2026-12-23"
"""The last working day before each: Maundy Thursday, and the day before an eve."""
SPRING, AUTUMN = "2027-03-27", "2026-10-24"
"""The Saturday before the clocks change."""

ALL = [EASTER, MIDSUMMER, CHRISTMAS, SPRING, AUTUMN]


def opened(received: str) -> Discharge:
    """At a notice that came then."""
    at_once = moment(received)
    return Discharge(at_once + timedelta(minutes=5), notice_received_at=at_once.isoformat())


@pytest.mark.parametrize("day", [*ALL, "2027-03-28", "2026-10-25", "2026-12-25", "2027-06-25"])
@pytest.mark.parametrize("step", ["confirm_hsl", "confirm_social", "tell_current_efforts"])
def test_the_municipality_confirms_the_same_day_also_on_a_day_off(day: str, step: str):
    assert due_of(opened(f"{day}T14:00"), step) == end_of(day)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (EASTER, EASTER),
        ("2027-03-26", "2027-03-30"),  # Good Friday to Tuesday
        ("2027-03-28", "2027-03-30"),  # Easter Sunday, when the clocks change
        (MIDSUMMER, MIDSUMMER),
        ("2027-06-25", "2027-06-28"),  # Midsummer Eve
        (CHRISTMAS, CHRISTMAS),
        ("2026-12-24", "2026-12-28"),
        (AUTUMN, "2026-10-26"),
        ("2026-10-25", "2026-10-26"),
    ],
)
def test_primary_care_confirms_the_same_weekday(day: str, due: str):
    assert due_of(opened(f"{day}T14:00"), "confirm_primary_care") == end_of(due)


def test_a_notice_just_before_midnight_belongs_to_its_own_day_in_sweden():
    assert due_of(opened("2026-12-23T23:30"), "confirm_hsl") == end_of("2026-12-23")
    assert due_of(opened("2027-06-25T00:10"), "confirm_hsl") == end_of("2027-06-25")


@pytest.mark.parametrize(
    ("admitted", "last"),
    [
        ("2027-03-27T10:00", "2027-03-28T11:00"),  # summer time: 24 hours end at 11
        ("2026-10-24T10:00", "2026-10-25T09:00"),
        ("2027-03-25T16:00", "2027-03-26T16:00"),  # Good Friday
        ("2027-06-25T16:00", "2027-06-26T16:00"),
        ("2026-12-24T16:00", "2026-12-25T16:00"),
    ],
)
def test_the_hospital_has_24_real_hours_for_the_admission_notice(admitted: str, last: str):
    in_time = moment(last)
    for sent, late in ((in_time, False), (in_time + timedelta(minutes=1), True)):
        walk = Discharge(
            in_time + timedelta(days=1), admitted_at=moment(admitted).isoformat(),
            notice_sent_at=sent.isoformat(), notice_received_at=sent.isoformat(),
        )  # fmt: skip
        assert notice_late(walk.facts) is late


def test_the_24_hours_run_from_a_need_that_was_judged_later():
    now = moment("2026-11-27T12:00")
    told = {
        "admitted_at": "2026-11-24T12:00", "notice_sent_at": "2026-11-27T09:00",
        "notice_received_at": "2026-11-27T09:05",
    }  # fmt: skip
    assert notice_late(Discharge(now, **told).facts)
    assert not notice_late(Discharge(now, **told, need_judged_at="2026-11-26T10:00").facts)


@pytest.mark.parametrize(
    ("day", "colour", "sbar"),
    [
        (EASTER, "2027-03-31", "2027-04-01"),
        (MIDSUMMER, "2027-06-29", "2027-06-30"),
        (CHRISTMAS, "2026-12-29", "2026-12-30"),
        (SPRING, "2027-03-31", "2027-04-01"),
        (AUTUMN, "2026-10-27", "2026-10-28"),
    ],
)
def test_colour_and_status_wait_for_working_days(day: str, colour: str, sbar: str):
    walk = at("planning", moment(f"{day}T10:00"))
    assert due_of(walk, "set_colour") == end_of(colour)
    assert due_of(walk, "sbar_status_received") == end_of(sbar)


@pytest.mark.parametrize("day", ["2027-03-26", "2027-06-26", "2026-12-25", "2027-03-28"])
def test_the_estimated_day_is_watched_where_it_lies(day: str):
    estimated = date.fromisoformat(day)
    walk = at("planning", moment(f"{estimated - timedelta(days=4)}T10:00"), estimated_discharge=day)
    assert due_of(walk, "new_estimate", "1") == end_of(day)


@pytest.mark.parametrize(("day", "due"), [(EASTER, "2027-06-23"), (AUTUMN, "2027-01-22")])
def test_a_stay_is_asked_about_after_ninety_days(day: str, due: str):
    assert due_of(at("planning", moment(f"{day}T10:00")), "notice_ready") == end_of(due)


@pytest.mark.parametrize("day", ALL)
def test_readiness_is_due_the_day_after_and_the_home_coming_three_days_after(day: str):
    walk = at("planning", moment(f"{day}T09:00"))
    walk.do(
        "notice_ready", sent_at=moment(f"{day}T08:50").isoformat(),
        received_at=moment(f"{day}T09:00").isoformat(),
    )  # fmt: skip
    notice = date.fromisoformat(day)
    for step in ("ready_sol", "ready_hsl", "ready_rehab", "sip_needed"):
        assert due_of(walk, step) == end_of(str(notice + timedelta(days=1)))
    for step in ("ready_to_go_home", "went_home"):
        assert due_of(walk, step) == end_of(str(notice + timedelta(days=3)))


def test_the_home_coming_is_counted_from_when_the_notice_was_sent_as_the_law_does():
    walk = at("planning", moment("2026-11-24T08:30"))
    walk.now = moment("2026-11-26T08:30")
    walk.do("notice_ready", sent_at="2026-11-25T22:00", received_at="2026-11-26T07:30")
    assert due_of(walk, "went_home") == end_of("2026-11-28")
    assert due_of(walk, "ready_hsl") == end_of("2026-11-27")


@pytest.mark.parametrize(
    ("came_home", "due"),
    [
        ("2027-03-27T10:00", "2027-03-28T11:00"),
        ("2026-10-24T10:00", "2026-10-25T09:00"),
        ("2027-03-25T15:00", "2027-03-26T15:00"),
        ("2027-06-24T15:00", "2027-06-25T15:00"),
        ("2026-12-23T15:00", "2026-12-24T15:00"),
    ],
)
def test_earlier_efforts_and_the_safety_call_have_24_real_hours(came_home: str, due: str):
    walk = home(moment(came_home))
    assert due_of(walk, "restart_efforts") == moment(due)
    walk.do_all(until="follow_up")
    assert due_of(walk, "safety_call_24h") == moment(due)


@pytest.mark.parametrize("day", [*ALL, "2027-03-28", "2026-10-25"])
def test_what_begins_the_day_of_the_home_coming_is_due_that_day(day: str):
    walk = home(moment(f"{day}T15:00"), efforts=["new"])
    for step in ("start_new_efforts", "enrol_home_health_care", "first_medicines_and_aids"):
        assert due_of(walk, step) == end_of(day)


@pytest.mark.parametrize("day", ALL)
def test_a_sip_not_judged_before_is_judged_the_day_after_the_home_coming(day: str):
    walk = at("ready", moment(f"{day}T15:00"))
    walk.do("went_home")
    after = date.fromisoformat(day) + timedelta(days=1)
    assert due_of(walk, "sip_needed_at_home") == end_of(str(after))


@pytest.mark.parametrize(
    ("day", "contact", "call", "readmission"),
    [
        # Thursday before Good Friday: 72 hours end on Easter Sunday, and Monday is a day off.
        (EASTER, "2027-03-30", "2027-04-01", "2027-04-26"),
        (MIDSUMMER, "2027-06-28", "2027-07-01", "2027-07-26"),
        (CHRISTMAS, "2026-12-28", "2026-12-30", "2027-01-22"),
        (SPRING, "2027-03-30", "2027-04-03", "2027-04-26"),
        (AUTUMN, "2026-10-27", "2026-10-31", "2026-11-23"),
    ],
)
def test_the_follow_up_runs_from_the_home_coming(
    day: str, contact: str, call: str, readmission: str
):
    walk = home(moment(f"{day}T15:00"), until="follow_up")
    assert due_of(walk, "sol_contact") == end_of(contact)
    assert due_of(walk, "primary_care_call_7d") == end_of(call)
    assert due_of(walk, "readmission") == end_of(readmission)


@pytest.mark.parametrize(
    ("came_home", "due"),
    [
        ("2028-03-24T23:30", "2028-03-28"),  # the hour lost makes it Tuesday 00.30
        ("2026-10-24T00:15", "2026-10-26"),  # the hour won makes it Monday 23.15
        ("2026-11-27T10:00", "2026-11-30"),
        ("2026-11-24T10:00", "2026-11-27"),
    ],
)
def test_72_hours_are_real_hours_and_then_the_next_weekday(came_home: str, due: str):
    assert due_of(home(moment(came_home), until="follow_up"), "sol_contact") == end_of(due)


@pytest.mark.parametrize("day", ["2027-03-28", "2027-06-26", "2026-12-26", "2026-10-25"])
def test_a_sip_is_followed_up_on_the_very_day_that_was_decided(day: str):
    walk = at("ready", moment(f"{date.fromisoformat(day) - timedelta(days=20)}T09:00"))
    walk.do("went_home", outcome="home_with_sip", sip_follow_up_on=day)
    walk.do_all(until="follow_up")
    assert due_of(walk, "sip_followed_up") == end_of(day)
