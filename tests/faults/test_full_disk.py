"""The disk of the SQLite file full: what cannot be written down has not happened."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from cases.models import Case
from notifications.channels import SmtpChannel
from tests.faults.afterwards import Aftermath, armed_in
from tests.faults.conftest import Scale
from tests.faults.disks import NoDisk, SmallDisk, small_disk
from tests.faults.filling import Template
from tests.faults.mail_servers import TroubledMailbox
from tests.faults.processes import wait_until, workers
from tests.faults.recovering import due_rungs, send_until_quiet
from tests.notifications.town import Town


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    try:
        with small_disk(tmp_path / "disk") as disk:
            yield disk
    except NoDisk as why:
        pytest.skip(f"no disk to fill here, which takes root: {why}")


def test_a_full_disk_stops_everything_and_loses_nothing(
    disk: SmallDisk,
    sqlite_template: Path,
    town_at: Callable[[str], Town],
    mailbox: TroubledMailbox,
    log: Path,
    scale: Scale,
    found: Callable[[str], None],
):
    shutil.copy(sqlite_template, disk.folder / "vardtrad.sqlite3")
    town = town_at(f"sqlite:///{disk.folder / 'vardtrad.sqlite3'}")
    reported = datetime.now(UTC) - timedelta(minutes=125)
    wilma = town.staff()["wilma"]
    Template(town, town.report(wilma, reported)).add(scale.instant)
    armed, key = armed_in(town), uuid4().hex
    disk.fill()
    with pytest.raises(OperationalError, match=r"full|disk I/O"):
        town.report(wilma, datetime.now(UTC), reported, key=key)
    with workers(1, town.url, mailbox.url, log) as [worker]:
        wait_until(lambda: "svepet misslyckades" in log.read_text(), "a sweep in vain", [worker])
        came_meanwhile, left = len(mailbox.messages), due_rungs(town, datetime.now(UTC))
        disk.make_room()
        town.report(wilma, datetime.now(UTC), reported, key=key)
        armed |= armed_in(town)
        now = datetime.now(UTC)
        wait_until(lambda: not due_rungs(town, now), "all rungs to fire", [worker])
        assert worker.stop() == 0
    sent = send_until_quiet(town, SmtpChannel(mailbox.url), datetime.now(UTC))
    found(f"{left} of {len(armed)} rungs waited for room, {len(mailbox.messages)} mails after it")
    assert left > 0
    assert came_meanwhile == 0
    ours = select(func.count(Case.id)).where(Case.definition == "deviation")
    with town.database.reading() as session:
        assert session.scalar(ours) == scale.instant + 2
    assert Aftermath(town, armed, now, sent, mailbox.messages, log.read_text()).faults() == []
