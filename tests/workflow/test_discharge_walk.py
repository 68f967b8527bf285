"""Whatever people answer, a discharge comes to an end and never stands without somebody's duty."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.workflow.discharging import ENGINE, TUESDAY, Discharge
from workflow.definitions.discharge import stay
from workflow.engine import Outcome, StepRef
from workflow.holidays import STOCKHOLM

CONFIRMATIONS = ("confirm_hsl", "confirm_social", "confirm_primary_care", "primary_care_late")
BRANCHES = ("ready_sol", "ready_hsl", "ready_rehab")


class AnyDischarge(RuleBasedStateMachine):
    """Answers what is open in any order, at any pace; looks at the case after each answer."""

    @initialize(days=st.integers(min_value=0, max_value=60))
    def tell_of_the_admission(self, days: int) -> None:
        estimated = (TUESDAY + timedelta(days=days)).date().isoformat()
        self.walk = Discharge(estimated_discharge=estimated)
        self.rounds = 1
        self.estimates = 0

    def is_open(self) -> bool:
        return bool(ENGINE.definition.state(self.walk.state).then)

    @precondition(is_open)
    @rule(data=st.data(), minutes=st.integers(min_value=1, max_value=60 * 24 * 9))
    def answer(self, data: st.DataObject, minutes: int) -> None:
        self.walk.now += timedelta(minutes=minutes)
        ref = data.draw(st.sampled_from(sorted(self.walk.open)))
        if ref.key == "new_estimate" and self.estimates > 5:
            return
        given = self.drawn(data, ref)
        if ref.key == "readmission" and not given["readmitted"]:
            self.walk.wait_for_the_last_day()
        self.walk.do(ref.key, ref.item, **given)
        self.estimates += ref.key == "new_estimate"

    @precondition(lambda self: not self.is_open())
    @rule()
    def ask_an_ended_case(self) -> None:
        assert self.walk.go_on() == Outcome(self.walk.state, self.walk.round)

    def drawn(self, data: st.DataObject, ref: StepRef) -> dict[str, Any]:
        """The answers that decide where the case goes."""
        draw, now = data.draw, self.walk.now.isoformat()
        if ref.key in CONFIRMATIONS:
            answers = st.sampled_from(["confirmed", "not_confirmed", "not_concerned"])
            return {"confirmed": draw(answers, label="confirmed")}
        if ref.key in BRANCHES:
            answer = draw(st.sampled_from(["ready", "not_concerned"]), label="answer")
            if ref.key != "ready_sol":
                return {"answer": answer}
            efforts = st.lists(st.sampled_from(["earlier", "new"]), min_size=1, unique=True)
            return {"answer": answer, "ready_from": now[:10], "efforts": draw(efforts)}
        if ref.key == "new_estimate":
            after = stay.estimate_of(self.walk.facts) or self.walk.now.date()
            days = draw(st.integers(min_value=1, max_value=20), label="days")
            return {"estimated_discharge": (after + timedelta(days=days)).isoformat()}
        if ref.key.startswith("sip_needed"):
            return {"sip_needed": draw(st.booleans(), label="sip")}
        if ref.key == "went_home":
            outcomes = ["home", "home_with_sip", "not_ready"]
            # A few changes of mind are enough.
            outcome = draw(st.sampled_from(outcomes[: 3 if self.walk.round < 4 else 2]))
            on = (self.walk.now + timedelta(days=9)).date().isoformat()
            return {"outcome": outcome, "withdrawn_at": now, "sip_follow_up_on": on}
        if ref.key == "readmission":
            last = stay.last_readmission_day(self.walk.facts)
            assert last is not None
            back = self.walk.now.astimezone(STOCKHOLM).date() <= last and draw(st.booleans())
            return {
                "readmitted": back, "readmitted_at": now, "planned": False, "reason": "Fall.",
            }  # fmt: skip
        return {}

    @invariant()
    def an_open_case_has_a_required_step_and_an_ended_case_has_none(self) -> None:
        required = [opening for opening in self.walk.open.values() if opening.step.required]
        assert bool(required) == self.is_open()

    @invariant()
    def every_open_step_belongs_to_the_state_and_to_somebody_and_is_still_wanted(self) -> None:
        state = ENGINE.definition.state(self.walk.state)
        for opening in self.walk.open.values():
            assert opening.step in state.steps
            assert opening.step.by.roles(self.walk.facts, opening.item)
            assert opening.step.when is None or opening.step.when.test(self.walk.facts)

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
    def a_patient_at_home_has_a_colour_and_a_judged_need_before_the_follow_up(self) -> None:
        order, facts = ENGINE.definition.order, self.walk.facts
        if order("home") <= order(self.walk.state) <= order("closed"):
            assert stay.colour_of(facts)
            assert stay.home_at(facts)
        if order("follow_up") <= order(self.walk.state) <= order("closed"):
            assert any(facts.answered(question) for question in stay.SIP_QUESTIONS)

    @invariant()
    def one_need_of_sip_at_most_is_told(self) -> None:
        answers = [a for step in stay.SIP_QUESTIONS for a in self.walk.facts.every(step)]
        assert sum(answer.data["sip_needed"] for answer in answers) <= 1

    def teardown(self) -> None:
        """From wherever the answers left it, plain work brings the case to its end."""
        if hasattr(self, "walk") and self.is_open():
            self.walk.now += timedelta(minutes=1)
            self.walk.do_all(until="closed")
            assert self.walk.open == {}


TestAnyDischarge = AnyDischarge.TestCase
TestAnyDischarge.settings = settings(max_examples=40, stateful_step_count=50)
