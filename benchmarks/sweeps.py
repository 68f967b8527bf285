"""What is due among very many open steps, swept by one and by four workers and by plain SQL."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier, Event
from statistics import median

from sqlalchemy import ColumnElement, func, select

from benchmarks.crowd import FIRST, NOW, SLICES, Crowd
from benchmarks.plain_sweep import plain_sweep
from benchmarks.table import Line
from cases.changes import OUT
from cases.database import Database
from cases.log import CaseEvent
from cases.models import CaseStep, PendingEscalation
from notifications.gathering import gather
from notifications.models import Notification
from notifications.sweep import sweep
from workflow.routines import load

AGAIN = 3
"""Each is run so many times, on other cases, and the median is told."""

TARGETS = {"sqlite": 1.0, "postgresql": 2.0}
"""Seconds for 10,000."""

_spawning = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Sweeps:
    """`seconds` of one worker for all that is due; `wrong` rungs, lost or double, after kill -9."""

    lines: tuple[Line, ...]
    seconds: float
    wrong: int


def measured(crowd: Crowd, kind: str) -> Sweeps:
    """Raises AssertionError when a rung is lost or taken twice in any of the runs."""
    slices = iter(range(SLICES - 1))
    plain = _median(crowd, slices, lambda: _timed(lambda: plain_sweep(crowd.url, NOW)))
    what = f"{kind}: {crowd.due:,} due of {crowd.steps:,} open steps"
    target = TARGETS[kind] * crowd.due / 10_000
    lines, seconds = list[Line](), dict[int, float]()
    for workers in (1, 4):
        seconds[workers] = _median(crowd, slices, partial(swept_by, workers, crowd.url))
        lines.append(
            Line(
                f"{what}, {workers} worker{'s' if workers > 1 else ''}", seconds[workers], "s",
                plain, "plain SQL", at_most=3, most=target, note="each exactly once",
            )
        )  # fmt: skip
    part, database = next(slices), crowd.town.database
    crowd.make_due(part, database)
    database.engine.dispose()
    left, after = killed(crowd, seconds[1] / 2)
    wrong = sum(wrong_in(crowd, part))
    refuse_unless_once(crowd, part)
    note = f"kill -9 when {left:,} were left; lost or double: {wrong}"
    lines.append(Line(f"{what}, by a second worker after the first", after, "s", note=note))
    return Sweeps(tuple(lines), seconds[1], wrong)


def _median(crowd: Crowd, slices: Iterator[int], work: Callable[[], float]) -> float:
    seconds, database = list[float](), crowd.town.database
    for _ in range(AGAIN):
        part = next(slices)
        crowd.make_due(part, database)
        database.engine.dispose()
        seconds.append(work())
        refuse_unless_once(crowd, part)
    return median(seconds)


def wrong_in(crowd: Crowd, part: int) -> tuple[int, int]:
    """Rungs of the slice that nobody was told of, and those told more than once."""
    told, steps, _mails = _told(crowd, part)
    return crowd.due - steps, told - steps


def refuse_unless_once(crowd: Crowd, part: int) -> None:
    """Raises AssertionError unless every rung of the slice was taken once, with all its rows."""
    with crowd.town.database.reading() as session:
        events = session.scalar(
            select(func.count())
            .select_from(CaseEvent)
            .join(CaseStep, CaseStep.case_id == CaseEvent.case_id)
            .where(_in(part), CaseEvent.type == "escalated")
        )
        left = session.scalar(
            select(func.count())
            .select_from(PendingEscalation)
            .where(PendingEscalation.at <= NOW, PendingEscalation.rung != OUT)
        )
    due, told = crowd.due, _told(crowd, part)
    assert (*told, events, left) == (due, due, due, due, 0), (told, events, left)


def _told(crowd: Crowd, part: int) -> tuple[int, int, int]:
    """Notifications, the steps that they are of, and those with a mail in the outbox."""
    counts = (func.count(), func.count(CaseStep.id.distinct()), func.count(Notification.outbox_id))
    with crowd.town.database.reading() as session:
        told, steps, mails = session.execute(
            select(*counts)
            .select_from(Notification)
            .join(CaseStep, CaseStep.id == Notification.step_id)
            .where(_in(part))
        ).one()
    return told, steps, mails


def _in(part: int) -> ColumnElement[bool]:
    return (CaseStep.id > FIRST) & ((CaseStep.id - FIRST) % SLICES == part)


def swept_by(workers: int, url: str) -> float:
    """Seconds from when all of them begin until the last is done, the mails in the outbox."""
    ready = _spawning.Barrier(workers + 1)
    processes = [_spawning.Process(target=_work, args=(url, ready)) for _ in range(workers)]
    for process in processes:
        process.start()
    ready.wait()
    begun = time.perf_counter()
    for _until in ("swept", "gathered"):
        ready.wait()
    seconds = time.perf_counter() - begun
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * workers
    return seconds


def killed(crowd: Crowd, after: float) -> tuple[int, float]:
    """What the first worker, killed with -9, left; and the seconds that the second needs for it."""
    ready = _spawning.Barrier(2)
    process = _spawning.Process(target=_work, args=(crowd.url, ready))
    process.start()
    ready.wait()
    time.sleep(after)
    process.kill()
    process.join()
    with crowd.town.database.reading() as session:
        due = select(func.count()).select_from(PendingEscalation)
        left = session.scalar(due.where(PendingEscalation.at <= NOW)) or 0
    return left, swept_by(1, crowd.url)


def _work(url: str, ready: Barrier) -> None:
    """A process of its own, as `vardtrad worker` is, with what it has read at its start."""
    database, routines = Database(url), load(None)
    with database.reading() as session:
        session.scalar(select(1))
    ready.wait()
    try:
        sweep(database, routines, NOW)
        ready.wait()  # what another has not committed yet nobody can gather
        database.run(lambda session: gather(session, routines, "exempelby.example", NOW))
    except BaseException:
        ready.abort()  # nobody is to wait for the others' sake
        raise
    ready.wait()
    database.engine.dispose()


def sweep_until(url: str, done: Event) -> None:
    """For what is measured meanwhile."""
    sweep(Database(url), load(None), NOW)
    done.set()


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
