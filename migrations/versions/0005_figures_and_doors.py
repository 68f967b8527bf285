"""Figures with their frozen years, imported cases, tokens, webhooks, days of care, targets."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_api_tokens_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    op.create_index(op.f("ix_api_tokens_person_id"), "api_tokens", ["person_id"])

    op.create_table(
        "board_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(length=40), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by"], ["people.id"], name=op.f("fk_board_targets_set_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_targets")),
        sa.UniqueConstraint(
            "year",
            "definition",
            "measure",
            "category",
            name=op.f("uq_board_targets_year_definition_measure_category"),
        ),
    )
    op.create_table(
        "care_days",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["people.id"], name=op.f("fk_care_days_entered_by_people")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_care_days_unit_id_units")),
        sa.PrimaryKeyConstraint("unit_id", "month", name=op.f("pk_care_days")),
    )
    op.create_table(
        "frozen_years",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("thawed_at", sa.DateTime(timezone=True)),
        sa.Column("thawed_by", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["people.id"], name=op.f("fk_frozen_years_taken_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["thawed_by"], ["people.id"], name=op.f("fk_frozen_years_thawed_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_years")),
    )
    op.create_index(op.f("ix_frozen_years_year"), "frozen_years", ["year"])

    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_webhooks_created_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "case_figures",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("subcategory", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer()),
        sa.Column("event_month", sa.Integer(), nullable=False),
        sa.Column("report_month", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("severity", sa.Integer()),
        sa.Column("probability", sa.Integer()),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("closed_in_time", sa.Boolean()),
        sa.Column("has_causes", sa.Boolean()),
        sa.Column("has_measures", sa.Boolean()),
        sa.Column("effect_followed_up", sa.Boolean()),
        sa.Column("feedback_given", sa.Boolean()),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_figures_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name=op.f("fk_case_figures_patient_id_patients")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_case_figures_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("edition", "case_id", name=op.f("pk_case_figures")),
    )
    op.create_index(op.f("ix_case_figures_case_id"), "case_figures", ["case_id"])
    op.create_index(
        "ix_case_figures_event", "case_figures", ["edition", "definition", "event_month"]
    )
    op.create_index("ix_case_figures_patient", "case_figures", ["patient_id", "edition"])
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_case_figures_open",
        "case_figures",
        [
            "closed_at", "edition", "definition", "unit_id", "category", "event_month",
            "report_month", "reported_at",
        ],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )  # fmt: skip

    op.create_table(
        "case_tallies",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_tallies_case_id_cases")
        ),
        sa.PrimaryKeyConstraint(
            "edition", "case_id", "figure", "value", name=op.f("pk_case_tallies")
        ),
    )
    op.create_index(op.f("ix_case_tallies_case_id"), "case_tallies", ["case_id"])

    op.create_table(
        "imported_cases",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_imported_cases_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_imported_cases_person_id_people")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_imported_cases")),
        sa.UniqueConstraint("reference", name=op.f("uq_imported_cases_reference")),
    )
    op.create_table(
        "step_figures",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("event_month", sa.Integer(), nullable=False),
        sa.Column("report_month", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=12), nullable=False),
        sa.Column("target_at", sa.DateTime(timezone=True)),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("minutes", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_step_figures_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["case_steps.id"], name=op.f("fk_step_figures_step_id_case_steps")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_step_figures_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("edition", "step_id", name=op.f("pk_step_figures")),
    )
    op.create_index(op.f("ix_step_figures_case_id"), "step_figures", ["case_id"])
    op.create_index(
        "ix_step_figures_event", "step_figures", ["edition", "definition", "event_month"]
    )
    op.create_index(
        "ix_step_figures_times",
        "step_figures",
        [
            "edition", "definition", "unit_id", "step", "minutes", "event_month", "report_month",
            "category",
        ],
    )  # fmt: skip
    not_ended = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_step_figures_open",
        "step_figures",
        [
            "ended_at", "edition", "definition", "unit_id", "step", "event_month", "report_month",
            "category", "due_at", "target_at",
        ],
        sqlite_where=not_ended,
        postgresql_where=not_ended,
    )  # fmt: skip

    _create_sums(
        "case_sums",
        (*_BY_UNIT, ("subcategory", sa.String(length=40)), ("severity", sa.Integer())),
        (
            "number", "again", "looped", "closed", "closed_in_time", "closed_late", "assessed",
            "causes", "no_causes", "measures", "no_measures", "effect", "no_effect", "feedback",
            "no_feedback",
        ),
    )  # fmt: skip
    _create_sums(
        "step_sums",
        (*_BY_UNIT, ("step", sa.String(length=40))),
        ("number", "late", "targeted", "past_target"),
    )
    _create_sums(
        "step_times",
        (*_KIND, ("step", sa.String(length=40)), ("minutes", sa.Integer()), *_MONTHS),
        ("number",),
    )
    _create_sums(
        "tally_sums",
        (*_BY_UNIT, ("figure", sa.String(length=40)), ("value", sa.String(length=80))),
        ("number", "cases"),
    )

    op.create_table(
        "webhook_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True)),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.String(length=60)),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_webhook_calls_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["case_steps.id"], name=op.f("fk_webhook_calls_step_id_case_steps")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_calls_webhook_id_webhooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_calls")),
        sa.UniqueConstraint("webhook_id", "key", name=op.f("uq_webhook_calls_webhook_id_key")),
    )
    op.create_index(op.f("ix_webhook_calls_case_id"), "webhook_calls", ["case_id"])
    op.create_index(op.f("ix_webhook_calls_failed_at"), "webhook_calls", ["failed_at"])
    op.create_index(op.f("ix_webhook_calls_next_attempt_at"), "webhook_calls", ["next_attempt_at"])

    # With a default in the database, so that no large table is made anew.
    op.add_column(
        "cases", sa.Column("figured_revision", sa.Integer(), server_default="0", nullable=False)
    )
    unfigured = sa.text("figured_revision != revision")
    op.create_index(
        "ix_cases_unfigured", "cases", ["id"], sqlite_where=unfigured, postgresql_where=unfigured
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_cases_still_open",
        "cases",
        ["opened_at"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    unheard = sa.text("type = 'nobody_reachable'")
    op.create_index(
        "ix_case_events_unheard",
        "case_events",
        ["case_id"],
        sqlite_where=unheard,
        postgresql_where=unheard,
    )
    op.add_column("submissions", sa.Column("fingerprint", sa.String(length=64)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER webhook_calls_wakes_workers AFTER INSERT OR UPDATE ON webhook_calls "
            "FOR EACH STATEMENT EXECUTE FUNCTION wake_workers()"
        )


_KIND = (("edition", sa.Integer()), ("definition", sa.String(length=40)))
_MONTHS = (("event_month", sa.Integer()), ("report_month", sa.Integer()))
_BY_UNIT = (*_KIND, *_MONTHS, ("category", sa.String(length=40)), ("unit_id", sa.Integer()))


def _create_sums(
    table: str,
    keys: tuple[tuple[str, sa.types.TypeEngine[Any]], ...],
    numbers: tuple[str, ...],
) -> None:
    names = [name for name, _type in keys]
    op.create_table(
        table,
        *(sa.Column(name, type_, autoincrement=False, nullable=False) for name, type_ in keys),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        *(
            [sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=f"fk_{table}_unit_id_units")]
            if "unit_id" in names
            else []
        ),
        sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("a frozen year's figures are not forgotten")
