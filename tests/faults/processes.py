"""`vardtrad worker` as processes of their own, started as an installation starts them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.notifications.town import SECRET

COMMAND = Path(sys.executable).parent / "vardtrad"
PATIENCE = 90
"""Seconds until a test gives up waiting for something that should happen in one or two."""


class Worker:
    """One process; what it writes is added to the file `log`."""

    def __init__(
        self, database_url: str, smtp_url: str, log: Path, inside: Sequence[str] = ()
    ) -> None:
        self.log = log
        self._before = log.stat().st_size if log.exists() else 0
        settings = {
            "VARDTRAD_DATABASE_URL": database_url,
            "VARDTRAD_SMTP_URL": smtp_url,
            "VARDTRAD_SECRET_KEY": SECRET,
            "VARDTRAD_SWEEP_SECONDS": "1",
        }
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*inside, COMMAND, "worker"],
                env=os.environ | settings,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def started(self) -> bool:
        """True when it has begun to work, for a test's only worker."""
        return self.log.stat().st_size > self._before

    @property
    def living(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """As the kernel does it to a process that takes too much memory: nothing is tidied up."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """As a host that is shut down asks; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE)


@contextmanager
def workers(
    number: int, database_url: str, smtp_url: str, log: Path, inside: Sequence[str] = ()
) -> Iterator[list[Worker]]:
    """Living until the block ends, and then killed if they have not been stopped."""
    with ExitStack() as stack:
        started = list[Worker]()
        for _ in range(number):
            started.append(Worker(database_url, smtp_url, log, inside))
            stack.callback(started[-1].kill)
        yield started


def wait_until(
    true: Callable[[], bool], what: str, working: Sequence[Worker] = (), every: float = 0.05
) -> None:
    """Raises TimeoutError when PATIENCE is at an end, or at once when one of `working` has died."""
    until = time.monotonic() + PATIENCE
    while not true():
        fallen = [worker for worker in working if not worker.living]
        if fallen or time.monotonic() > until:
            said = "\n".join(worker.log.read_text() for worker in working)
            raise TimeoutError(
                f"waited for {what}; fallen: {len(fallen)}; the workers said: {said}"
            )
        time.sleep(every)
