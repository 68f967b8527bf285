"""The same number of deadlines held by APScheduler's job store and by a PostgreSQL job queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from sqlalchemy import Connection, create_engine, text

from benchmarks.sweeps import Sweeps
from benchmarks.table import Line

NAMES = {"apscheduler": "APScheduler's job store", "procrastinate": "procrastinate"}

ON = {"sqlite": ("apscheduler",), "postgresql": ("apscheduler", "procrastinate")}
"""Which of them each kind of database can hold."""

FIRED = "CREATE TABLE fired (id INTEGER NOT NULL, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"


def figures(which: str, url: str, kind: str, jobs: int, ours: Sweeps) -> Iterator[Line]:
    """Beside our sweep of as many; each of the others' jobs writes one row of its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(FIRED))
        _prepare(which, url, jobs)
        seconds = _run(which, url)
        name = f"{kind}: {jobs:,} due, beside {NAMES[which]}"
        yield Line(name, ours.seconds, "s", seconds, NAMES[which], note=_said(connection, jobs))
        connection.execute(text("DELETE FROM fired"))
        _prepare(which, url, jobs)
        _kill_halfway(which, url, connection, jobs)
        _run(which, url)
        note = f"{NAMES[which]} killed halfway and begun anew: {_said(connection, jobs)}"
        wrong = _wrong(connection, jobs)
        what = f"{kind}: lost or double after kill -9"
        yield Line(what, ours.wrong, "rungs", wrong, NAMES[which], note=note)
    engine.dispose()


def _prepare(which: str, url: str, jobs: int) -> None:
    subprocess.run(_command(which, "prepare", url, str(jobs)), check=True)


def _run(which: str, url: str) -> float:
    """Seconds from the start of its scheduler until nothing is left."""
    done = subprocess.run(_command(which, "run", url), check=True, stdout=subprocess.PIPE)
    return float(done.stdout.split()[-1])


def _kill_halfway(which: str, url: str, connection: Connection, jobs: int) -> None:
    process = subprocess.Popen(_command(which, "run", url), stdout=subprocess.DEVNULL)
    while _told(connection)[0] < jobs / 2 and process.poll() is None:
        time.sleep(0.002)
    assert process.poll() is None, "it was done before it was killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def _told(connection: Connection) -> tuple[int, int]:
    """Rows, and jobs among them."""
    row = connection.execute(text("SELECT count(*), count(DISTINCT id) FROM fired")).one()
    return row[0], row[1]


def _said(connection: Connection, jobs: int) -> str:
    rows, different = _told(connection)
    return f"lost {jobs - different}, double {rows - different}"


def _wrong(connection: Connection, jobs: int) -> float:
    rows, different = _told(connection)
    return (jobs - different) + (rows - different)


def _command(which: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.by_{which}", *arguments]
