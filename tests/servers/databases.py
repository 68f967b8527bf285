"""Empty and migrated databases on SQLite and PostgreSQL, each migrated once."""

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
def postgresql_url(postgresql_database: "KeptDatabase") -> Iterator[str]:
    """An empty PostgreSQL database, migrated to head; its rows are gone after the test."""
    yield postgresql_database.url
    postgresql_database.empty()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("template") / "vardtrad.sqlite3"
    alembic.command.upgrade(alembic_config(f"sqlite:///{database}"), "head")
    return database


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> Iterator["KeptDatabase"]:
    kept = KeptDatabase(postgresql_server)
    yield kept
    kept.drop()


_SCHEMA = """
    SELECT (SELECT array_agg(relname ORDER BY oid) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace),
           (SELECT array_agg(tgname::text || tgenabled::text ORDER BY oid) FROM pg_trigger),
           (SELECT version_num FROM alembic_version)
"""

_EMPTY = """
    DO $$ DECLARE name text; BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
        PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
    END $$
"""
"""Without the guards of what is only added to; numbers begin anew, as in a new database."""


class KeptDatabase:
    """One for many tests: to empty it takes a tenth of what it takes to make another."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._make()

    def _make(self) -> None:
        self._name = _new_name()
        self.url = _named(self._server, self._name)
        _on_server(self._server, f"CREATE DATABASE {self._name}")
        alembic.command.upgrade(alembic_config(self.url), "head")
        self._schema = _asked(self.url, _SCHEMA)

    def empty(self) -> None:
        """A test that has changed the schema itself leaves a new database to the next."""
        if _asked(self.url, _SCHEMA) != self._schema:
            self.drop()
            self._make()
        else:
            _on_server(self.url, _EMPTY)

    def drop(self) -> None:
        """Also while somebody is connected to it."""
        _on_server(self._server, f"DROP DATABASE {self._name} WITH (FORCE)")


def _new_name() -> str:
    return f"vardtrad_test_{uuid4().hex}"


def _named(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(server: str, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


def _asked(url: str, question: str) -> list[object]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return list(connection.execute(sa.text(question)).one())
