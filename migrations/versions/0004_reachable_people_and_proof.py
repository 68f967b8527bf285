"""Acknowledgements, pauses, weekly duty, absences, bulletins, proof of delivery and workers."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

WAKING = ("pending_escalations", "notifications", "letters", "bulletins", "outbox_mails")
"""Tables whose new rows may be due before a sleeping worker would look."""


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_index(
        "ix_log_checkpoint_heads_case", "log_checkpoint_heads", ["reference", "sequence"]
    )
    _steps()
    _duty()
    _calendar()
    _mails()
    _workers()
    if postgresql:
        _wake_workers()
    for operation in ("UPDATE", "DELETE"):
        name = f"calendar_changes_refuses_{operation.lower()}"
        if postgresql:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON calendar_changes FOR EACH ROW "
                "EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON calendar_changes "
                "BEGIN SELECT RAISE(ABORT, 'calendar_changes is append-only'); END"
            )


def _steps() -> None:
    # Written out, since both databases take it so and SQLite's table must not be made anew: its
    # unique index has a condition.
    op.execute(
        "ALTER TABLE case_steps ADD COLUMN acknowledged_by INTEGER "
        "CONSTRAINT fk_case_steps_acknowledged_by_people REFERENCES people (id)"
    )
    op.add_column("case_steps", sa.Column("acknowledged_until", sa.DateTime(timezone=True)))
    op.add_column("pending_escalations", sa.Column("planned_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE pending_escalations SET planned_at = at")
    with op.batch_alter_table("pending_escalations") as batch:
        batch.alter_column("planned_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    # Until now the sweep looked for it at each rung. The one step of 0.2.0 whose time moves it on:
    op.execute(
        "INSERT INTO pending_escalations (step_id, rung, at, planned_at, passed) "
        "SELECT id, 'out:', due_at, due_at, '[]' FROM case_steps "
        "WHERE condition = 'open' AND key = 'call_by_law'"
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["case_steps.id"], name=op.f("fk_pauses_step_id_case_steps")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_pauses_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index(op.f("ix_pauses_step_id"), "pauses", ["step_id"])


def _duty() -> None:
    op.create_table(
        "weekly_duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date()),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_weekly_duties_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_weekly_duties_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_duties")),
    )
    op.create_index(op.f("ix_weekly_duties_person_id"), "weekly_duties", ["person_id"])
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer()),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["people.id"], name=op.f("fk_absences_substitute_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"])
    op.create_index(op.f("ix_absences_substitute_id"), "absences", ["substitute_id"])
    op.create_index("ix_absences_time", "absences", ["starts_at", "ends_at"])


def _calendar() -> None:
    op.create_table(
        "known_days_off",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_known_days_off")),
    )
    op.create_table(
        "changing_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("clocks_moved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_changing_days")),
    )
    op.create_table(
        "calendar_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("clocks_moved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_changes")),
    )


def _mails() -> None:
    op.create_table(
        "bulletins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gathered_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["people.id"], name=op.f("fk_bulletins_recipient_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletins")),
        sa.UniqueConstraint(
            "kind", "key", "recipient_id", name=op.f("uq_bulletins_kind_key_recipient_id")
        ),
    )
    op.create_index(op.f("ix_bulletins_recipient_id"), "bulletins", ["recipient_id"])
    op.create_index("ix_bulletins_waiting", "bulletins", ["gathered_at", "send_after"])
    op.drop_index(op.f("ix_letters_gathered_at"), "letters")
    op.create_index("ix_letters_waiting", "letters", ["gathered_at", "send_after"])
    op.add_column("notifications", sa.Column("opened_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("outbox_mails") as batch:
        batch.alter_column("sent_at", new_column_name="taken_at")
        batch.add_column(sa.Column("bulletin_id", sa.Integer()))
        batch.add_column(sa.Column("tried_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("uncertain", sa.Boolean()))
        batch.create_index(op.f("ix_outbox_mails_failed_at"), ["failed_at"])
        batch.create_unique_constraint(op.f("uq_outbox_mails_bulletin_id"), ["bulletin_id"])
        batch.create_foreign_key(
            op.f("fk_outbox_mails_bulletin_id_bulletins"), "bulletins", ["bulletin_id"], ["id"]
        )
    # Until now an attempt's own time was not kept; the server's answer is the nearest there is.
    op.execute("UPDATE outbox_mails SET uncertain = false, tried_at = taken_at")
    with op.batch_alter_table("outbox_mails") as batch:
        batch.alter_column("uncertain", existing_type=sa.Boolean(), nullable=False)


def _workers() -> None:
    op.create_table(
        "daily_works",
        sa.Column("piece", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("piece", "day", name=op.f("pk_daily_works")),
    )
    op.create_table(
        "catch_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stood_still_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rungs", sa.Integer(), nullable=False),
        sa.Column("latest_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catch_ups")),
        sa.UniqueConstraint("stood_still_from", name=op.f("uq_catch_ups_stood_still_from")),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_seen_at"), "workers", ["seen_at"])
    op.create_index(op.f("ix_sweeps_started_at"), "sweeps", ["started_at"])


def _wake_workers() -> None:
    """A worker listens on the channel, which hears of a row when it is committed."""
    op.execute(
        "CREATE FUNCTION wake_workers() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_notify('vardtrad_due', ''); RETURN NULL; END $$"
    )
    for table in WAKING:
        op.execute(
            f"CREATE TRIGGER {table}_wakes_workers AFTER INSERT OR UPDATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION wake_workers()"
        )


def downgrade() -> None:
    raise NotImplementedError("who was told and when is not forgotten")
