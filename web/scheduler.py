"""The worker: rows in the database say what is due, and APScheduler runs the jobs that do it."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Event, Thread
from time import sleep

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    JobEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session

from cases.figuring import figure
from cases.reprojecting import reproject
from notifications import daily
from notifications.channels import Channel, channel_for
from notifications.next_due import next_call, next_mail, next_rung
from notifications.outbox import DeliveryReport, deliver
from notifications.presence import Presence
from notifications.sweep import sweep
from notifications.webhooks import call_webhooks
from web.door import Vardtrad
from web.pacing import Due, Job, never
from web.waking import watch
from workflow.moments import day_of

TICK = 0.25
"""Seconds between looks at the clock; the database is not asked then."""

GATHERING_NEWS = 0.05
"""Seconds after news in which more of it makes no difference."""

AT_THE_END = 0.02
"""Seconds between looks at what is still under way."""

AT_ONCE = datetime.fromtimestamp(0, UTC)
"""Past on any clock, even one that is set back meanwhile."""

_ENDS = EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES


def channel_of(wiring: Vardtrad) -> Channel:
    """SMTP when an address is set, else a folder of .eml files."""
    return channel_for(wiring.settings.smtp_url, wiring.settings.mail_folder)


def sweep_once(wiring: Vardtrad, channel: Channel) -> str:
    """Everything once, for cron: returns what was swept and sent, in Swedish."""
    now = wiring.now()
    reproject(wiring.database, wiring.routines, now)
    swept = sweep(wiring.database, wiring.routines, now)
    daily.run(wiring.database, wiring.routines, now)
    delivered = _deliver(wiring, channel, now)
    call_webhooks(wiring.database, wiring.settings.caller, now)
    figure(wiring.database, wiring.routines)
    return f"{swept} {delivered}"


def _deliver(
    wiring: Vardtrad, channel: Channel, now: datetime, stopping: Callable[[], bool] = lambda: False
) -> DeliveryReport:
    sender = wiring.settings.sender
    return deliver(wiring.database, wiring.routines, channel, sender, now, stopping)


@contextmanager
def working(wiring: Vardtrad) -> Iterator[None]:
    """A worker beside whatever the block does; at the end, what is under way is finished."""
    worker = _Worker(wiring)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


class _Worker:
    def __init__(self, wiring: Vardtrad) -> None:
        self._wiring, self._channel = wiring, channel_of(wiring)
        self._presence = Presence.of(socket.gethostname(), os.getpid(), wiring.now())
        self._stopping, self._news = Event(), Event()
        self._more_daily: datetime | None = None
        self._reprojected: date | None = None
        self._jobs = {job.name: job for job in self._made_jobs()}
        threads = ThreadPoolExecutor(len(self._jobs))
        self._scheduler = BackgroundScheduler(timezone="UTC", executors={"default": threads})
        self._scheduler.add_listener(self._ended, _ENDS)
        self._threads = (
            Thread(target=watch, args=(wiring.database, self._news.set, self._stopping)),
            Thread(target=self._conduct),
        )

    def start(self) -> None:
        self._scheduler.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._news.set()
        for thread in self._threads:
            thread.join()
        # APScheduler's thread dies of being shut down while it takes away a job that has run.
        while self._scheduler.get_jobs() or any(job.running for job in self._jobs.values()):
            sleep(AT_THE_END)
        self._scheduler.shutdown(wait=True)
        self._job("avslutet", self._leave).run()

    def _made_jobs(self) -> Iterator[Job]:
        """Each in a thread of its own, so that a slow mail server never delays a rung."""
        yield self._job("svepet", self._sweep, self._reading(next_rung))
        yield self._job("utskicket", self._send, self._reading(next_mail))
        yield self._job("anropen", self._call, self._reading(next_call))
        yield self._job("dagens arbete", self._do_daily_work, self._when_more_daily)
        yield self._job("siffrorna", self._figure)
        yield self._job("närvaron", self._show)

    def _job(self, name: str, work: Callable[[datetime], None], due: Due = never) -> Job:
        heartbeat = float(self._wiring.settings.sweep_seconds)
        return Job(name, work, self._wiring.now, heartbeat, due)

    def _conduct(self) -> None:
        while not self._stopping.is_set():
            news = self._news.wait(TICK)
            self._news.clear()
            for job in self._jobs.values():
                if job.is_ready(news=news):
                    self._start(job)
            if news:
                self._stopping.wait(GATHERING_NEWS)

    def _start(self, job: Job) -> None:
        job.running = True
        self._scheduler.add_job(
            job.run, id=job.name, next_run_time=AT_ONCE, misfire_grace_time=None, max_instances=1,
            coalesce=True, replace_existing=True,
        )  # fmt: skip

    def _ended(self, event: JobEvent) -> None:
        # Not by the job itself: APScheduler counts it as running for a little longer.
        self._jobs[event.job_id].running = False
        self._news.set()

    def _reading(self, ask: Callable[[Session, datetime | None], datetime | None]) -> Due:
        def due(after: datetime | None) -> datetime | None:
            with self._wiring.database.reading() as session:
                return ask(session, after)

        return due

    def _sweep(self, now: datetime) -> None:
        sweep(self._wiring.database, self._wiring.routines, now)

    def _send(self, now: datetime) -> None:
        _deliver(self._wiring, self._channel, now, self._stopping.is_set)

    def _call(self, now: datetime) -> None:
        caller = self._wiring.settings.caller
        call_webhooks(self._wiring.database, caller, now, self._stopping.is_set)

    def _do_daily_work(self, now: datetime) -> None:
        if self._reprojected != day_of(now):
            reproject(self._wiring.database, self._wiring.routines, now)
            self._reprojected = day_of(now)
        self._more_daily = daily.run(self._wiring.database, self._wiring.routines, now)

    def _figure(self, _now: datetime) -> None:
        figure(self._wiring.database, self._wiring.routines)

    def _when_more_daily(self, after: datetime | None) -> datetime | None:
        more = self._more_daily
        return None if more and after and more <= after else more

    def _show(self, now: datetime) -> None:
        self._wiring.database.run(lambda session: self._presence.show(session, now))

    def _leave(self, now: datetime) -> None:
        self._wiring.database.run(lambda session: self._presence.leave(session, now))
