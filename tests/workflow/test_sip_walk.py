"""Whatever people answer, a SIP comes to an end and never stands without somebody's duty."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.workflow.sipping import ENGINE, MEALS, PARTIES, TUESDAY, VISITS, WARD, at, party
from workflow.definitions.sip import rules
from workflow.definitions.sip.choices import ANSWERS, CLOSING, EFFORT_OUTCOMES, TRIGGERS
from workflow.definitions.sip.efforts import part_items, parts_of
from workflow.definitions.sip.parties import booking_of, party_of
from workflow.engine import Outcome, StepRef

ACTIONS = [action.key for action in ENGINE.definition.actions]
# A few rounds are enough; people who are never content would go on for ever.
MOST_ROUNDS = 5


class AnySip(RuleBasedStateMachine):
    """Answers what is open in any order, at any pace; looks at the case after each answer."""

    @initialize(
        state=st.sampled_from([state.key for state in ENGINE.definition.states if state.then]),
        trigger=st.sampled_from([*TRIGGERS]),
        notified=st.booleans(),
    )
    def need(self, state: str, trigger: str, notified: bool) -> None:
        more: dict[str, Any] = {"discharge_notice_at": TUESDAY.isoformat()} if notified else {}
        self.walk = at(state, trigger=trigger, **more)
        self.rounds = 1

    def is_open(self) -> bool:
        return bool(ENGINE.definition.state(self.walk.state).then)

    @precondition(is_open)
    @rule(data=st.data(), minutes=st.integers(min_value=0, max_value=60 * 24 * 10))
    def answer(self, data: st.DataObject, minutes: int) -> None:
        self.walk.now += timedelta(minutes=minutes)
        ref = data.draw(st.sampled_from(sorted(self.walk.open)))
        self.walk.do(ref.key, ref.item, **self.drawn(data, ref))

    @precondition(is_open)
    @rule(minutes=st.integers(min_value=0, max_value=60 * 24 * 10))
    def sweep(self, minutes: int) -> None:
        self.walk.wait(self.walk.now + timedelta(minutes=minutes))

    @precondition(lambda self: self.walk.facts.answered("pre_planning") and self.is_open())
    @rule(kept=st.integers(min_value=1, max_value=3))
    def correct_the_parties(self, kept: int) -> None:
        rows = [*PARTIES, party(WARD, "Avdelning 2")][:kept]
        self.walk.change("pre_planning", parties=rows)

    @precondition(lambda self: self.walk.facts.answered("write_plan") and self.is_open())
    @rule(goals=st.sampled_from(["Laga mat.", "Gå ut."]))
    def correct_the_plan(self, goals: str) -> None:
        self.walk.change("write_plan", goals=goals)

    @precondition(is_open)
    @rule(notified=st.booleans())
    def correct_the_notice(self, notified: bool) -> None:
        self.walk.correct_notice(TUESDAY if notified else None)

    @precondition(is_open)
    @rule(data=st.data(), ends=st.integers(min_value=0, max_value=19))
    def end_by_an_action_now_and_then(self, data: st.DataObject, ends: int) -> None:
        if ends == 0:
            action = data.draw(st.sampled_from(ACTIONS))
            self.walk.act(action)
            assert self.walk.state == ENGINE.definition.action(action).to

    @precondition(lambda self: not self.is_open())
    @rule()
    def ask_an_ended_case(self) -> None:
        assert self.walk.go_on() == Outcome(self.walk.state, self.walk.round)

    def drawn(self, data: st.DataObject, ref: StepRef) -> dict[str, Any]:
        """The answers that decide where the case goes."""
        walk, again = self.walk, self.walk.round < MOST_ROUNDS
        match ref.key:
            case "assess_need":
                no = {"outcome": "no_need", "reason": "En räcker.", "told": "Personen"}
                return no if data.draw(st.integers(0, 9)) == 0 else {}
            case "consent":
                answers = ["given"] * 8 + ["cannot", "declined"]
                chosen = data.draw(st.sampled_from(answers))
                return {"consent": chosen} | ({"handling": "God man"} if chosen == "cannot" else {})
            case "take_over_call" if not walk.facts.answered("pre_planning"):
                walk.do("pre_planning")
                return {}
            case "answer":
                return self.of_a_party(data.draw(st.sampled_from([*ANSWERS])))
            case "settle_time":
                return walk.moved(data.draw(st.integers(1, 40))) if data.draw(st.booleans()) else {}
            case "hold_meeting" if again:
                kinds: list[dict[str, Any]] = [
                    {}, {}, walk.moved(data.draw(st.integers(1, 40))),
                    {"outcome": "cancelled", "reason": "Snöstorm"},
                ]  # fmt: skip
                return data.draw(st.sampled_from(kinds))
            case "confirm_part" | "confirm_change" if again and data.draw(st.integers(0, 3)) == 0:
                return walk.objection(ref.item, ref.key)
            case "follow_up_together":
                return self.of_a_follow_up(data, again)
        return {}

    def of_a_party(self, outcome: str) -> dict[str, Any]:
        later = self.walk.in_days(9).isoformat()
        more: dict[str, dict[str, Any]] = {
            "sends_another": {"who_comes": "Lo"},
            "declines": {"reason": "Hinner inte"},
            "no_answer": {"reason": "Ringt"},
            "proposes_another_time": {"proposed_at": later},
        }
        return {"outcome": outcome} | more.get(outcome, {})

    def of_a_follow_up(self, data: st.DataObject, again: bool) -> dict[str, Any]:
        outcomes = st.sampled_from([*EFFORT_OUTCOMES])
        keys = [row["effort"] for row in self.walk.rows("follow_up_together", "")]
        assert set(keys) <= {VISITS, MEALS}
        rows = [{"effort": key, "outcome": data.draw(outcomes)} for key in keys]
        what = data.draw(st.sampled_from(["new_round", "keep", "close"] if again else ["close"]))
        more: dict[str, dict[str, Any]] = {
            "keep": {"next_date": self.walk.in_days(60).date().isoformat()},
            "close": {"closing_reason": data.draw(st.sampled_from([*CLOSING]))},
        }
        return {"efforts": rows, "next": what} | more.get(what, {})

    @invariant()
    def an_open_case_has_a_required_step_and_an_ended_case_has_none(self) -> None:
        required = [opening for opening in self.walk.open.values() if opening.step.required]
        assert bool(required) == self.is_open()

    @invariant()
    def every_open_step_belongs_to_the_state_and_to_somebody_and_is_still_wanted(self) -> None:
        state = ENGINE.definition.state(self.walk.state)
        for ref, opening in self.walk.open.items():
            assert opening.step in state.steps
            assert opening.step.by.roles(self.walk.facts, opening.item)
            assert opening.step.when is None or opening.step.when.test(self.walk.facts)
            items = ENGINE.items(opening.step, self.walk.facts)
            assert ref.item in {item.key for item in items}

    @invariant()
    def every_open_step_has_a_due_time_and_every_rung_in_order(self) -> None:
        for opening in self.walk.open.values():
            assert opening.clock.due is not None
            moments = [moment for moment, _ in opening.rungs]
            assert moments == sorted(moments)
            assert [key for _, key in opening.rungs] == [r.key for r in opening.step.ladder.rungs]

    @invariant()
    def rounds_only_grow(self) -> None:
        assert self.walk.round >= self.rounds
        self.rounds = self.walk.round

    @invariant()
    def a_call_is_waited_for_in_one_way_only_unless_the_laws_clock_has_run_out(self) -> None:
        calls = sorted(
            key for key in self.walk.open_keys if key in ("call", "call_by_law", "take_over_call")
        )
        assert len(calls) <= 1 or calls == ["call_by_law", "take_over_call"]

    @invariant()
    def every_open_answer_has_its_party(self) -> None:
        assert all(party_of(self.walk.facts, item) for item in self.walk.items("answer"))

    @invariant()
    def a_plan_in_force_is_confirmed_or_asked_about(self) -> None:
        if self.walk.state != "follow_up":
            return
        asked = set(self.walk.items("confirm_change"))
        for item in part_items(self.walk.facts):
            answered = any(
                self.walk.facts.answered(step, item.key)
                for step in ("confirm_part", "confirm_change")
            )
            assert answered or item.key in asked
        assert parts_of(self.walk.facts)

    @invariant()
    def nobody_is_called_to_a_meeting_that_is_not_booked_with_the_person_asked(self) -> None:
        if self.walk.state in ("answers", "meeting", "plan"):
            assert booking_of(self.walk.facts)
            asked = self.walk.facts.this_round("pre_planning")
            assert asked or not rules.TO_PRE_PLAN.test(self.walk.facts)

    def teardown(self) -> None:
        """From wherever the answers left it, plain work brings the case to its end."""
        if hasattr(self, "walk") and self.is_open():
            self.walk.do_all(until="closed")
        if hasattr(self, "walk"):
            assert self.walk.open == {}


TestAnySip = AnySip.TestCase
TestAnySip.settings = settings(max_examples=40, stateful_step_count=60)
