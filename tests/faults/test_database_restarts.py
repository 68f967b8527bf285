"""PostgreSQL restarted, and crashed, while people work: everybody goes on when it is back."""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from uuid import uuid4

import alembic.command
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from cases.changes import LATE
from cases.models import Case, CaseStep
from notifications.channels import SmtpChannel
from tests.faults.afterwards import Aftermath
from tests.faults.conftest import Scale
from tests.faults.mail_servers import TroubledMailbox
from tests.faults.processes import Worker, wait_until, workers
from tests.faults.recovering import due_rungs, send_until_quiet
from tests.notifications.town import Town
from tests.servers.databases import alembic_config
from tests.servers.postgresql import Server, running

CRASH_SAFE = ("fsync=off", "synchronous_commit=on", "listen_addresses=")
"""A crash of the server alone loses nothing that it has handed to the kernel."""


@pytest.fixture
def server() -> Iterator[Server]:
    """Migrated, and of this test alone."""
    with (
        tempfile.TemporaryDirectory(prefix="pg-") as folder,
        running(Path(folder), CRASH_SAFE) as server,
    ):
        alembic.command.upgrade(alembic_config(server.url), "head")
        yield server


def test_people_and_worker_go_on_after_the_database_server_has_come_back(
    server: Server,
    town_at: Callable[[str], Town],
    mailbox: TroubledMailbox,
    log: Path,
    scale: Scale,
    found: Callable[[str], None],
):
    town = town_at(server.url)
    wilma, done = town.staff()["wilma"], Event()
    with (
        workers(1, town.url, mailbox.url, log) as [worker],
        ThreadPoolExecutor(scale.clients) as people,
    ):
        reporting = [people.submit(_report, town, wilma, done) for _ in range(scale.clients)]
        try:
            for mode in scale.restarts // 2 * ("fast", "immediate"):
                _wait_for_mails(mailbox, worker)
                server.stop(mode)
                sleep(0.2)
                server.start()
        finally:
            done.set()
        reported = [one.result() for one in reporting]
        now = datetime.now(UTC)
        wait_until(lambda: not due_rungs(town, now), "all rungs to fire", [worker])
        assert worker.stop() == 0
    sent = send_until_quiet(town, SmtpChannel(mailbox.url), datetime.now(UTC))
    cases = sum(number for number, _broken in reported)
    broken = sum(broken for _number, broken in reported)
    found(f"{scale.restarts} restarts, {cases} cases reported, {broken} tries met a lost database")
    found(f"{len(mailbox.messages)} mails")
    assert broken > 0, "nobody noticed the restart"
    ours = select(func.count(Case.id)).where(Case.definition == "deviation")
    with town.database.reading() as session:
        assert session.scalar(ours) == cases
        assessments = session.scalars(select(CaseStep.id).where(CaseStep.key == "assess"))
        armed = frozenset((step, LATE) for step in assessments)
    said = log.read_text()
    assert Aftermath(town, armed, now, sent, mailbox.messages, said).faults() == []


def _wait_for_mails(mailbox: TroubledMailbox, worker: Worker) -> None:
    """Until all are at work again."""
    before = len(mailbox.messages)
    wait_until(lambda: len(mailbox.messages) > before + 3, "mails", [worker])


def _report(town: Town, by: int, done: Event) -> tuple[int, int]:
    """One form after another, each sent until it is answered: how many, and how many in vain."""
    number = broken = 0
    while not done.is_set():
        key = uuid4().hex
        while True:
            now = datetime.now(UTC)
            try:
                town.report(by, now, now - timedelta(minutes=95), key=key)
                break
            except OperationalError:
                broken += 1
                sleep(0.05)
        number += 1
        sleep(0.05)
    return number, broken
