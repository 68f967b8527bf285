"""What the statistics count of a SIP: calls, answers by organisation, meetings, plans, the end."""

from datetime import timedelta
from typing import Any

from tests.workflow.figured import Numbers, figures_named, numbers_of
from tests.workflow.sipping import CLINIC, SCHOOL, TUESDAY, WARD, Sip, at, party
from workflow.definitions.sip import SIP
from workflow.definitions.sip.figures import figures_of

OF_DISCHARGE: dict[str, Any] = {
    "trigger": "discharge", "assessed": True, "discharge_notice_at": TUESDAY.isoformat(),
}  # fmt: skip


def numbers(walk: Sip) -> Numbers:
    """By figure and value."""
    return numbers_of(figures_of(walk.facts, walk.state))


def answer(walk: Sip, party_key: str, **given: Any) -> None:
    """Of the party, to the call it has."""
    (item,) = (item for item in walk.items("answer") if item.startswith(party_key))
    walk.do("answer", item, **given)


def test_no_need_and_a_no_from_the_person_are_counted() -> None:
    walk = Sip()
    walk.do("assess_need", outcome="no_need", told="Personen, på telefon.")
    assert numbers(walk) == {("need", "no_need"): 1, ("ended", "no_need"): 1}
    walk = at("consent")
    walk.do("consent", consent="declined", scope="")
    found = numbers(walk)
    assert found["need", "needed"] == found["consent", "declined"] == 1
    assert found["ended", "declined"] == 1
    assert ("call", "municipality") not in found


def test_a_need_that_was_judged_at_the_discharge_is_counted_as_a_need() -> None:
    assert numbers(Sip(**OF_DISCHARGE))["need", "needed"] == 1


def test_a_withdrawn_case_does_not_count() -> None:
    walk = at("calling")
    walk.act("withdraw")
    assert not figures_of(walk.facts, walk.state).counted
    walk = at("calling")
    walk.act("withdraw_consent")
    assert figures_of(walk.facts, walk.state).counted
    assert numbers(walk)["ended", "consent_withdrawn"] == 1


def test_the_laws_days_are_judged_by_when_the_call_was_sent_and_not_by_when_it_was_noted() -> None:
    walk = at("calling", **OF_DISCHARGE)
    walk.do("pre_planning")
    sent = walk.in_days(3)
    walk.now = walk.in_days(6)
    walk.do("call_by_law", called_at=sent.isoformat())
    found = numbers(walk)
    assert found["call", "region"] == found["call_by_law", "in_time"] == 1


def test_a_call_that_is_taken_over_is_late_and_counted_as_the_municipalitys() -> None:
    walk = at("calling", **OF_DISCHARGE)
    walk.do("pre_planning")
    walk.wait(walk.in_days(4))
    walk.do("take_over_call")
    found = numbers(walk)
    assert found["call", "taken_over"] == found["call_by_law", "late"] == 1


def test_outside_discharge_no_law_says_how_soon_the_call_must_be() -> None:
    assert {value for figure, value in numbers(at("answers")) if figure == "call"} == {
        "municipality"
    }
    assert not any(figure == "call_by_law" for figure, _value in numbers(at("answers")))


