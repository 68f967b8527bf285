"""What doing a step leads to: pure, and the only room that knows transitions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from operator import itemgetter

from transitions import Machine

from workflow import deadlines, pausing
from workflow.deadlines import Clock
from workflow.definition import Action, Deadline, State, Step, WorkflowDefinition
from workflow.facts import Facts, Item
from workflow.holidays import STOCKHOLM, WorkingCalendar
from workflow.pausing import Paused

ONLY_ONE = Item("", "")
ADVANCE = "->"
"""No key of a definition can look like this."""


@dataclass(frozen=True, order=True)
class StepRef:
    """A step of a case: its key and, where the step is repeated, the item's key."""

    key: str
    item: str = ""


@dataclass(frozen=True)
class Position:
    """Where a case stands; `done` holds what has been done in this round."""

    state: str
    round: int
    open: frozenset[StepRef]
    done: frozenset[StepRef]


@dataclass(frozen=True)
class Opening:
    """A step to open with its clock; `rungs` are (moment, key) in the order they fire."""

    step: Step
    item: Item
    clock: Clock
    rungs: tuple[tuple[datetime, str], ...]

    @property
    def ref(self) -> StepRef:
        """The step's key and item."""
        return StepRef(self.step.key, self.item.key)


@dataclass(frozen=True)
class Outcome:
    """`path` lists the states passed, the last one being where the case now stands."""

    state: str
    round: int
    path: tuple[str, ...] = ()
    opened: tuple[Opening, ...] = ()
    not_needed: tuple[StepRef, ...] = ()


@dataclass
class _Holder:
    state: str


class Engine:
    """One compiled definition; made once and shared, it holds no case."""

    def __init__(self, definition: WorkflowDefinition, calendar: WorkingCalendar) -> None:
        self.definition = definition
        self.calendar = calendar
        self._machine = Machine(
            model=None,
            states=[*(state.key for state in definition.states)],
            initial=definition.starts_in.key,
            auto_transitions=False,
        )
        for state in definition.states:
            for route in state.then:
                self._machine.add_transition(
                    ADVANCE,
                    state.key,
                    route.to,
                    conditions=[route.when.test] if route.when else None,
                )
        for action in definition.actions:
            for state in definition.states:
                if state.then:
                    self._machine.add_transition(action.key, state.key, action.to)

    def open(self, facts: Facts, now: datetime) -> Outcome:
        """The first state with its steps."""
        start = Position(self.definition.starts_in.key, 1, frozenset(), frozenset())
        return self.advance(start, facts, now)

    def advance(self, position: Position, facts: Facts, now: datetime) -> Outcome:
        """Opens and closes steps after an answer, and goes on while nothing required is left."""
        path: list[str] = []
        not_needed: list[StepRef] = []
        for _ in range(2 * len(self.definition.states)):
            state = self.definition.state(position.state)
            wanted = {StepRef(s.key, i.key): (s, i) for s, i in self._wanted(state, facts)}
            left = {ref: it for ref, it in wanted.items() if ref not in position.done}
            if not state.then or any(step.required for step, _ in left.values()):
                opened = [
                    self._opening(step, item, facts, now)
                    for ref, (step, item) in left.items()
                    if ref not in position.open
                ]
                not_needed += position.open - left.keys()
                return Outcome(
                    state.key, position.round, tuple(path), tuple(opened), tuple(sorted(not_needed))
                )
            not_needed += position.open
            position = self._next(position, facts)
            facts = replace(facts, round=position.round)
            path.append(position.state)
        raise RuntimeError(f"{self.definition.key}: goes round without end: {path}")

    def act(self, position: Position, action: Action) -> Outcome:
        """Ends the case by an action; every open step is closed with it."""
        holder = _Holder(position.state)
        self._machine.events[action.key].trigger(holder)
        return Outcome(
            holder.state, position.round, (holder.state,), (), tuple(sorted(position.open))
        )

    def items(self, step: Step, facts: Facts) -> tuple[Item, ...]:
        """What the step is repeated for now; one nameless item where it is not repeated."""
        return step.for_each.items(facts) if step.for_each else (ONLY_ONE,)

    def item(self, step: Step, key: str, facts: Facts) -> Item:
        """The item of that key, also after the case no longer asks for it."""
        return next((i for i in self.items(step, facts) if i.key == key), Item(key, key))

    def reopen(
        self, step: Step, item: Item, facts: Facts, now: datetime, ledger: tuple[Paused, ...] = ()
    ) -> Opening:
        """The step's clock reckoned anew, for example when a correction moved its start."""
        return self._opening(step, item, facts, now, ledger)

    def _next(self, position: Position, facts: Facts) -> Position:
        holder = _Holder(position.state)
        self._machine.events[ADVANCE].trigger(holder, facts)
        back = self.definition.goes_back(position.state, holder.state)
        return Position(holder.state, position.round + back, frozenset(), frozenset())

    def _wanted(self, state: State, facts: Facts) -> Iterator[tuple[Step, Item]]:
        for step in state.steps:
            if step.when is None or step.when.test(facts):
                for item in self.items(step, facts):
                    yield step, item

    def _opening(
        self, step: Step, item: Item, facts: Facts, now: datetime, ledger: tuple[Paused, ...] = ()
    ) -> Opening:
        reckoned = self._clock(step.due, item, facts, now)
        clock = pausing.moved_by(reckoned, ledger, self.calendar)
        running = pausing.running(reckoned, clock)
        rungs = [
            (pausing.after(rung.moment(running, self.calendar).astimezone(UTC), ledger), rung.key)
            for rung in step.ladder.rungs
        ]
        return Opening(step, item, clock, tuple(sorted(rungs, key=itemgetter(0))))

    def _clock(self, due: Deadline, item: Item, facts: Facts, now: datetime) -> Clock:
        start = due.since.find(facts, item, now) or now
        if due.is_in_form:
            day = start.astimezone(STOCKHOLM).date() if isinstance(start, datetime) else start
            return deadlines.on_date(day, now, self.calendar)
        if not isinstance(start, datetime):
            start = datetime.combine(start, time(), STOCKHOLM)
        return deadlines.clock(due.rule, start, due.amount, self.calendar)
