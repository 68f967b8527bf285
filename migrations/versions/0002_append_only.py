"""The log refuses changes in the database itself: bulk SQL passes any guard in the code."""

from collections.abc import Iterator

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = ("case_events", "log_checkpoints", "log_checkpoint_heads", "admin_log")
"""Neither changed nor removed."""

DISPOSAL = (
    "NEW.body IS NULL AND NEW.disposed_at IS NOT NULL AND OLD.disposed_at IS NULL "
    "AND NEW.event_id = OLD.event_id AND NEW.salt = OLD.salt"
)
"""Typed text may be emptied once, and only together with the time of its disposal."""

KEPT = {"sqlite": "datetime('now', '-5 years')", "postgresql": "now() - interval '5 years'"}
"""HSLF-FS 2016:40 4:9: the access log is kept at least five years."""


def guards(dialect: str) -> Iterator[tuple[str, str, str]]:
    """Table, operation, and the condition under which it is refused."""
    for table in FROZEN:
        yield table, "UPDATE", "true"
        yield table, "DELETE", "true"
    yield "event_texts", "UPDATE", f"NOT ({DISPOSAL})"
    yield "event_texts", "DELETE", "true"
    yield "access_log", "UPDATE", "true"
    yield "access_log", "DELETE", f"OLD.at > {KEPT[dialect]}"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table, operation, condition in guards(dialect):
        name = f"{table}_refuses_{operation.lower()}"
        if dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW "
                f"WHEN ({condition}) EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    raise NotImplementedError("the log's guards are not taken away")
