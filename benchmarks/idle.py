"""What a worker costs that has nothing to do, and how late it is when it has."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import func, select, update

from benchmarks.crowd import FIRST, Crowd, build
from benchmarks.table import Line
from cases.models import PendingEscalation
from notifications.models import Notification, Worker
from notifications.next_due import next_due
from workflow.routines import Routines

TICKS = 500
FIRST_AFTER, EVERY = timedelta(seconds=3), timedelta(seconds=0.7)
PATIENCE = 60
"""Seconds."""


def tick(crowd: Crowd, kind: str) -> Iterator[Line]:
    """One look at what is due next, as the worker takes before it sleeps."""
    with crowd.town.database.reading() as session:
        ours = _each(lambda: next_due(session))
        nothing = _each(lambda: session.scalar(select(1)))
    yield Line(
        f"{kind}: an idle tick with {crowd.steps:,} open steps", ours, "ms", nothing, "SELECT 1",
        most=1,
    )  # fmt: skip


def lateness(url: str, kind: str, routines: Routines, rungs: int, folder: Path) -> Iterator[Line]:
    """A real worker on rungs armed at odd times; told are those seen in the database."""
    crowd = build(url, routines, rungs)
    database = crowd.town.database
    seen = list[datetime]()
    with _worker(url, folder) as worker:
        until = time.monotonic() + PATIENCE
        _wait_for_it(crowd, until)
        due = _arm(crowd, rungs)
        while len(seen) < rungs:
            assert worker.poll() is None, "the worker has ended"
            assert time.monotonic() < until, f"only {len(seen)} of {rungs} rungs fired"
            with database.reading() as session:
                told = session.scalar(select(func.count(Notification.step_id.distinct()))) or 0
            seen += [datetime.now(UTC)] * (told - len(seen))
            time.sleep(0.002)
        worker.terminate()
        worker.wait()
    database.engine.dispose()
    late = [(there - at).total_seconds() for there, at in zip(seen, due, strict=True)]
    what = f"{kind}: how late a rung fires"
    yield Line(f"{what}, median of {rungs}", median(late), "s", most=1)
    yield Line(f"{what}, latest of {rungs}", max(late), "s", most=1)


def _arm(crowd: Crowd, rungs: int) -> list[datetime]:
    """The next rung of each copy some time from now, and everything else far away."""
    begin, far = datetime.now(UTC) + FIRST_AFTER, datetime.now(UTC) + timedelta(days=365)
    due = [begin + EVERY * number for number in range(rungs)]
    with crowd.town.database.transaction() as session:
        session.execute(update(PendingEscalation).values(at=far, planned_at=far))
        for number, at in enumerate(due, start=1):
            row = PendingEscalation.id == FIRST + number * crowd.rungs
            session.execute(update(PendingEscalation).where(row).values(at=at, planned_at=at))
    return due


def _wait_for_it(crowd: Crowd, until: float) -> None:
    while time.monotonic() < until:
        with crowd.town.database.reading() as session:
            if session.scalar(select(Worker.id)):
                return
        time.sleep(0.05)
    raise TimeoutError("the worker does not begin")


def _worker(url: str, folder: Path) -> "subprocess.Popen[bytes]":
    settings = {
        "VARDTRAD_DATABASE_URL": url,
        "VARDTRAD_MAIL_FOLDER": str(folder / "mail"),
        "VARDTRAD_SECRET_KEY": "k" * 32,
    }
    command: list[str | Path] = [Path(sys.executable).parent / "vardtrad", "worker"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log)


def _each(ask: Callable[[], object]) -> float:
    """Milliseconds, the median of TICKS."""
    waits = []
    for _ in range(TICKS):
        begun = time.perf_counter()
        ask()
        waits.append((time.perf_counter() - begun) * 1000)
    return median(waits)
