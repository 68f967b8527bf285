"""`python -m benchmarks`: one run, one table."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from benchmarks import idle, job_queues, long_log, mails, statistics, sweeps, writers
from benchmarks.crowd import build
from benchmarks.pages import visits
from benchmarks.peers import measuring as peers
from benchmarks.places import Places, places
from benchmarks.sizes import FULL, SMALL, Sizes
from benchmarks.steps import measuring as steps
from benchmarks.table import Line, drawn
from workflow.routines import load

KINDS = ("sqlite", "postgresql")
PARTS = (
    "steps", "peers", "pages", "statistics", "sweeps", "queues", "log", "lateness", "mails"
)  # fmt: skip

ROUTINES = load(None)


def main() -> None:
    """Prints what has been measured even when something fails."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--small", action="store_true", help="a minute instead of many")
    asked.add_argument("--steps", type=int, help="open steps (1,000,000)")
    asked.add_argument("--events", type=int, help="events in the long log (10,000,000)")
    asked.add_argument("--only", choices=PARTS, action="append", help="may be repeated")
    asked.add_argument("--on", choices=KINDS, action="append", help="one kind of database")
    given = asked.parse_args()
    sizes = (SMALL if given.small else FULL).changed(given.steps, given.events)
    lines = list[Line]()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for line in _measured(Path(folder), sizes, given.only or PARTS, given.on or KINDS):
                lines.append(line)
                print(drawn([line]).splitlines()[-1], file=sys.stderr, flush=True)
    finally:
        print(drawn(lines))


def _measured(
    folder: Path, sizes: Sizes, parts: Collection[str], kinds: Collection[str]
) -> Iterator[Line]:
    for kind in kinds:
        with places(kind, folder) as where:
            yield from _on(where, sizes, parts)
    if "steps" in parts:
        yield from steps.machine(ROUTINES)
    if "mails" in parts:
        yield from mails.figures(sizes.mails)


def _on(where: Places, sizes: Sizes, parts: Collection[str]) -> Iterator[Line]:
    for part, measured in ON_A_NEW_DATABASE.items():
        if part in parts:
            with where.new() as url:
                yield from measured(url, where, sizes)
    if "peers" in parts:
        yield from peers.figures(where, ROUTINES, sizes.done)
    if "sweeps" in parts or "queues" in parts:
        yield from _swept(where, sizes, queues="queues" in parts)


ON_A_NEW_DATABASE: dict[str, Callable[[str, Places, Sizes], Iterator[Line]]] = {
    "steps": lambda url, where, sizes: steps.figures(url, where.kind, ROUTINES, sizes.done),
    "pages": lambda url, where, sizes: visits.figures(
        url, where.kind, ROUTINES, sizes.cases, sizes.late
    ),
    "statistics": lambda url, where, sizes: statistics.figures(
        url, where.kind, ROUTINES, sizes.counted
    ),
    "log": lambda url, where, sizes: long_log.figures(
        url, where.kind, ROUTINES, sizes.few_events, sizes.many_events
    ),
    "lateness": lambda url, where, sizes: idle.lateness(
        url, where.kind, ROUTINES, sizes.rungs, where.folder
    ),
}


def _swept(where: Places, sizes: Sizes, *, queues: bool) -> Iterator[Line]:
    kind = where.kind
    with where.new() as url:
        crowd = build(url, ROUTINES, sizes.steps)
        yield from idle.tick(crowd, kind)
        swept = sweeps.measured(crowd, kind)
        yield from swept.lines
        if kind == "sqlite":
            yield from writers.figures(crowd, sizes.writes)
        crowd.town.database.engine.dispose()
    for which in job_queues.ON[kind] if queues else ():
        with where.new() as url:
            yield from job_queues.figures(which, url, kind, sizes.jobs, swept)


if __name__ == "__main__":
    main()
