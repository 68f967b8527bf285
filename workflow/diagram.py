"""A definition as a picture: Mermaid text, and the row of states that a page shows."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from workflow.definition import Route, State, WorkflowDefinition

Mark = Literal["done", "now", "next", "end"]
BOX = "case_is_open"


@dataclass(frozen=True)
class StateMark:
    """`end` is where the case has ended; `loops` are labels of states it can go back to."""

    key: str
    label: str
    mark: Mark
    loops: tuple[str, ...] = ()
    round: int | None = None


def state_map(
    definition: WorkflowDefinition,
    state: str | None = None,
    round_: int = 1,
    been: Collection[str] = (),
) -> tuple[StateMark, ...]:
    """The way ahead to the routine's first end; of an ended case the states it has `been` in."""
    here = definition.state(state) if state else None
    if here and not here.then:
        way = {*been, here.key}
    else:
        usual_end = next(each for each in definition.states if not each.then)
        way = {*(each.key for each in definition.states if each.then), usual_end.key}
    return tuple(
        StateMark(
            each.key,
            each.label,
            _mark(definition, each, here),
            tuple(
                definition.state(route.to).label
                for route in each.then
                if definition.goes_back(each.key, route.to)
            ),
            round_ if each is here else None,
        )
        for each in definition.states
        if each.key in way
    )


def mermaid(definition: WorkflowDefinition) -> str:
    """A stateDiagram-v2 with Swedish labels; the open states stand in a box that actions leave."""
    return "".join(f"{line}\n" for line in _lines(definition))


def _lines(definition: WorkflowDefinition) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f'    state "{_plain(definition.label)}" as {BOX} {{'
    yield f"        [*] --> {definition.starts_in.key}"
    ends = [state for state in definition.states if not state.then]
    for state in definition.states:
        if state.then:
            yield f'        state "{_plain(state.label)}" as {state.key}'
    yield "    }"
    for state in ends:
        yield f'    state "{_plain(state.label)}" as {state.key}'
    for state in definition.states:
        for route in state.then:
            yield f"    {state.key} --> {route.to}{_when(definition, state, route)}"
    for action in definition.actions:
        yield f"    {BOX} --> {action.to}: {_plain(action.label)}"
    for state in ends:
        yield f"    {state.key} --> [*]"


def _when(definition: WorkflowDefinition, state: State, route: Route) -> str:
    words = [f"om {route.when.label}"] if route.when else ["annars"] if state.then[1:] else []
    if definition.goes_back(state.key, route.to):
        words.append("nytt varv")
    return f": {_plain(', '.join(words))}" if words else ""


def _mark(definition: WorkflowDefinition, state: State, here: State | None) -> Mark:
    if state is here:
        return "now" if state.then else "end"
    passed = here is not None and definition.order(state.key) < definition.order(here.key)
    return "done" if passed else "next"


def _plain(label: str) -> str:
    return " ".join(re.sub('[":;#]', " ", label).split())
