"""APScheduler holding deadlines: `prepare URL JOBS`, then `run URL`, which prints the seconds."""

import sys
import time
from datetime import UTC, datetime
from functools import cache

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, text

from cases.database import make_engine

THREADS = 8

FIRE = "benchmarks.by_apscheduler:fire"


@cache
def engine(url: str) -> Engine:
    return make_engine(url)


def fire(url: str, number: int) -> None:
    """What a job does: a row of its own, in a transaction of its own."""
    with engine(url).begin() as connection:
        connection.execute(text("INSERT INTO fired (id) VALUES (:id)"), {"id": number})


def scheduler(url: str) -> BackgroundScheduler:
    """With its own job store and as many threads as a worker has."""
    store = SQLAlchemyJobStore(engine=engine(url))
    threads = ThreadPoolExecutor(THREADS)
    return BackgroundScheduler(
        jobstores={"default": store}, executors={"default": threads}, timezone="UTC"
    )


def prepare(url: str, jobs: int) -> None:
    """All due at once, now; none is too late ever to run."""
    holding, now = scheduler(url), datetime.now(UTC)
    holding.start(paused=True)
    for number in range(jobs):
        holding.add_job(FIRE, "date", run_date=now, args=[url, number], misfire_grace_time=None)
    holding.shutdown()


def run(url: str) -> float:
    """Until the store is empty and the last thread is done."""
    begun, working = time.perf_counter(), scheduler(url)
    working.start()
    while working.get_jobs():
        time.sleep(0.05)
    working.shutdown(wait=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", url, jobs]:
            prepare(url, int(jobs))
        case ["run", url]:
            print(run(url))
