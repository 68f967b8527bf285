"""What doing a step leads to, on a small routine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.workflow.lending import ASKED, LENDING, LENT, PROPOSAL, REPAIR, TRIED, step
from tests.workflow.walking import Walk
from workflow.definition import Deadline, Route, Start, State
from workflow.engine import Engine, StepRef
from workflow.facts import Rule
from workflow.holidays import BY_LAW, STOCKHOLM

MONDAY = datetime(2026, 11, 23, 9, tzinfo=STOCKHOLM)
ENGINE = Engine(LENDING, BY_LAW)


def begun() -> Walk:
    return Walk(ENGINE, {}, MONDAY)


def lent(**weighed: Any) -> Walk:
    walk = begun()
    walk.do("measure")
    walk.do("weigh", **{"aids": ["rollator", "krycka"], "agreed": "2026-12-01"} | weighed)
    return walk


def end_of(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 23, 59, 59, tzinfo=STOCKHOLM)


def test_the_steps_of_a_state_open_together_each_with_its_own_clock():
    walk = begun()
    assert walk.open_keys == ["weigh", "measure", "photo"]
    assert walk.open[StepRef("weigh")].clock.due == MONDAY + timedelta(hours=2)
    assert walk.open[StepRef("measure")].clock.due == end_of(25)


def test_the_case_waits_for_every_required_step():
    walk = begun()
    outcome = walk.do("weigh")
    assert (outcome.path, outcome.opened, walk.state) == ((), (), "asked")


def test_a_conditional_step_opens_when_an_answer_asks_for_it_and_holds_the_case():
    walk = begun()
    outcome = walk.do("weigh", visit=True)
    assert [opening.ref for opening in outcome.opened] == [StepRef("visit")]
    walk.do("measure")
    assert walk.state == "asked"
    walk.do("visit")
    assert walk.state == "lent"


def test_a_conditional_step_is_closed_when_a_correction_takes_its_reason_away():
    walk = begun()
    walk.do("weigh", visit=True)
    outcome = walk.correct("weigh", visit=False)
    assert outcome.not_needed == (StepRef("visit"),)
    assert walk.open_keys == ["measure", "photo"]


def test_a_step_done_is_not_opened_again_in_the_same_round():
    walk = begun()
    walk.do("weigh", visit=True)
    walk.do("visit")
    assert walk.correct("weigh", visit=True, broken=True).opened == ()


def test_an_optional_step_neither_holds_the_case_nor_outlives_its_state():
    walk = begun()
    walk.do("weigh", broken=True)
    outcome = walk.do("measure")
    assert walk.state == "repair"
    assert outcome.not_needed == (StepRef("photo"),)


def test_a_state_without_anything_to_do_is_passed_at_once():
    assert lent().path == ["repair", "lent"]


def test_a_state_stops_the_case_when_there_is_something_to_do():
    walk = lent(broken=True)
    assert (walk.path, walk.open_keys) == (["repair"], ["mend"])


def test_a_repeated_step_opens_once_for_each_item():
    walk = lent()
    assert list(walk.open) == [
        StepRef("hand_out", "rollator"),
        StepRef("hand_out", "krycka"),
        StepRef("sign"),
    ]
    assert [opening.item.label for opening in walk.open.values()] == ["Rollator", "Krycka", ""]


def test_a_new_item_opens_a_new_step_and_one_taken_away_closes_its_own():
    walk = lent()
    walk.do("hand_out", "rollator")
    outcome = walk.correct("weigh", aids=["rollator", "stol"], agreed="2026-12-01")
    assert [opening.ref for opening in outcome.opened] == [StepRef("hand_out", "stol")]
    assert outcome.not_needed == (StepRef("hand_out", "krycka"),)


def test_a_date_from_a_form_is_due_at_the_end_of_that_day():
    clock = lent().open[StepRef("hand_out", "krycka")].clock
    assert (clock.rule, clock.due) == ("on_date", end_of(1, month=12))


def test_a_date_nobody_has_chosen_is_taken_to_be_today():
    clock = lent(agreed=None).open[StepRef("hand_out", "krycka")].clock
    assert clock.due == end_of(23)


def test_a_limit_can_be_counted_from_a_date_in_a_form():
    clock = lent(agreed="2026-11-08").open[StepRef("sign")].clock
    assert (clock.rule, clock.due) == ("months", end_of(8, month=12))


def test_a_late_report_opens_a_step_whose_time_is_already_gone():
    late = Start("händelsen", lambda f, _i, _n: f.opened_at - timedelta(days=2))
    asked = State(
        "asked",
        "Anmäld",
        (step("weigh", due=Deadline("elapsed", late, PROPOSAL, 2)),),
        (Route("lent"),),
    )
    engine = Engine(replace(LENDING, states=(asked, *LENDING.states[2:])), BY_LAW)
    opening = Walk(engine, {}, MONDAY).open[StepRef("weigh")]
    due = MONDAY - timedelta(hours=46)
    assert opening.clock.due == due
    assert opening.rungs == ((due - timedelta(minutes=30), "soon"), (due, "due"))


def test_rungs_are_given_in_utc():
    opening = begun().open[StepRef("weigh")]
    assert {moment.tzinfo for moment, _ in opening.rungs} == {UTC}


def test_going_back_begins_a_new_round_in_which_the_steps_open_again():
    walk = lent(aids=[])
    walk.do("sign")
    outcome = walk.do("judge", misfit=True)
    assert (outcome.state, outcome.round, outcome.path) == ("lent", 2, ("lent",))
    assert walk.open_keys == ["sign"]


def test_a_state_that_leads_to_itself_begins_a_new_round():
    again = Route("tried", Rule("provas igen", lambda f: f.round < 3))
    tried = replace(TRIED, then=(again, Route("returned")))
    engine = Engine(
        replace(LENDING, states=(ASKED, REPAIR, LENT, tried, *LENDING.states[4:])), BY_LAW
    )
    walk = Walk(engine, {}, MONDAY)
    for key in ("measure", "weigh", "sign", "judge", "judge"):
        assert walk.state != "returned"
        walk.do(key)
    assert (walk.state, walk.round, walk.open_keys) == ("tried", 3, ["judge"])


def test_what_was_said_in_an_earlier_round_does_not_send_the_case_back_again():
    walk = lent(aids=[])
    walk.do("sign")
    walk.do("judge", misfit=True)
    walk.do("sign")
    walk.do("judge")
    assert (walk.state, walk.round, walk.open) == ("returned", 2, {})


def test_an_action_ends_the_case_and_closes_every_open_step():
    walk = lent()
    outcome = walk.act("drop")
    assert (outcome.state, outcome.path, outcome.opened) == ("dropped", ("dropped",), ())
    assert len(outcome.not_needed) == 3
    assert walk.open == {}


def test_two_cases_on_one_engine_do_not_know_of_each_other():
    first, second = begun(), begun()
    first.do("weigh", visit=True)
    first.act("drop")
    assert (second.state, second.open_keys) == ("asked", ["weigh", "measure", "photo"])


def test_a_routine_that_never_waits_for_anybody_is_stopped():
    rule = Rule("alltid", lambda _facts: True)
    round_and_round = State("lent", "Utlånad", (), (Route("asked", rule), Route("returned")))
    asked = State("asked", "Anmäld", (), (Route("lent"),))
    definition = replace(LENDING, states=(asked, round_and_round, *LENDING.states[4:]))
    with pytest.raises(RuntimeError, match="goes round without end"):
        Walk(Engine(definition, BY_LAW), {}, MONDAY)


def test_a_clock_can_be_reckoned_anew():
    walk = lent()
    walk.correct("weigh", aids=["krycka"], agreed="2026-12-07")
    opening = walk.open[StepRef("hand_out", "krycka")]
    again = ENGINE.reopen(opening.step, opening.item, walk.facts, MONDAY)
    assert again.clock.due == end_of(7, month=12)


def test_an_item_the_case_no_longer_asks_for_still_has_a_name():
    walk = lent()
    step = LENDING.step("hand_out")
    assert ENGINE.item(step, "krycka", walk.facts).label == "Krycka"
    walk.correct("weigh", aids=[])
    assert ENGINE.item(step, "krycka", walk.facts).label == "krycka"
