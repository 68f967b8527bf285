"""The village on both databases."""

from collections.abc import Iterator

import pytest

from cases.database import Database
from tests.cases.village import Village
from workflow.routines import load


@pytest.fixture
def village(database_url: str) -> Iterator[Village]:
    database = Database(database_url)
    yield Village(database, load(None))
    database.engine.dispose()
