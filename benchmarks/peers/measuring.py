"""The lines that set the others beside ours."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from statistics import median
from time import perf_counter

from benchmarks.peers.work import IN_A_ROW
from benchmarks.places import Places
from benchmarks.steps.assessing import Ward, ward
from benchmarks.table import Line
from workflow.routines import Routines

PEERS = {
    "django_fsm": ("django-fsm-2 and Django's ORM", "the state alone is the library's"),
    "viewflow": ("viewflow and Django's ORM", "its tasks are rows of their own besides"),
    "spiffworkflow": (
        "SpiffWorkflow and SQLAlchemy's ORM", "BPMN; the whole state is read and written as JSON"
    ),
    "dbos": ("DBOS and SQLAlchemy's ORM", "each step a durable workflow of one transaction"),
}  # fmt: skip
"""What each is called, and in what it is another thing."""

LACKS = "without sealed log, calendar and reason of the time"

WARM_UP = 2
"""Turns that are not counted: the first steps connect, compile their SQL and fill caches."""


def figures(where: Places, routines: Routines, steps: int) -> Iterator[Line]:
    """One client; each in a new database and a process of its own, in turns with ours."""
    turns = WARM_UP + max(steps // IN_A_ROW, 1)
    for key, (name, differs) in PEERS.items():
        with where.new() as own, where.new() as url:
            place = ward(own, routines, turns * IN_A_ROW)
            mine, others = _in_turns(place, key, url, turns)
            place.database.engine.dispose()
        yield Line(
            f"{where.kind}: steps done a second, beside {name.partition(' and ')[0]}",
            1 / mine, "/s", 1 / others, name, at_least=1, note=f"{differs}; {LACKS}",
        )  # fmt: skip


def _in_turns(place: Ward, key: str, url: str, turns: int) -> tuple[float, float]:
    """Median seconds of each, so that what the machine does besides meets both alike."""
    access, falls = place.access(), iter(place.falls)
    mine, others = list[float](), list[float]()
    with _peer(key, url, turns * IN_A_ROW) as seconds:
        for _ in range(turns):
            others += seconds()
            for fall in islice(falls, IN_A_ROW):
                begun = perf_counter()
                place.assess_as(access, fall)
                mine.append(perf_counter() - begun)
    skipped = WARM_UP * IN_A_ROW
    return median(mine[skipped:]), median(others[skipped:])


@contextmanager
def _peer(key: str, url: str, steps: int) -> Iterator[Callable[[], list[float]]]:
    command = [sys.executable, "-m", f"benchmarks.peers.by_{key}", url, str(steps)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        going, told = process.stdin, process.stdout
        assert going is not None
        assert told is not None

        def turn() -> list[float]:
            print(file=going, flush=True)
            return [float(told.readline()) for _ in range(IN_A_ROW)]

        yield turn
        going.close()
    assert process.returncode == 0, key
