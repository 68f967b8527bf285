"""Runs the migrations on the database that the caller, `-x url=…` or the environment names."""

import os
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import cases
import notifications
from cases.database import Base

# A table whose module nobody imported would be missing from the metadata, and from the check.
for room in (cases, notifications):
    for module in walk_packages(room.__path__, f"{room.__name__}."):
        import_module(module.name)


def database_url() -> str:
    url = (
        context.config.attributes.get("url")
        or context.get_x_argument(as_dictionary=True).get("url")
        or os.environ.get("VARDTRAD_DATABASE_URL")
    )
    if not url:
        raise SystemExit("Name the database with -x url=… or VARDTRAD_DATABASE_URL.")
    return str(url)


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A migration outlives the models, so their own column types are written as plain ones."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def migrate() -> None:
    engine = sa.create_engine(database_url(), poolclass=sa.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=render_item,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; printing SQL is not supported.")
migrate()
