"""Bringing a database to the newest version, from the package and not from a checkout."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def _config(url: str) -> Config:
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", "migrations:")
    return config


def upgrade(url: str) -> None:
    """Runs every migration the database lacks; what is in it is kept."""
    command.upgrade(_config(url), "head")


def is_current(engine: Engine) -> bool:
    """True when no migration is missing."""
    with engine.connect() as connection:
        return knows_all(connection)


def knows_all(connection: Connection) -> bool:
    """True when no migration is missing; for a connection that only reads, too."""
    return MigrationContext.configure(connection).get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_config("")).get_current_head()
