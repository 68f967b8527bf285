"""Running the processes: web, worker, or both in one, ended cleanly by SIGINT and SIGTERM."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from flask import Flask
from waitress.server import create_server

from web.door import Vardtrad
from web.scheduler import working

THREADS = 8
"""Requests served at once by the built-in server."""


GLANCE = 0.2
"""Seconds between looks at whether a worker has been told to stop."""


class _Stopped(KeyboardInterrupt):  # what waitress understands and ends its threads for
    pass


@contextmanager
def _until_stopped() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # a second one must not break off the ending
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except _Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _told_to_stop() -> Iterator[list[int]]:
    """Holds the signal that has come; nothing is raised, which a finalizer could swallow."""
    told: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: told.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_web(app: Flask, host: str, port: int, started: Callable[[], None]) -> None:
    """Serves until stopped; raises OSError when the port is taken."""
    server = create_server(app, host=host, port=port, threads=THREADS, ident=None)
    try:
        with _until_stopped():
            started()
            server.run()
    finally:
        server.close()


def run_worker(wiring: Vardtrad, started: Callable[[], None]) -> None:
    """Sweeps and sends until stopped; what is under way is finished first."""
    with _told_to_stop() as told, working(wiring):
        started()
        while not told:
            time.sleep(GLANCE)


def run_both(wiring: Vardtrad, app: Flask, started: Callable[[], None]) -> None:
    """Web and worker in one process, for a demo or a small installation."""
    with working(wiring):
        run_web(app, wiring.settings.host, wiring.settings.port, started)
