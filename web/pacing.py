"""When each kind of work is done: by what is due, by news, and at the latest at each heartbeat."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic

log = logging.getLogger("vardtrad.worker")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 10.0
"""Seconds until work that failed or was left is tried again, twice as many each time."""

Due = Callable[[datetime | None], datetime | None]
"""When the work is next due; given a moment, the first after that."""


def never(_after: datetime | None) -> datetime | None:
    """For work that is done at heartbeats alone."""
    return None


class Job:
    """One kind of work. Clocks on the wall are compared, never reckoned with: they may be set.

    So how long a wait has lasted is told by a clock that nobody can set.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[datetime], object],
        now: Callable[[], datetime],
        heartbeat: float,
        due: Due = never,
    ) -> None:
        self.name, self.running = name, False
        self._work, self._now, self._heartbeat, self._ask = work, now, heartbeat, due
        self._due: datetime | None = None
        self._at_latest = monotonic()
        self._left: datetime | None = None
        self._pause = FIRST_PAUSE
        self._news = False

    def is_ready(self, *, news: bool) -> bool:
        """Asked some times a second; the database is asked only when there is news."""
        self._news = self._news or news
        if self.running:
            return False
        if monotonic() >= self._at_latest:
            return True
        if self._news:
            self._news = False
            try:
                self._due = self._ask(self._left)
            except Exception as fault:  # noqa: BLE001  a database that is away is waited for
                self._failed(fault)
        return self._due is not None and self._due <= self._now()

    def run(self) -> None:
        """One pass; a failure is logged, and the next pass comes after a growing pause."""
        self._news = False
        now = self._now()
        try:
            self._work(now)
            following = self._ask(None)
            if following is not None and following <= now:
                # Broken, or in another worker's hands: what comes after it must not wait for it.
                self._left, self._due = now, self._ask(now)
                self._rest()
                return
        except Exception as fault:  # noqa: BLE001  the next pass may do better
            self._failed(fault)
            return
        self._left, self._due, self._pause = None, following, FIRST_PAUSE
        self._at_latest = monotonic() + self._heartbeat

    def _failed(self, fault: Exception) -> None:
        # The class alone: a database error's text can hold what somebody typed.
        log.error("%s misslyckades: %s", self.name, type(fault).__name__)
        self._left, self._due = self._now(), None
        self._rest()

    def _rest(self) -> None:
        self._at_latest = monotonic() + min(self._pause, self._heartbeat)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
