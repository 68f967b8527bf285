"""The lines about steps."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from timeit import repeat

from benchmarks.steps.assessing import NOW, SENT, ward
from benchmarks.steps.plain import plain
from benchmarks.steps.rows import Fall, written
from benchmarks.table import Line
from cases.events import events_of
from workflow.engine import Position, StepRef
from workflow.facts import Answer, Facts
from workflow.routines import Routines

WARM_UP = 10
"""Steps that are not counted: the first connect, compile their SQL and fill caches."""

IN_A_ROW = 10
"""Each goes on so long before it is the other's turn, as a process of its own would."""

LEAST = {"sqlite": 0.50, "postgresql": 0.70}
"""Of what plain DB-API does in a second."""

MOST_MACHINE = 10
"""Microseconds."""


def figures(url: str, kind: str, routines: Routines, steps: int) -> Iterator[Line]:
    """Ours and plain in turns on the same database, one client."""
    place = ward(url, routines, 2 * (steps + WARM_UP) + 1)
    first, *falls = place.falls
    with place.database.reading() as session:
        before = len(events_of(session, first.case_id))
    place.assess(first)
    with place.database.reading() as session:
        rows = written(session, first, before)
    by_hand, close = plain(url, rows)
    access = place.access()

    def ours(fall: Fall) -> None:
        place.assess_as(access, fall)

    mine, other = _in_turns(falls, ours, by_hand.assess)
    close()
    yield Line(
        f"{kind}: steps done a second, one client", 1 / mine, "/s", 1 / other,
        "plain DB-API, the same rows", at_least=LEAST[kind],
        note=f"{mine * 1000:.2f} ms and {other * 1000:.2f} ms, median of {steps}",
    )  # fmt: skip
    yield Line(
        f"{kind}: who may do it, read anew before the step", _median(place.access) * 1000, "ms",
        note="five questions: roles, duty and absences at this moment",
    )  # fmt: skip
    place.database.engine.dispose()


def machine(routines: Routines) -> Iterator[Line]:
    """No database: the move by itself, and all that is decided when a step is done."""
    engine = routines.engine("deviation")
    definition, facts = engine.definition, Facts({}, NOW)
    reported = Position("reported", 1, frozenset({StepRef("assess")}), frozenset())
    withdraw = definition.action("withdraw")
    yield Line(
        "the state machine: from one state to another",
        _microseconds(lambda: engine.act(reported, withdraw)), "µs", most=MOST_MACHINE,
    )  # fmt: skip
    assessed = replace(
        facts, answers=(Answer("assess", "", 1, SENT, NOW),),
        thresholds=routines.thresholds("deviation", definition.version),
    )  # fmt: skip
    done = Position("reported", 1, frozenset({StepRef("event_report")}), reported.open)
    yield Line(
        "what a step leads to, with the new step's clock, its reason in words and its rungs",
        _microseconds(lambda: engine.advance(done, assessed, NOW)), "µs",
    )  # fmt: skip


def _in_turns(
    falls: list[Fall], ours: Callable[[Fall], None], other: Callable[[Fall], None]
) -> tuple[float, float]:
    """Median seconds of each, so that what the machine does besides meets both alike."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for number, fall in enumerate(falls):
        which = number // IN_A_ROW % 2
        begun = time.perf_counter()
        (ours, other)[which](fall)
        seconds[which].append(time.perf_counter() - begun)
    mine, others = (median(each[WARM_UP:]) for each in seconds)
    return mine, others


def _median(work: Callable[[], object], times: int = 200) -> float:
    return median(repeat(work, number=1, repeat=times)[WARM_UP:])


def _microseconds(work: Callable[[], object], times: int = 1000) -> float:
    return min(repeat(work, number=times, repeat=5)) / times * 1e6
