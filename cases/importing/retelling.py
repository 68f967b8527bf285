"""A row's past told to the engine in the order it happened; nothing is written here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cases.chains import Chain
from cases.changes import ADVANCED, rungs_of, step_fields, tells_of, way_taken
from cases.imported import IMPORTED
from cases.importing.plan import Earlier
from cases.models import DONE, NOT_NEEDED, OPEN
from cases.standing import OPENED, STEP_DONE
from workflow.definitions.deviation.earlier import ENDS_IN, REPORT, RISK, STEPS
from workflow.engine import Engine, Outcome, Position, StepRef
from workflow.facts import Answer, Facts


@dataclass
class Told:
    """A case as rows: `steps` with the rungs that wait for each; `chain` has its whole log."""

    earlier: Earlier
    chain: Chain
    state: str
    steps: list[tuple[dict[str, Any], list[dict[str, Any]]]] = field(default_factory=list)

    def refs(self, condition: str) -> frozenset[StepRef]:
        """The steps in that condition; all are of the first round."""
        return frozenset(
            StepRef(step["key"], step["item"])
            for step, _rungs in self.steps
            if step["condition"] == condition
        )


@dataclass(frozen=True)
class Retelling:
    """What is the same for all rows; `own_id` is Vårdtråd's own person, who reported them here.

    Nobody of ours has opened an imported case, and so nobody may read it for having done so.
    """

    engine: Engine
    thresholds: Mapping[str, int]
    own_id: int
    by: int | None
    now: datetime

    def tell(self, earlier: Earlier, reference: str) -> Told:
        """The steps that the row knows are done at their times; an open row stands after them."""
        stored, at = earlier.stored, earlier.reported_at
        told = Told(earlier, Chain(0, reference, 0, ""), self.engine.definition.starts_in.key)
        opening = {name: stored[name] for name in REPORT if name in stored}
        self._add(told, OPENED, earlier.occurred_at, {}, {"form": opening})
        facts = Facts(opening, at, thresholds=self.thresholds)
        self._follow(told, self.engine.open(facts, at), facts, at)
        for at, key, form in sorted(_done(earlier), key=lambda done: done[0]):
            facts = self._do(told, key, form, facts, at)
        if earlier.closed_at is not None:
            self._close(told, facts, earlier.closed_at)
        else:
            told.steps[0][1].extend(tells_of(self.engine, facts, self.now))
        risk = {name: stored[name] for name in RISK if name in stored}
        unheld = {} if facts.answered("assess") else risk
        told.chain.add(IMPORTED, self.now, unheld, actor_id=self.by or self.own_id)
        return told

    def _do(self, told: Told, key: str, form: dict[str, Any], facts: Facts, at: datetime) -> Facts:
        step, rungs = next(each for each in told.steps if each[0]["key"] == key)
        _end(step, rungs, DONE, at, self.own_id)
        data = {"step": key, "item": step["item"], "round": step["round"]}
        self._add(told, STEP_DONE, at, data, {"form": form} if form else None)
        answer = Answer(key, step["item"], step["round"], form, at)
        facts = replace(facts, answers=(*facts.answers, answer))
        if told.earlier.closed_at is None:
            place = Position(told.state, 1, told.refs(OPEN), told.refs(DONE))
            self._follow(told, self.engine.advance(place, facts, at), facts, at)
        return facts

    def _close(self, told: Told, facts: Facts, at: datetime) -> None:
        left = tuple(sorted(told.refs(OPEN)))
        self._follow(told, Outcome(ENDS_IN, 1, (ENDS_IN,), (), left), facts, at)

    def _follow(self, told: Told, outcome: Outcome, facts: Facts, at: datetime) -> None:
        for step, rungs in told.steps:
            if StepRef(step["key"], step["item"]) in outcome.not_needed:
                _end(step, rungs, NOT_NEEDED, at, self.own_id)
        told.state = outcome.state
        for opening in outcome.opened:
            fields = step_fields(outcome.state, outcome.round, opening, facts, at)
            told.steps.append((fields, rungs_of(opening, self.now)))
        if outcome.path or outcome.opened or outcome.not_needed:
            self._add(told, ADVANCED, at, way_taken(outcome), None)

    def _add(
        self,
        told: Told,
        type_: str,
        at: datetime,
        data: dict[str, Any],
        text: dict[str, Any] | None,
    ) -> None:
        told.chain.add(type_, self.now, data, occurred_at=at, actor_id=self.own_id, text=text)


def _done(earlier: Earlier) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    for key, when, names in STEPS:
        if when in earlier.said:
            form = {name: earlier.stored[name] for name in names if name in earlier.stored}
            yield earlier.said[when], key, form


def _end(step: dict[str, Any], rungs: list[Any], condition: str, at: datetime, own_id: int) -> None:
    # A nurse may have come before the report was written.
    step |= {"condition": condition, "ended_at": max(at, step["opened_at"]), "ended_by": own_id}
    rungs.clear()
