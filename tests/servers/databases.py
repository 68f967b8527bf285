"""Empty and migrated databases on SQLite and PostgreSQL, made from a template migrated once."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import alembic.command
import pytest
import sqlalchemy as sa
from alembic.config import Config

ROOT = Path(__file__).parents[2]


def alembic_config(url: str) -> Config:
    """The settings `alembic` itself would use, pointed at `url`."""
    return Config(ROOT / "alembic.ini", attributes={"url": url})


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database, migrated to head; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database, migrated to head."""
    database = tmp_path / "vardtrad.sqlite3"
    shutil.copy(sqlite_template, database)
    return f"sqlite:///{database}"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database, migrated to head and dropped after the test."""
    name = _new_name()
    _on_server(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    yield _named(postgresql_server, name)
    _on_server(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("template") / "vardtrad.sqlite3"
    alembic.command.upgrade(alembic_config(f"sqlite:///{database}"), "head")
    return database


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    name = _new_name()
    _on_server(postgresql_server, f"CREATE DATABASE {name}")
    alembic.command.upgrade(alembic_config(_named(postgresql_server, name)), "head")
    yield name
    _on_server(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


def _new_name() -> str:
    return f"vardtrad_test_{uuid4().hex}"


def _named(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(server: str, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
