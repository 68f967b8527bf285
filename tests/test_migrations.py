"""The migrations build the database that the models describe."""

import alembic.command

from tests.servers.databases import alembic_config


def test_the_migrations_of_an_empty_database_match_the_models(database_url: str):
    alembic.command.check(alembic_config(database_url))
