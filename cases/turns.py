"""Turns for SQLite's one writer, first come first served, among threads and processes."""

import fcntl
import os
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock


class _Line:
    """Threads in the order they came; SQLite's own waiting is a sleep that grows with each try."""

    def __init__(self) -> None:
        self._lock, self._taken, self._waiting = Lock(), False, deque[Lock]()

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
    def turn(self) -> Iterator[None]:
        """Waits as long as it takes."""
        self._line.acquire()
        try:
            with self._among_processes():
                yield
        finally:
            self._line.release()

    @contextmanager
    def _among_processes(self) -> Iterator[None]:
        opened = self._descriptors()
        if opened is None:
            yield
            return
        first, second = opened
        fcntl.flock(first, fcntl.LOCK_EX)
        try:
            fcntl.flock(second, fcntl.LOCK_EX)
        finally:
            fcntl.flock(first, fcntl.LOCK_UN)
        try:
            yield
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
