"""Several worker processes on one database: the work is shared, and nothing is done twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from notifications.models import Worker
from tests.faults.afterwards import Aftermath, armed_in
from tests.faults.conftest import Scale
from tests.faults.filling import Template
from tests.faults.mail_servers import TroubledMailbox
from tests.faults.processes import wait_until, workers
from tests.faults.recovering import quiet
from tests.notifications.town import Town


def test_two_workers_and_then_four_tell_each_person_once(
    town: Town, mailbox: TroubledMailbox, log: Path, scale: Scale, found: Callable[[str], None]
):
    reported = datetime.now(UTC) - timedelta(minutes=125)
    template = Template(town, town.report(town.staff()["wilma"], reported))
    template.add(scale.instant)
    armed = armed_in(town)
    with workers(2, town.url, mailbox.url, log) as two:
        wait_until(lambda: quiet(town, datetime.now(UTC)), "all to be sent by two", two)
        senders = [len(mailbox.clients)]
        with workers(2, town.url, mailbox.url, log) as two_more:
            four = [*two, *two_more]
            wait_until(lambda: len(living_workers(town)) == 4, "four workers", four)
            mailbox.clients.clear()
            template.add(2 * scale.instant)
            armed |= armed_in(town)
            wait_until(lambda: quiet(town, datetime.now(UTC)), "all to be sent by four", four)
            now = datetime.now(UTC)
            senders.append(len(mailbox.clients))
            exits = [worker.stop() for worker in four]
    found(f"{len(armed)} rungs, {len(mailbox.messages)} mails, sent by {senders} connections")
    assert exits == [0, 0, 0, 0]
    assert senders[1] > 1, "one worker sent all the mails"
    assert len(mailbox.messages) == len({m["Message-ID"] for m in mailbox.messages})
    assert Aftermath(town, armed, now, now, mailbox.messages, log.read_text()).faults() == []


def living_workers(town: Town) -> list[str]:
    """Those that have said that they live and not that they have ended."""
    with town.database.reading() as session:
        return list(session.scalars(select(Worker.id).where(Worker.ended_at.is_(None))))
