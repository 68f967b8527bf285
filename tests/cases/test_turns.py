"""SQLite's one writer: first come first served, among threads and processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from cases.database import Database
from cases.people import Unit


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.engine.dispose()


def test_writers_get_their_turns_in_the_order_they_came(database: Database):
    order = list[int]()
    waiting = [Event() for _ in range(6)]

    def write(number: int) -> None:
        waiting[number].set()
        with database.transaction() as session:
            session.execute(text("UPDATE units SET name = name"))
            order.append(number)

    threads = [Thread(target=write, args=(number,)) for number in range(6)]
    with database.transaction():
        for thread, standing in zip(threads, waiting, strict=True):
            thread.start()
            standing.wait()
            _until_blocked(thread)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4, 5]


def _until_blocked(thread: Thread) -> None:
    """Long enough that the thread stands in the line, wherever the machine let it wait before."""
    thread.join(0.05)
    assert thread.is_alive(), "it had to wait"


HOLDS = """
import sys, time
from cases.database import Database
with Database(sys.argv[1]).transaction():
    print("mine", flush=True)
    time.sleep(60)
"""


def test_a_process_that_is_killed_in_its_turn_leaves_it_to_the_next(
    database: Database, sqlite_url: str
):
    root = Path(__file__).parents[2]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, sqlite_url], stdout=subprocess.PIPE, cwd=root
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"mine\n"
    done = Event()

    def write() -> None:
        with database.transaction() as session:
            session.add(Unit(key="a", name="A", kind="special_housing"))
        done.set()

    thread = Thread(target=write)
    thread.start()
    assert not done.wait(0.2)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert done.wait(5)
    thread.join()
    with database.reading() as session:
        assert session.scalars(select(Unit.key)).all() == ["a"]


def test_whoever_is_patient_lets_the_others_go_first_but_not_for_ever(database: Database):
    busy, done = Event(), Event()

    def keep_writing() -> None:
        while not done.is_set():
            with database.transaction() as session:
                session.execute(text("UPDATE units SET name = name"))
                busy.set()

    threads = [Thread(target=keep_writing) for _ in range(4)]
    for thread in threads:
        thread.start()
    busy.wait()
    begun = monotonic()
    with database.transaction(patience=0.2) as session:
        waited = monotonic() - begun
        crowded = session.info["crowded"]
    done.set()
    for thread in threads:
        thread.join()
    assert crowded
    assert waited < 5, "it is a wait with an end"
    with database.transaction(patience=0.2) as session:
        assert not session.info["crowded"]


def test_a_turn_ends_when_what_is_written_is_refused(database: Database):
    with pytest.raises(OperationalError), database.transaction() as session:
        session.execute(text("INSERT INTO nowhere VALUES (1)"))
    with database.transaction() as session:
        session.add(Unit(key="a", name="A", kind="special_housing"))


def test_readers_wait_for_nobody(database: Database):
    with database.transaction() as session:
        session.execute(text("UPDATE units SET name = name"))
        with database.reading() as other:
            assert other.scalars(select(Unit)).all() == []
