"""Bringing a database to the newest version, from the package and not from a checkout."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def _config(url: str) -> Config:
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", "migrations:")
    return config


def upgrade(url: str) -> None:
    """Runs every migration the database lacks; what is in it is kept."""
    command.upgrade(_config(url), "head")


def is_current(engine: Engine) -> bool:
    """True when no migration is missing."""
    newest = ScriptDirectory.from_config(_config("")).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest
