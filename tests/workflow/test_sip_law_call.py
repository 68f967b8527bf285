"""The law's clock for the call: the region's duty, and the municipality that takes it over."""

from datetime import datetime, timedelta

import pytest
from marshmallow import ValidationError

from tests.workflow.sipping import ENGINE, TUESDAY, Sip, at, due_of, end_of
from workflow.engine import StepRef
from workflow.holidays import STOCKHOLM
from workflow.roles import Role

NOTICE = datetime(2026, 11, 23, 14, tzinfo=STOCKHOLM)  # a Monday


def discharged(now: datetime = NOTICE, **need: str) -> Sip:
    """In the state calling, the notice given at `now`."""
    notice = {"trigger": "discharge", "discharge_notice_at": now.isoformat()}
    return at("calling", now, **(notice | need))


def test_after_a_notice_the_regions_call_is_awaited_at_once_and_by_the_laws_clock():
    walk = discharged()
    assert walk.open_keys == ["pre_planning", "call_by_law"]
    clock = walk.open[StepRef("call_by_law")].clock
    assert (clock.due, clock.legal_latest) == (end_of("2026-11-26"), end_of("2026-11-26"))


def test_the_laws_clock_runs_from_the_notice_and_not_from_when_somebody_wrote_it_down():
    walk = discharged(discharge_notice_at=(NOTICE - timedelta(days=2)).isoformat())
    assert due_of(walk, "call_by_law") == end_of("2026-11-24")


def test_the_region_that_calls_in_time_leaves_nothing_to_take_over():
    walk = discharged()
    walk.do("pre_planning")
    walk.do("call_by_law")
    assert (walk.state, "take_over_call" in walk.open_keys) == ("answers", False)


def test_nothing_is_taken_over_while_the_laws_clock_runs():
    walk = discharged()
    walk.wait(end_of("2026-11-26"))
    assert "take_over_call" not in walk.open_keys


def test_when_the_region_has_not_called_the_coordinator_gets_the_call_by_itself():
    walk = discharged()
    walk.wait(end_of("2026-11-26") + timedelta(seconds=1))
    assert walk.open_keys == ["pre_planning", "call_by_law", "take_over_call"]
    assert due_of(walk, "take_over_call") == end_of("2026-11-30")
    roles = walk.open[StepRef("take_over_call")].step.by.roles(walk.facts, None)
    assert roles[:2] == (Role.SIP_COORDINATOR, Role.CASE_OFFICER)


def test_a_call_taken_over_ends_the_wait_for_the_regions():
    walk = discharged()
    walk.do("pre_planning")
    walk.wait(NOTICE + timedelta(days=4))
    outcome = walk.do("take_over_call")
    assert outcome.not_needed == (StepRef("call_by_law"),)
    assert walk.state == "answers"


def test_a_call_that_comes_late_ends_the_duty_to_take_it_over():
    walk = discharged()
    walk.wait(NOTICE + timedelta(days=4))
    outcome = walk.do("call_by_law")
    assert outcome.not_needed == (StepRef("take_over_call"),)
    assert walk.open_keys == ["pre_planning"]


def test_nobody_takes_over_a_call_to_nobody():
    walk = discharged()
    walk.wait(NOTICE + timedelta(days=4))
    with pytest.raises(ValidationError, match="Gör förplaneringen först"):
        walk.do("take_over_call")
    walk = discharged()
    walk.do("pre_planning")
    walk.wait(NOTICE + timedelta(days=4))
    assert walk.do("take_over_call").state == "answers"


def test_a_notice_that_comes_while_the_call_is_prepared_starts_the_laws_clock():
    walk = at("calling")
    walk.do("pre_planning")
    outcome = walk.correct_notice(TUESDAY)
    assert outcome.not_needed == (StepRef("call"),)
    assert due_of(walk, "call_by_law") == end_of("2026-11-27")


def test_a_notice_taken_back_after_the_region_has_called_asks_for_no_second_call():
    walk = discharged()
    walk.do("call_by_law")
    walk.correct_notice(None)
    walk.do("pre_planning")
    assert walk.state == "answers"


def test_the_laws_call_has_a_ladder_of_its_own_that_reminds_before_a_weekend():
    thursday = datetime(2026, 11, 26, 15, tzinfo=STOCKHOLM)
    walk = discharged(thursday)
    opening = walk.open[StepRef("call_by_law")]
    assert opening.step.ladder.key == "law_call"
    first = opening.rungs[0][0].astimezone(STOCKHOLM)
    assert (first.date().isoformat(), first.hour) == ("2026-11-27", 11)
    others = {s.ladder.key for state in ENGINE.definition.states for s in state.steps}
    assert others == {"law_call", "daytime", "party_first"}
