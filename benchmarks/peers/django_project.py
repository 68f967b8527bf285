"""A Django project of one application, set up for a database given by its URL."""

from datetime import UTC, datetime
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from sqlalchemy import make_url

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
}
"""As durable as ours."""


def set_up(url: str, *apps: str) -> None:
    """Before any model is imported; the connection stays open between steps."""
    settings.configure(
        SECRET_KEY="bench",  # noqa: S106  of nothing
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "benchmarks.peers",
            *apps,
        ],
        DATABASES={"default": _database(url)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()


def make_tables(*models: Any) -> None:
    """Those of the applications by their migrations, and of the models given."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)


def now() -> datetime:
    return datetime.now(UTC)


def _database(url: str) -> dict[str, Any]:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3", "NAME": address.database, "OPTIONS": SQLITE
        }  # fmt: skip
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.database,
        "USER": address.username,
        "HOST": address.query["host"],
        "CONN_MAX_AGE": None,
    }
