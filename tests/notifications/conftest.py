"""The municipality on both databases."""

import socket
from collections.abc import Iterator

import pytest

from cases.database import Database
from tests.notifications.town import Town
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
    """For what SQLite's single writer cannot meet."""
    yield from _town(postgresql_url, routines)


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
