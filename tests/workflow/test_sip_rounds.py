"""A SIP that goes round again: new times, objections, a changed plan and a new plan."""

from datetime import timedelta

from tests.workflow.sipping import CLINIC, MEALS, PARTIES, SCHOOL, VISITS, Sip, at, due_of, end_of
from workflow.definitions.sip.effort_lines import effort_lines
from workflow.definitions.sip.parties import booking_of
from workflow.engine import StepRef


def proposed() -> Sip:
    """The school has proposed another time; the clinic has not answered."""
    walk = at("answers")
    school = walk.items("answer")[1]
    later = walk.in_days(20).isoformat()
    walk.do("answer", school, outcome="proposes_another_time", proposed_at=later)
    return walk


def test_a_proposed_time_is_settled_by_the_coordinator():
    walk = proposed()
    assert walk.open_keys == ["answer", "settle_time"]
    assert due_of(walk, "settle_time", walk.items("settle_time")[0]) == end_of("2026-11-26")


def test_a_time_that_stands_asks_nobody_again():
    walk = proposed()
    walk.do("settle_time", walk.items("settle_time")[0])
    assert [item[:8] for item in walk.items("answer")] == [CLINIC]
    walk.do("answer", walk.items("answer")[0])
    assert walk.state == "meeting"


def test_a_new_time_asks_everybody_again_and_drops_answers_to_the_old_one():
    walk = proposed()
    old = walk.items("answer")
    outcome = walk.do("settle_time", walk.items("settle_time")[0], **walk.moved())
    assert outcome.not_needed == tuple(StepRef("answer", item) for item in old)
    assert [item[:8] for item in walk.items("answer")] == [CLINIC, SCHOOL]
    assert (walk.open_keys, walk.round) == (["answer", "answer"], 1)
    walk.do_all(until="meeting")
    assert due_of(walk, "hold_meeting") == end_of("2026-12-15")


def test_the_new_time_can_be_proposed_against_too():
    walk = proposed()
    walk.do("settle_time", walk.items("settle_time")[0], **walk.moved())
    later = walk.in_days(30).isoformat()
    walk.do("answer", walk.items("answer")[0], outcome="proposes_another_time", proposed_at=later)
    assert len(walk.items("settle_time")) == 1


def test_a_proposal_by_a_party_that_is_taken_away_needs_no_settling():
    walk = proposed()
    outcome = walk.change("pre_planning", parties=PARTIES[:1])
    assert [ref.key for ref in outcome.not_needed] == ["settle_time"]


def test_a_corrected_meeting_time_asks_everybody_again():
    walk = at("answers")
    walk.do("answer", walk.items("answer")[0])
    walk.change("call", **walk.booked(15))
    assert [item[:8] for item in walk.items("answer")] == [CLINIC, SCHOOL]


def test_a_corrected_place_asks_nobody_again():
    walk = at("answers")
    walk.do("answer", walk.items("answer")[0])
    walk.change("call", place="Rum 2")
    assert [item[:8] for item in walk.items("answer")] == [SCHOOL]


def test_a_moved_meeting_asks_everybody_about_the_new_time_in_a_new_round():
    walk = at("meeting")
    walk.do("hold_meeting", **walk.moved())
    assert (walk.state, walk.round, walk.open_keys) == ("answers", 2, ["answer", "answer"])
    walk.do_all(until="meeting")
    assert due_of(walk, "hold_meeting") == end_of("2026-12-15")


def test_a_meeting_can_be_moved_again_and_again():
    walk = at("meeting")
    for days in (21, 28, 35):
        walk.do("hold_meeting", **walk.moved(days))
        walk.do_all(until="meeting")
    assert (walk.round, due_of(walk, "hold_meeting")) == (4, end_of("2026-12-29"))


def test_a_cancelled_meeting_is_called_to_anew_without_another_pre_planning():
    walk = at("meeting")
    walk.now += timedelta(days=7)
    walk.do("hold_meeting", outcome="cancelled", reason="Inlagd igen")
    assert (walk.state, walk.round, walk.open_keys) == ("calling", 2, ["call"])
    assert due_of(walk, "call") == end_of("2026-12-08")
    assert booking_of(walk.facts) is None


def test_the_laws_clock_does_not_start_again_when_a_meeting_is_cancelled():
    walk = at("meeting", discharge_notice_at="2026-11-23T10:00", trigger="discharge")
    walk.do("hold_meeting", outcome="cancelled", reason="Inlagd igen")
    assert walk.open_keys == ["call"]


def written() -> Sip:
    """The plan is written and nobody has confirmed it."""
    walk = at("plan")
    walk.do("write_plan")
    return walk


def test_an_objection_takes_the_plan_back_to_be_rewritten_when_all_have_answered():
    walk = written()
    first, second = walk.items("confirm_part")
    walk.do("confirm_part", first, **walk.objection(first))
    assert walk.items("confirm_part") == [second]
    walk.do("confirm_part", second)
    assert (walk.state, walk.round, walk.open_keys) == ("plan", 2, ["write_plan"])


