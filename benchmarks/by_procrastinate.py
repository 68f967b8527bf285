"""procrastinate holding deadlines: `prepare URL JOBS`, then `run URL`, which prints the seconds."""

import asyncio
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from benchmarks.plain_sweep import conninfo

AT_ONCE = 8


def app(url: str) -> App:
    """With one task, which writes a row of its own."""
    made = App(connector=PsycopgConnector(conninfo=conninfo(url), max_size=AT_ONCE + 4))

    @made.task(name="fire")
    async def fire(number: int) -> None:
        await made.connector.execute_query_async(
            "INSERT INTO fired (id) VALUES (%(number)s)", number=number
        )

    return made


async def prepare(url: str, jobs: int) -> None:
    """All due at once, now."""
    async with app(url).open_async() as holding:
        with suppress(ConnectorException):  # it is there since the run before
            await holding.schema_manager.apply_schema_async()
        due = holding.configure_task("fire", schedule_at=datetime.now(UTC))
        for number in range(jobs):
            await due.defer_async(number=number)


async def run(url: str) -> float:
    """Until nothing is left that it would take."""
    async with app(url).open_async() as working:
        begun = time.perf_counter()
        await working.run_worker_async(
            wait=False, concurrency=AT_ONCE, listen_notify=False, install_signal_handlers=False
        )
        return time.perf_counter() - begun


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", url, jobs]:
            asyncio.run(prepare(url, int(jobs)))
        case ["run", url]:
            print(asyncio.run(run(url)))
