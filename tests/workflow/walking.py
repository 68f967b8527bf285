"""A case kept in memory: what operations do with the engine's answers, without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.engine import Engine, Opening, Outcome, Position, StepRef
from workflow.facts import Answer, Facts


class Walk:
    """`open` holds the open steps with their clocks; `path` every state passed since the start."""

    def __init__(
        self,
        engine: Engine,
        opening: Mapping[str, Any],
        now: datetime,
        thresholds: Mapping[str, int] | None = None,
    ) -> None:
        self.engine = engine
        self.now = now
        self.facts = Facts(opening, now, thresholds=thresholds or {})
        self.done: set[StepRef] = set()
        self.open: dict[StepRef, Opening] = {}
        self.path: list[str] = []
        self.state, self.round = engine.definition.starts_in.key, 1
        self._apply(engine.open(self.facts, now))

    @property
    def open_keys(self) -> list[str]:
        """Keys of the open steps in the order they were opened."""
        return [ref.key for ref in self.open]

    def do(self, key: str, item: str = "", **data: Any) -> Outcome:
        """Answers an open step with what is stored of its form."""
        ref = StepRef(key, item)
        del self.open[ref]
        self.done.add(ref)
        answer = Answer(key, item, self.round, data, self.now)
        self.facts = replace(self.facts, answers=(*self.facts.answers, answer))
        return self.go_on()

    def correct(self, key: str, **data: Any) -> Outcome:
        """Replaces what the newest answer of the step says."""
        answers = list(self.facts.answers)
        place = max(n for n, answer in enumerate(answers) if answer.step == key)
        answers[place] = replace(answers[place], data=data)
        self.facts = replace(self.facts, answers=tuple(answers))
        return self.go_on()

    def act(self, key: str) -> Outcome:
        """Ends the case by an action."""
        action = self.engine.definition.action(key)
        return self._apply(self.engine.act(self._position(), action))

    def go_on(self) -> Outcome:
        """Asks the engine what the case as it is now leads to."""
        return self._apply(self.engine.advance(self._position(), self.facts, self.now))

    def _position(self) -> Position:
        return Position(self.state, self.round, frozenset(self.open), frozenset(self.done))

    def _apply(self, outcome: Outcome) -> Outcome:
        for ref in outcome.not_needed:
            del self.open[ref]
        if outcome.round > self.round:
            self.done.clear()
        self.state, self.round = outcome.state, outcome.round
        self.facts = replace(self.facts, round=outcome.round)
        self.path += outcome.path
        self.open |= {opening.ref: opening for opening in outcome.opened}
        return outcome