def test_the_rewritten_plan_is_confirmed_by_everybody():
    walk = written()
    first, second = walk.items("confirm_part")
    walk.do("confirm_part", first, **walk.objection(first))
    walk.do("confirm_part", second)
    walk.do("write_plan", needed_efforts="Mindre stöd.")
    assert len(walk.items("confirm_part")) == 2
    walk.do_all(until="follow_up")
    assert walk.round == 2


def test_the_same_plan_sent_again_after_an_objection_is_still_confirmed_anew():
    walk = written()
    first, second = walk.items("confirm_part")
    walk.do("confirm_part", first, **walk.objection(first))
    walk.do("confirm_part", second)
    walk.do("write_plan")
    assert walk.items("confirm_part") == [first, second]
    walk.do_all(until="follow_up")


def changed(walk: Sip, **more: str) -> Sip:
    """The plan is corrected."""
    walk.change("write_plan", **more)
    return walk


def test_a_change_of_the_plan_clears_what_has_been_confirmed():
    walk = written()
    walk.do("confirm_part", walk.items("confirm_part")[0])
    changed(walk, crisis_contact="112")
    assert len(walk.items("confirm_part")) == 2


def test_a_change_of_the_plan_takes_back_the_copies_until_all_have_confirmed_it():
    walk = written()
    for item in walk.items("confirm_part"):
        walk.do("confirm_part", item)
    assert walk.open_keys == ["send_copies"]
    changed(walk, crisis_contact="112")
    assert walk.open_keys == ["confirm_part", "confirm_part"]
    walk.do_all(until="follow_up")


def test_a_plan_changed_after_it_was_confirmed_is_confirmed_again_beside_the_follow_up():
    walk = changed(at("follow_up"), goals="Gå till affären.")
    assert sorted(walk.open_keys) == [
        "confirm_change", "confirm_change", "follow_up_together",
    ]  # fmt: skip
    first, second = walk.items("confirm_change")
    walk.do("confirm_change", first)
    assert walk.items("confirm_change") == [second]
    step = walk.engine.definition.step("confirm_change")
    assert walk.engine.item(step, first, walk.facts).label == "Hemtjänsten, Cilla"
    walk.do("confirm_change", second)
    assert walk.open_keys == ["follow_up_together"]


def test_efforts_show_whether_they_are_confirmed_and_then_how_they_went():
    walk = written()
    walk.do("confirm_part", walk.items("confirm_part")[0])
    visits, meals = effort_lines(walk.facts)
    assert (visits.owner, visits.responsible, visits.verdict) == ("Regionen", "Linden, Kim", "")
    assert (meals.verdict, meals.is_enough) == ("Bekräftad", True)
    changed(walk, goals="Annat.")
    assert [line.verdict for line in effort_lines(walk.facts)] == ["", ""]
    walk.do_all(until="follow_up")
    rows = [{"effort": VISITS, "outcome": "done"}, {"effort": MEALS, "outcome": "not_done"}]
    walk.do("follow_up_together", efforts=rows)
    assert [line.outcome for line in effort_lines(walk.facts)] == ["Gjord", "Inte gjord"]


def test_before_the_plan_there_are_no_efforts_to_show():
    assert effort_lines(at("plan").facts) == ()


def test_a_plan_that_is_kept_is_followed_up_again_on_the_new_day():
    walk = at("follow_up")
    walk.do("follow_up_together", next="keep", next_date="2027-06-25")
    assert (walk.state, walk.round) == ("follow_up", 2)
    assert due_of(walk, "follow_up_together") == end_of("2027-06-25")


def test_a_new_round_begins_with_the_person_and_gives_a_new_plan():
    walk = at("follow_up", discharge_notice_at="2026-11-23T10:00", trigger="discharge")
    walk.now += timedelta(days=90)
    walk.do("follow_up_together", next="new_round", efforts=[
        {"effort": VISITS, "outcome": "done"}, {"effort": MEALS, "outcome": "ongoing"},
    ])  # fmt: skip
    assert (walk.state, walk.round, walk.open_keys) == ("calling", 2, ["pre_planning"])
    walk.do("pre_planning")
    assert walk.open_keys == ["call"]
    assert due_of(walk, "call") == end_of("2027-03-01")
    walk.do_all(until="plan")
    form = walk.open[StepRef("write_plan")].step.form(now=walk.now, facts=walk.facts)
    start = form.initial()
    assert [row["key"] for row in start["efforts"]] == [MEALS]
    assert start["goals"] == "Laga mat."
    assert "follow_up_date" not in start
    walk.do_all(until="closed")
    assert walk.round == 2


def test_a_meeting_cancelled_in_a_later_plan_needs_no_new_pre_planning_either():
    walk = at("follow_up")
    walk.do("follow_up_together", next="new_round")
    walk.do_all(until="meeting")
    walk.do("hold_meeting", outcome="cancelled", reason="Snöstorm")
    assert (walk.round, walk.open_keys) == (3, ["call"])
