"""The ticker: APScheduler wakes it, the rows in the database say what is due."""

import logging
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from cases.drafts import drop_old_drafts
from notifications.channels import Channel, channel_for
from notifications.outbox import deliver
from notifications.sweep import sweep
from web.door import Vardtrad

log = logging.getLogger("vardtrad.worker")


def channel_of(wiring: Vardtrad) -> Channel:
    """SMTP when an address is set, else a folder of .eml files."""
    return channel_for(wiring.settings.smtp_url, wiring.settings.mail_folder)


def sweep_once(wiring: Vardtrad, channel: Channel) -> str:
    """One pass: fires what is due, writes and sends mails; returns what it did, in Swedish."""
    now = wiring.now()
    sender = wiring.settings.sender
    swept = sweep(wiring.database, wiring.routines, now)
    sent = deliver(wiring.database, wiring.routines, channel, sender, now)
    with wiring.database.transaction() as session:
        drop_old_drafts(session, now)
    return f"{swept} {sent}"


def start_scheduler(wiring: Vardtrad) -> BackgroundScheduler:
    """A running scheduler; one sweep at a time, and a missed wake-up is not made up twice."""
    channel = channel_of(wiring)

    def tick() -> None:
        try:
            sweep_once(wiring, channel)
        except Exception as error:  # noqa: BLE001  the next sweep may do better
            # The class alone: a database error's text can hold what somebody typed.
            log.error("svepet misslyckades: %s", type(error).__name__)

    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        tick,
        "interval",
        seconds=wiring.settings.sweep_seconds,
        next_run_time=wiring.now() + timedelta(seconds=1),
        max_instances=1,
        coalesce=True,
    )
    scheduler.start()
    return scheduler
