"""The municipality on both databases."""

import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from cases.database import Database
from notifications.channels import SmtpChannel
from tests.notifications.town import FRIDAY, SOON, Town
from tests.servers.smtp import Mailbox
from workflow.routines import Routines, load


@pytest.fixture(scope="session")
def routines() -> Routines:
    return load(None)


@pytest.fixture
def town(database_url: str, routines: Routines) -> Iterator[Town]:
    """Without people; the test runs once on each kind of database."""
    yield from _town(database_url, routines)


@pytest.fixture
def town_on_postgresql(postgresql_url: str, routines: Routines) -> Iterator[Town]:
    """For what SQLite's single writer cannot meet; waiting for a lock fails after two seconds."""
    impatient = make_url(postgresql_url).update_query_dict({"options": "-c lock_timeout=2s"})
    yield from _town(impatient.render_as_string(hide_password=False), routines)


@pytest.fixture
def town_on_sqlite(sqlite_url: str, routines: Routines) -> Iterator[Town]:
    """For what the kind of database makes no difference to."""
    yield from _town(sqlite_url, routines)


def _town(url: str, routines: Routines) -> Iterator[Town]:
    database = Database(url)
    yield Town(database, routines)
    database.engine.dispose()


@pytest.fixture
def unused_port() -> int:
    """A loopback port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def channel(smtp: Mailbox) -> SmtpChannel:
    """To the real server of the test."""
    return SmtpChannel(smtp.url)


@pytest.fixture
def reminded(town: Town) -> str:
    """A case whose assessment nils has just been reminded of, half an hour before it is due."""
    reference = town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(SOON)
    return reference
