"""Workers on separate hosts, one of which loses its network in the middle of a transaction."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import alembic.command
import pytest
from sqlalchemy import make_url, text

from tests.faults import hosts
from tests.faults.afterwards import Aftermath, armed_in
from tests.faults.conftest import Scale
from tests.faults.filling import Template
from tests.faults.hosts import Host
from tests.faults.mail_servers import TroubledMailbox
from tests.faults.processes import wait_until, workers
from tests.faults.recovering import due_rungs, quiet
from tests.notifications.town import Town
from tests.servers.databases import alembic_config
from tests.servers.postgresql import Server, running
from tests.servers.smtp import receiving

WITHIN = timedelta(minutes=1)
"""Whatever a host that is cut off holds has been given back."""

IMPATIENT = {
    "options": "-c idle_in_transaction_session_timeout=2s -c tcp_user_timeout=2s",
    "tcp_user_timeout": "2000",
    "keepalives_idle": "2",
    "keepalives_interval": "1",
}
"""The same in the short form, so that nobody waits half a minute for it."""


@pytest.fixture
def near_and_far() -> Iterator[list[Host]]:
    """Two hosts."""
    if why := hosts.missing():
        pytest.skip(why)
    with ExitStack() as stack:
        yield [stack.enter_context(hosts.host(number)) for number in (0, 1)]


@pytest.fixture
def server(near_and_far: list[Host]) -> Iterator[Server]:
    """PostgreSQL on this machine, where the hosts can reach it."""
    listening = f"listen_addresses={near_and_far[0].gateway}"
    with (
        tempfile.TemporaryDirectory(prefix="pg-") as folder,
        running(Path(folder), ("fsync=off", listening)) as server,
    ):
        with (server.place / "data" / "pg_hba.conf").open("a") as allowed:
            allowed.write(f"host all all {hosts.TEST_NETWORK}.0.0/16 trust\n")
        server.stop("fast")
        server.start()
        alembic.command.upgrade(alembic_config(server.url), "head")
        yield server


def test_a_host_cut_off_in_the_middle_of_a_transaction_holds_nobody_up_and_comes_back(
    near_and_far: list[Host],
    server: Server,
    town_at: Callable[[str], Town],
    log: Path,
    scale: Scale,
    found: Callable[[str], None],
):
    near, far = near_and_far
    town = town_at(server.url)
    reported = datetime.now(UTC) - timedelta(minutes=125)
    template = Template(town, town.report(town.staff()["wilma"], reported))
    template.add(scale.instant)
    armed, url = armed_in(town), address(near, {} if scale.patient else IMPATIENT)
    with (
        receiving(TroubledMailbox(), near.gateway) as mailbox,
        town.database.engine.connect() as holding_up,
    ):
        holding_up.execute(text("SET idle_in_transaction_session_timeout = 0"))
        holding_up.execute(text("LOCK TABLE notifications IN SHARE MODE"))
        with workers(1, url, mailbox.url, log, near.inside) as [cut_off]:
            wait_until(lambda: is_in_the_middle(town, near), "a transaction", [cut_off])
            near.pull_the_cable()
            left = due_rungs(town, datetime.now(UTC))
            holding_up.rollback()
            began = monotonic()
            with workers(1, url, mailbox.url, log, far.inside) as [other]:
                wait_until(lambda: quiet(town, datetime.now(UTC)), "all from afar", [other])
                held_up = timedelta(seconds=monotonic() - began)
                assert other.stop() == 0
            near.plug_in()
            before = len(mailbox.messages)
            template.add(scale.instant)
            armed |= armed_in(town)
            wait_until(lambda: quiet(town, datetime.now(UTC)), "all from the first", [cut_off])
            now = datetime.now(UTC)
            assert cut_off.stop() == 0
    found(f"cut off with {left} rungs in hand; the other was done {held_up.seconds} s later")
    found(f"{before} mails from the other host, {len(mailbox.messages) - before} after it rejoined")
    assert left >= 2 * scale.instant
    assert held_up < WITHIN
    assert Aftermath(town, armed, now, now, mailbox.messages, log.read_text()).faults() == []


def address(host: Host, query: dict[str, str]) -> str:
    """Of the database, as the hosts reach it."""
    url = make_url(f"postgresql+psycopg://postgres@{host.gateway}/postgres")
    return url.update_query_dict(query).render_as_string(hide_password=False)


def is_in_the_middle(town: Town, host: Host) -> bool:
    """True when a sweep of the host has written something and waits to write more."""
    with town.database.reading() as session:
        found = session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE client_addr = CAST(:host AS inet)"
                " AND wait_event_type = 'Lock' AND backend_xid IS NOT NULL"
                " AND query LIKE 'INSERT INTO notifications%'"
            ),
            {"host": host.address},
        )
    return bool(found)
