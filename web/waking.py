"""Hearing that something new may be due: PostgreSQL says so, SQLite is looked at often."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event
from typing import Any

from cases.database import Database

log = logging.getLogger("vardtrad.worker")

CHANNEL = "vardtrad_due"
"""What the triggers of migration 0004 notify."""

LOOKED_AT_EVERY = 0.2
"""Seconds between looks at SQLite's counter of changes: each takes some microseconds."""

STOPPED_WITHIN = 0.5
"""Seconds that PostgreSQL is listened to before the end is thought of."""

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds until a lost connection is made anew, twice as many each time."""


def watch(database: Database, wake: Callable[[], None], stopping: Event) -> None:
    """Calls `wake` at the start, after every change and when a lost connection is back."""
    changes = _told if database.engine.dialect.name == "postgresql" else _seen
    wait = SHORTEST
    while not stopping.is_set():
        try:
            with _own_connection(database) as connection:
                for _change in changes(connection, stopping):
                    wait = SHORTEST
                    wake()
        except Exception as fault:  # noqa: BLE001  until it is back, the heartbeat goes on
            log.warning("lyssnar inte på databasen just nu: %s", type(fault).__name__)
            stopping.wait(wait)
            wait = min(2 * wait, LONGEST)


@contextmanager
def _own_connection(database: Database) -> Iterator[Any]:
    connection = database.engine.raw_connection()
    own: Any = connection.driver_connection
    connection.detach()  # it is never lent to anybody else
    with closing(own):
        yield own


def _told(connection: Any, stopping: Event) -> Iterator[None]:
    connection.autocommit = True
    connection.execute(f"LISTEN {CHANNEL}")
    yield
    while not stopping.is_set():
        for _notice in connection.notifies(timeout=STOPPED_WITHIN, stop_after=1):
            yield


def _seen(connection: Any, stopping: Event) -> Iterator[None]:
    seen = None
    while not stopping.is_set():
        [version] = connection.execute("PRAGMA data_version").fetchone()
        if version != seen:
            seen = version
            yield
        stopping.wait(LOOKED_AT_EVERY)
