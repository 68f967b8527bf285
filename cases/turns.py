"""Turns for SQLite's one writer, first come first served, among threads and processes."""

import fcntl
import os
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

GLANCE = 0.001
"""Seconds between looks at whether others have gone first."""


class _Line:
    """Threads in the order they came; SQLite's own waiting is a sleep that grows with each try."""

    def __init__(self) -> None:
        self._lock, self._taken, self._waiting = Lock(), False, deque[Lock]()

    def let_pass(self, until: float) -> bool:
        """Waits while anybody writes or stands in line; True when somebody did."""
        crowded = False
        while monotonic() < until and self._taken:
            crowded = True
            sleep(GLANCE)
        return crowded

    def acquire(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # released by the one before, who leaves the turn taken

    def release(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Turns:
    """Of all who write to one database file; a process that dies gives its turn back.

    Two locked files beside the database: whoever is next holds the first while it waits for the
    second, so that no process takes two turns in a row while another waits.
    """

    def __init__(self, database: Path) -> None:
        self._line = _Line()
        self._files = [database.with_name(f"{database.name}-{name}") for name in ("next", "turn")]
        self._opened: tuple[int, int] | None = None

    @contextmanager
    def turn(self, patience: float = 0) -> Iterator[bool]:
        """Waits as long as it takes; True when others wanted to write at the same time.

        They go first for as many seconds as `patience` says.
        """
        until = monotonic() + patience
        crowded = self._line.let_pass(until)
        self._line.acquire()
        try:
            with self._among_processes(until) as others:
                yield crowded or others
        finally:
            self._line.release()

    @contextmanager
    def _among_processes(self, until: float) -> Iterator[bool]:
        opened = self._descriptors()
        if opened is None:
            yield False
            return
        first, second = opened
        crowded = mine = False
        while not mine and monotonic() < until:
            if not (mine := _taken(second)):
                crowded = True
                sleep(GLANCE)
        if not mine:
            fcntl.flock(first, fcntl.LOCK_EX)
            try:
                fcntl.flock(second, fcntl.LOCK_EX)
            finally:
                fcntl.flock(first, fcntl.LOCK_UN)
        try:
            yield crowded
        finally:
            fcntl.flock(second, fcntl.LOCK_UN)

    def _descriptors(self) -> tuple[int, int] | None:
        """None where no file can be made: then the database itself says what is wrong."""
        if self._opened is None:
            try:
                first, second = (self._open(file) for file in self._files)
            except OSError:
                return None
            self._opened = first, second
        return self._opened

    def _open(self, file: Path) -> int:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        weakref.finalize(self, os.close, descriptor)
        return descriptor


def _taken(descriptor: int) -> bool:
    """False when another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