def test_each_called_organisation_is_followed_from_the_call_to_the_meeting() -> None:
    walk = at("calling")
    ward = party(WARD, "Avdelning 2")
    walk.do(
        "pre_planning", parties=[party(CLINIC, "Linden"), party(SCHOOL, "Skolan", "invited"), ward]
    )
    walk.do("call")
    walk.now += timedelta(hours=26)
    answer(walk, CLINIC, outcome="sends_another", who_comes="Bo")
    answer(walk, SCHOOL)
    answer(walk, WARD, outcome="no_answer", reason="Ringt tre gånger.", came_by="", answered_at="")
    walk.now = walk.in_days(14)
    came = {"outcome": "held", "held_at": walk.now.isoformat()}
    rows = [
        {"party": CLINIC, "organisation": "Linden", "came": "sent_another"},
        {"party": SCHOOL, "organisation": "Skolan", "came": "came"},
        {"party": WARD, "organisation": "Avdelning 2", "came": "stayed_away"},
    ]
    walk.do("hold_meeting", **came, attendance=rows, person_took_part="absent")
    found = numbers(walk)
    assert (
        found["organisation_called", "Linden"] == found["organisation_called", "Avdelning 2"] == 1
    )
    assert found["organisation_minutes", "Linden"] == 26 * 60
    assert found["organisation_came", "Linden"] == 1
    assert found["called_answer", "sends_another"] == found["called_answer", "no_answer"] == 1
    assert found["invited_answer", "attends"] == 1
    assert ("organisation_answered", "Avdelning 2") not in found, "silence is no answer"
    assert ("organisation_came", "Avdelning 2") not in found
    assert not any(value == "Skolan" for _figure, value in found), "only principals are named"
    assert found["meeting", "home"] == 1
    assert ("person_took_part", "") not in found


def test_an_organisation_asked_anew_because_the_meeting_is_moved_is_called_once() -> None:
    walk = at("meeting")
    walk.do("hold_meeting", **walk.moved())
    walk.do_all("meeting")
    found = numbers(walk)
    assert found["not_held", "moved"] == 1
    assert found["organisation_called", "Linden"] == found["organisation_answered", "Linden"] == 1
    assert found["called_answer", "attends"] == 1


def test_efforts_are_counted_as_the_plan_stood_in_the_end() -> None:
    walk = at("plan")
    walk.do("write_plan")
    (first, *_others) = walk.items("confirm_part")
    walk.do("confirm_part", first, **walk.objection(first))
    for item in walk.items("confirm_part"):
        walk.do("confirm_part", item)
    assert numbers(walk)["effort_confirmed", ""] == 1
    walk.do_all("follow_up")
    first_done, *others = walk.rows("follow_up_together", "", outcome="ongoing")
    efforts = [first_done | {"outcome": "done"}, *others]
    walk.do("follow_up_together", efforts=efforts)
    found = numbers(walk)
    assert found["plan", ""] == found["plan_with_four_points", ""] == 1
    assert found["plan_given_to_person", ""] == 1
    assert found["effort", ""] == found["effort_confirmed", ""] == 2
    assert found["effort_done", ""] == 1
    assert found["follow_up", "close"] == found["ended", "closed"] == 1


def test_a_new_round_is_a_new_call_meeting_and_plan() -> None:
    walk = at("follow_up")
    walk.do("follow_up_together", next="new_round", closing_reason="")
    walk.do_all("closed")
    found = numbers(walk)
    assert found["call", "municipality"] == found["meeting", "home"] == found["plan", ""] == 2
    assert found["organisation_called", "Linden"] == 2
    assert found["follow_up", "new_round"] == found["follow_up", "close"] == 1


def test_a_long_name_fits_what_a_tally_holds() -> None:
    walk = at("calling")
    walk.do("pre_planning", parties=[party(CLINIC, "Vårdcentral " * 16)])
    walk.do("call")
    (name,) = (v for figure, v in numbers(walk) if figure == "organisation_called")
    assert len(name) <= 80
    assert name == name.strip()


def test_every_figure_that_a_table_shows_is_told_by_some_case() -> None:
    moved = at("meeting")
    moved.do("hold_meeting", **moved.moved())
    called = at("answers", **OF_DISCHARGE)
    came = at("meeting")
    came.do(
        "hold_meeting", attendance=[{"party": CLINIC, "organisation": "Linden", "came": "came"}]
    )
    told = {figure for walk in (moved, called, came, at("closed")) for figure, _v in numbers(walk)}
    for table in SIP.figure_tables:
        assert set(figures_named(table)) <= told, table.key
