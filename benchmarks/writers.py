"""How long eight who write at once to one SQLite file wait for each other."""

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import Queue
from statistics import quantiles

from sqlalchemy import select

from benchmarks.crowd import NOW, SLICES, Crowd
from benchmarks.sweeps import sweep_until
from benchmarks.table import Line
from cases.database import Database
from cases.events import append, locked_case
from cases.models import Case

AT_ONCE = 8
MOST_P99, MOST_LONGEST = 50, 250
"""Milliseconds."""

WARM_UP = 3
"""Writes that are not counted: the first of all connects and compiles its SQL."""

_spawning = multiprocessing.get_context("spawn")


def figures(crowd: Crowd, writes: int) -> Iterator[Line]:
    """Threads of one process and of two, alone and while everything due is swept."""
    for processes in (1, 2):
        how = f"in {processes} process{'es' if processes > 1 else ''}"
        yield from _lines(f"sqlite: {AT_ONCE} writers {how}", _waits(crowd, processes, writes))
    crowd.make_due(SLICES - 1, crowd.town.database)
    crowd.town.database.engine.dispose()
    done = _spawning.Event()
    sweeping = _spawning.Process(target=sweep_until, args=(crowd.url, done))
    sweeping.start()
    waits = []
    while not done.is_set():
        waits += _waits(crowd, 1, max(writes // 10, 5))
    sweeping.join()
    assert sweeping.exitcode == 0
    yield from _lines(f"sqlite: {AT_ONCE} writers while {crowd.due:,} are swept", waits)


def _lines(what: str, waits: list[float]) -> Iterator[Line]:
    writes = f"{len(waits):,} writes"
    yield Line(f"{what}, p99", quantiles(waits, n=100)[98], "ms", most=MOST_P99, note=writes)
    yield Line(f"{what}, longest", max(waits), "ms", most=MOST_LONGEST, note=writes)


def _waits(crowd: Crowd, processes: int, writes: int) -> list[float]:
    """Milliseconds of each write, from asking for a turn until it is on the disk."""
    if processes == 1:
        return _write(crowd.url, AT_ONCE, writes)
    told: Queue[list[float]] = _spawning.Queue()
    share = AT_ONCE // processes
    started = [
        _spawning.Process(target=_write_and_tell, args=(crowd.url, share, writes, told))
        for _ in range(processes)
    ]
    for process in started:
        process.start()
    waits = [wait for _ in started for wait in told.get()]
    for process in started:
        process.join()
    return waits


def _write_and_tell(url: str, threads: int, writes: int, told: "Queue[list[float]]") -> None:
    told.put(_write(url, threads, writes))


def _write(url: str, threads: int, writes: int) -> list[float]:
    """As a note is written: a case is read and locked, and its log grows by an event."""
    database = Database(url)
    with database.reading() as session:
        references = session.scalars(select(Case.reference).limit(threads)).all()

    def write(reference: str) -> list[float]:
        waits = []
        for _ in range(writes + WARM_UP):
            begun = time.perf_counter()
            with database.transaction() as session:
                append(session, locked_case(session, reference), "note", NOW)
            waits.append((time.perf_counter() - begun) * 1000)
        return waits[WARM_UP:]

    with ThreadPoolExecutor(threads) as pool:
        waits = [wait for each in pool.map(write, references) for wait in each]
    database.engine.dispose()
    return waits
