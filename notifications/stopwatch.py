"""The time of a pass that may last minutes, reckoned from the moment the door gave."""

from datetime import datetime, timedelta
from time import monotonic


class Stopwatch:
    """Starts when made, at `now`; a clock that is set back meanwhile does not disturb it."""

    def __init__(self, now: datetime) -> None:
        self._now, self._started = now, monotonic()

    def now(self) -> datetime:
        """The moment given and the time since."""
        return self._now + timedelta(seconds=monotonic() - self._started)
