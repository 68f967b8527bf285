"""A database of the last release goes forward with everything in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import alembic.command
import pytest
import sqlalchemy as sa
from sqlalchemy import select

from cases.changes import OUT
from cases.database import Database
from cases.events import faults_of_log
from cases.models import CaseStep, PendingEscalation
from notifications.channels import SmtpChannel
from notifications.models import Notification
from notifications.outbox import deliver
from notifications.sweep import sweep
from tests.cases.chain import Chain
from tests.cases.village import TUESDAY
from tests.notifications.town import SENDER
from tests.servers.databases import alembic_config
from tests.servers.smtp import Mailbox
from workflow.routines import load

BEFORE, NAMED_SINCE = "0003", {"taken_at": "sent_at"}
"""The last release, and its name of a column that has another name now."""

SOON, DUE = TUESDAY + timedelta(minutes=90), TUESDAY + timedelta(hours=2)

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def lived_in(sqlite_url: str, smtp: Mailbox) -> Iterator[tuple[Chain, str]]:
    """A fall of which the nurse has been reminded by mail, and a SIP that waits for the region."""
    chain = Chain(Database(sqlite_url), load(None))
    reference = chain.report()
    _discharge, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    sweep(chain.database, chain.routines, SOON)
    deliver(chain.database, chain.routines, SmtpChannel(smtp.url), SENDER, SOON)
    assert smtp.messages
    yield chain, reference
    chain.database.engine.dispose()


@pytest.fixture
def bare_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A database without tables, dropped after the test."""
    server = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE released"))
        yield sa.make_url(postgresql_server).set(database="released").render_as_string(False)
        connection.execute(sa.text("DROP DATABASE released WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def released(
    request: pytest.FixtureRequest, lived_in: tuple[Chain, str], tmp_path: Path
) -> Iterator[tuple[str, Rows]]:
    """The same town in a database of the last release, and what it holds."""
    url = f"sqlite:///{tmp_path / 'released.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("bare_postgresql_url")
    alembic.command.upgrade(alembic_config(url), BEFORE)
    old, new = sa.create_engine(url), lived_in[0].database.engine
    tables, rows = _tables(old), dict[str, list[dict[str, Any]]]()
    for table in tables.sorted_tables:
        with new.connect() as source:
            now = sa.Table(table.name, sa.MetaData(), autoload_with=new)
            rows[table.name] = [
                {
                    NAMED_SINCE.get(name, name): _in_utc(value)
                    for name, value in row.items()
                    if NAMED_SINCE.get(name, name) in table.c
                }
                for row in source.execute(sa.select(now)).mappings()
                if row.get("rung") != OUT  # which the last release did not have
            ]
        if rows[table.name]:
            with old.begin() as into:
                into.execute(sa.insert(table), rows[table.name])
                if request.param == "postgresql" and "id" in table.c:
                    into.execute(_next_number(table))
    yield url, _read(old, tables)
    old.dispose()


def test_nothing_is_lost_and_what_was_planned_fires_as_it_was(
    released: tuple[str, Rows], lived_in: tuple[Chain, str]
):
    url, before = released
    alembic.command.upgrade(alembic_config(url), "head")
    alembic.command.check(alembic_config(url))
    engine = sa.create_engine(url)
    after = _read(engine, _tables(engine))
    engine.dispose()
    added = [row for row in after["pending_escalations"] if row["rung"] == OUT]
    after["pending_escalations"] = [r for r in after["pending_escalations"] if r not in added]
    (call,) = (row for row in after["case_steps"] if row["key"] == "call_by_law")
    assert [(row["step_id"], row["at"]) for row in added] == [(call["id"], call["due_at"])]
    assert before["pending_escalations"]
    assert before["notifications"]
    for name, rows in before.items():
        for old, new in zip(rows, after[name], strict=True):
            known = {NAMED_SINCE.get(key, key): value for key, value in new.items()}
            assert {key: known[key] for key in old} == old, name
    assert all(r["planned_at"] == r["at"] for r in (*after["pending_escalations"], *added))
    assert [(row["tried_at"], bool(row["uncertain"])) for row in after["outbox_mails"]] == [
        (row["taken_at"], False) for row in after["outbox_mails"]
    ]
    _goes_on(url, lived_in)


def _goes_on(url: str, lived_in: tuple[Chain, str]) -> None:
    """The log is whole, and nobody is told again of what they were told by the last release."""
    chain, reference = lived_in
    chain.database.engine.dispose()
    chain.database = Database(url)
    with chain.database.reading() as session:
        assert list(faults_of_log(session)) == []
    told = len(_told(chain))
    sweep(chain.database, chain.routines, SOON)
    assert len(_told(chain)) == told
    sweep(chain.database, chain.routines, DUE)
    assert ("assess", "due") in _told(chain)
    step_id, _revision = chain.step(reference, "assess")
    with chain.database.reading() as session:
        left = select(PendingEscalation.rung).where(PendingEscalation.step_id == step_id)
        assert "due" not in session.scalars(left).all()


def _told(chain: Chain) -> list[tuple[str, str]]:
    with chain.database.reading() as session:
        found = select(CaseStep.key, Notification.rung).join(
            Notification, Notification.step_id == CaseStep.id
        )
        return [(key, rung) for key, rung in session.execute(found)]


def _tables(engine: sa.Engine) -> sa.MetaData:
    tables = sa.MetaData()
    tables.reflect(engine)
    tables.remove(tables.tables["alembic_version"])
    return tables


def _read(engine: sa.Engine, tables: sa.MetaData) -> Rows:
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    sa.select(table).order_by(*table.primary_key)
                ).mappings()
            ]
            for table in tables.sorted_tables
        }


def _next_number(table: sa.Table) -> sa.Select[Any]:
    highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
    return sa.select(sa.func.setval(f"{table.name}_id_seq", highest))


def _in_utc(value: Any) -> Any:
    """SQLite keeps no zone; PostgreSQL would take its own."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
