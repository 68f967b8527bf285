"""Whatever people answer, a deviation comes to an end and never stands without somebody's duty."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.workflow.deviating import ENGINE, TUESDAY, Deviation
from workflow.definitions.deviation import rules
from workflow.definitions.deviation.choices import CAUSE_AREAS, KINDS, VALID_THROUGH
from workflow.engine import Outcome, StepRef
from workflow.roles import LICENSED

AREAS = st.lists(st.sampled_from([*CAUSE_AREAS]), min_size=1, unique=True)
SIDES = st.sampled_from(["hsl", "unit"])
DAYS = st.integers(min_value=1, max_value=90)
ORDERS = st.sampled_from([[], [{"profession": "nurse", "order": "Blodtryck dagligen"}]])


class AnyDeviation(RuleBasedStateMachine):
    """Answers what is open in any order, at any pace; looks at the case after each answer."""

    @initialize(
        kind=st.sampled_from([kind for kind in KINDS if kind not in VALID_THROUGH]),
        minutes=st.integers(min_value=60, max_value=60 * 24 * 30),
    )
    def report(self, kind: str, minutes: int) -> None:
        happened = TUESDAY - timedelta(minutes=minutes)
        more: dict[str, Any] = {"medication_kind": "missed_dose"} if kind == "medication" else {}
        self.walk = Deviation(kind=kind, occurred_at=happened.isoformat(), **more)
        self.rounds = 1

    def is_open(self) -> bool:
        return bool(ENGINE.definition.state(self.walk.state).then)

    @precondition(is_open)
    @rule(data=st.data(), minutes=st.integers(min_value=0, max_value=60 * 24 * 20))
    def answer(self, data: st.DataObject, minutes: int) -> None:
        self.walk.now += timedelta(minutes=minutes)
        ref = data.draw(st.sampled_from(sorted(self.walk.open)))
        self.walk.do(ref.key, ref.item, **self.drawn(data, ref))

    @precondition(lambda self: not self.is_open())
    @rule()
    def ask_an_ended_case(self) -> None:
        assert self.walk.go_on() == Outcome(self.walk.state, self.walk.round)

    def drawn(self, data: st.DataObject, ref: StepRef) -> dict[str, Any]:
        """The answers that decide where the case goes."""
        draw, yes_no = data.draw, st.booleans()
        grade = st.sampled_from("1234")
        decided = {"measures": st.lists(self.measures(), max_size=3), "orders": ORDERS}
        choices: dict[str, dict[str, st.SearchStrategy[Any]]] = {
            "assess": {
                "home_visit": yes_no, "harm": yes_no, "severity": grade, "probability": grade,
                "involved_professions": st.lists(
                    st.sampled_from([str(role) for role in LICENSED]), min_size=1, unique=True
                ),
            },
            "event_report": {"multiparty_dialogue": yes_no},
            "consent": {"consent": st.sampled_from(["given", "refused", "unable"])},
            "discuss": decided,
            "decide_without_conference": decided,
            "investigate": {"cause_areas": AREAS},
            "unit_investigation": {
                "cause_areas": AREAS, "measures": st.lists(self.measures(), max_size=2)
            },
            "cover_causes": {"causes": self.causes()},
            "evaluate_hsl": {"verdicts": self.verdicts("hsl")},
            "evaluate_unit": {"verdicts": self.verdicts("unit")},
        }  # fmt: skip
        given = {
            name: draw(values, label=name) for name, values in choices.get(ref.key, {}).items()
        }
        # A few rounds are enough; somebody who is never content would go on for ever.
        if ref.key == "review" and self.walk.round < 4 and draw(yes_no, label="return"):
            redo = st.lists(
                st.sampled_from(["investigate", "unit_investigation"]), min_size=1, unique=True
            )
            given = {"decision": "return", "comment": "Mer.", "redo": draw(redo, label="redo")}
        return given

    def measures(self) -> st.SearchStrategy[dict[str, Any]]:
        return st.builds(
            lambda side, days, areas: self.walk.measure(
                side, due=self.in_days(days), cause_areas=areas
            ),
            SIDES, DAYS, AREAS,
        )  # fmt: skip

    def causes(self) -> st.SearchStrategy[list[dict[str, Any]]]:
        def row(area: str) -> st.SearchStrategy[dict[str, Any]]:
            reason = st.just({"area": area, "reason": "Redan åtgärdat."})
            measure = {"area": area, "measure": "Ny rutin", "due": self.in_days(9)}
            return reason | SIDES.map(lambda side: measure | {"side": side})

        return st.tuples(*map(row, rules.uncovered_causes(self.walk.facts))).map(list)

    def verdicts(self, side: str) -> st.SearchStrategy[list[dict[str, Any]]]:
        rows = self.walk.verdicts(side)["verdicts"]
        verdict = st.sampled_from(["enough", "not_enough"] if self.walk.round < 4 else ["enough"])
        return st.tuples(*(verdict for _ in rows)).map(
            lambda verdicts: [
                row | {"verdict": each} for row, each in zip(rows, verdicts, strict=True)
            ]
        )

    def in_days(self, days: int) -> str:
        return (self.walk.now + timedelta(days=days)).date().isoformat()

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
    def no_cause_is_left_uncovered_once_the_measures_are_done(self) -> None:
        order = ENGINE.definition.order
        if order(self.walk.state) > order("measures"):
            assert rules.uncovered_causes(self.walk.facts) == ()

    def teardown(self) -> None:
        """From wherever the answers left it, plain work brings the case to its end."""
        if hasattr(self, "walk"):
            self.walk.do_all(until="closed")
            assert self.walk.open == {}


TestAnyDeviation = AnyDeviation.TestCase
TestAnyDeviation.settings = settings(max_examples=40, stateful_step_count=60)
