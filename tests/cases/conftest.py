"""The village on both databases, with those who coordinate and those outside whom they call."""

from collections.abc import Iterator

import pytest

from cases.database import Database
from tests.cases.chain import Chain
from tests.cases.outsiders import Outsider, called, links
from tests.cases.village import Village
from workflow.routines import load


@pytest.fixture
def village(database_url: str) -> Iterator[Village]:
    database = Database(database_url)
    yield Village(database, load(None))
    database.engine.dispose()


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Village]:
    """A village on SQLite alone, for what the database has no part in."""
    database = Database(sqlite_url)
    yield Village(database, load(None))
    database.engine.dispose()


@pytest.fixture
def chain(database_url: str) -> Iterator[Chain]:
    database = Database(database_url)
    yield Chain(database, load(None))
    database.engine.dispose()


@pytest.fixture
def sip(chain: Chain) -> str:
    """A SIP whose call has just gone out to Linden and to the school."""
    return called(chain)


@pytest.fixture
def linden(chain: Chain, sip: str) -> Outsider:
    return Outsider(chain, links(chain, sip)[0])


@pytest.fixture
def school(chain: Chain, sip: str) -> Outsider:
    return Outsider(chain, links(chain, sip)[1])
