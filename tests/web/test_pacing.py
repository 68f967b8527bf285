"""When work that fails, or leaves something behind, is done again."""

import time
from datetime import UTC, datetime, timedelta

from web.pacing import Job

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def passes(job: Job, seconds: float) -> list[float]:
    """When the job was ready and run, in seconds from the start, with news all the time."""
    started, ran = time.monotonic(), list[float]()
    while (since := time.monotonic() - started) < seconds:
        if job.is_ready(news=True):
            ran.append(since)
            job.run()
        time.sleep(0.02)
    return ran


def is_about(ran: list[float], *expected: float) -> bool:
    pairs = zip(ran, expected, strict=False)
    return len(ran) == len(expected) and all(at <= each < at + 0.6 for each, at in pairs)


def test_work_that_fails_is_done_again_after_growing_pauses_whatever_is_due():
    def fail(_now: datetime) -> None:
        raise ValueError("this is never logged")

    def due(after: datetime | None) -> datetime | None:
        return NOON if after is None else None

    ran = passes(Job("arbetet", fail, lambda: NOON, 600, due), 3.7)
    assert is_about(ran, 0, 1, 3), ran


def test_what_comes_after_something_left_behind_does_not_wait_for_it():
    started = time.monotonic()

    def now() -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - started)

    later = NOON + timedelta(seconds=0.5)

    def due(after: datetime | None) -> datetime | None:
        return NOON if after is None else later if after < later else None

    ran = passes(Job("arbetet", lambda _now: None, now, 600, due), 1.2)
    assert is_about(ran, 0, 0.5), ran


def test_nothing_is_done_between_heartbeats_when_nothing_is_due():
    ran = passes(Job("arbetet", lambda _now: None, lambda: NOON, 1), 2.5)
    assert is_about(ran, 0, 1, 2), ran
