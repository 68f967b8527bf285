"""The database: UTC times, and transactions opened and closed at the door."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
)  # fmt: skip
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from cases.postgresql import tied_loosely
from cases.turns import Turns

T = TypeVar("T")

# At DEBUG it would write rows, and they hold what people have typed.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)

LONGEST_LOG = 20_000
"""Pages of SQLite's log before whoever commits must tidy it, which may take a while; a worker does
so before (Database.tidy)."""

BUSY_SECONDS = 30
"""How long a SQLite writer waits for its turn before it gives up."""


class UTCDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC out (SQLite drops zones); raises ValueError for naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every constraint has a name, so that migrations can change it on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


def make_engine(url: str) -> Engine:
    """SQLite (write-ahead log, foreign keys, one queued writer) or PostgreSQL."""
    if not url.startswith("sqlite"):
        return create_engine(tied_loosely(url), pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: see _begin
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            f"wal_autocheckpoint={LONGEST_LOG}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that reads first and writes later cannot be queued by SQLite: it fails at
        # once with "database is locked". Writers therefore take their place from the start.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


class Database:
    """Hands out sessions; `transaction` is the only place that commits."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        file = self.engine.url.database
        sqlite = self.engine.dialect.name == "sqlite"
        self._turns = Turns(Path(file)) if sqlite and file else None
        self._reader = self.engine.execution_options(reading=True)

    @contextmanager
    def transaction(self, patience: float = 0) -> Iterator[Session]:
        """Commits when the block ends, rolls back when it raises; never one within another.

        For so many seconds SQLite's other writers go first; whether there were any is left in the
        session's info as "crowded".
        """
        with (
            self._turns.turn(patience) if self._turns else nullcontext(False) as crowded,
            Session(self.engine, expire_on_commit=False, info={"crowded": crowded}) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that never writes, so that SQLite's one writer is not kept waiting."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def tidy(self) -> None:
        """Moves SQLite's log into its file, while others go on writing; else does nothing."""
        if self._turns is not None:
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def run(self, operation: Callable[[Session], T], tries: int = 3) -> T:
        """Does the operation in a transaction, again when another one came between."""
        for _attempt in range(tries - 1):
            try:
                with self.transaction() as session:
                    return operation(session)
            except (IntegrityError, OperationalError):
                continue
        with self.transaction() as session:
            return operation(session)
