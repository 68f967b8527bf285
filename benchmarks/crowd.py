"""A municipality with as many open steps as one likes: one case by operations, the rest by SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import alembic.command
from sqlalchemy import (
    Connection,
    Table,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    true,
    update,
)  # fmt: skip

from cases.database import Base, Database
from cases.models import Case, CaseStep, PendingEscalation
from tests.notifications.town import FRIDAY, Town
from tests.servers.databases import alembic_config
from workflow.roles import Role
from workflow.routines import Routines

NOW = FRIDAY + timedelta(minutes=1)
"""When everything is swept; nothing of a case opened on FRIDAY is due before that."""

FIRST = 1000
"""The ids of copies begin after this."""

UNITS = 100
SLICES = 100
"""One case in so many can be made due at a time."""


@dataclass(frozen=True)
class Crowd:
    """`rungs` are pending for each step; `town` holds the case that the others are copies of."""

    url: str
    steps: int
    rungs: int
    town: Town
    reporter: int
    nurse: int

    @property
    def due(self) -> int:
        """How many are due after `make_due`."""
        return self.steps // SLICES

    def make_due(self, part: int, database: Database) -> None:
        """The next rung of one case in SLICES."""
        within = PendingEscalation.id - FIRST
        with database.transaction() as session:
            session.execute(
                update(PendingEscalation)
                .where(
                    PendingEscalation.id > FIRST,
                    within % (self.rungs * SLICES) == part * self.rungs,
                )
                .values(at=NOW, planned_at=NOW)
            )


def build(url: str, routines: Routines, steps: int) -> Crowd:
    """Migrates an empty database and fills it; each step is its case's only one."""
    alembic.command.upgrade(alembic_config(url), "head")
    database = Database(url)
    town = Town(database, routines)
    reporter = town.hire("wilma", Role.CARE_WORKER)
    town.hire("mia", Role.MAS, everywhere=True)
    units = [town.unit(f"enhet{number}") for number in range(UNITS)]
    nurses = dict[int, int]()
    for unit_id in (town.unit_id, *units):
        nurses[unit_id] = town.hire(f"nurse{unit_id}", Role.NURSE, unit_id=unit_id)
        town.hire(f"manager{unit_id}", Role.UNIT_MANAGER, unit_id=unit_id)
    town.report(reporter, FRIDAY)
    with database.transaction() as session:
        case = session.scalars(select(Case)).one()
        step = next(step for step in case.steps if step.key == "assess")
        pending = sorted(step.pending, key=lambda row: (row.at, row.id))
        connection, many = session.connection(), len(pending)
        own = f"{FIRST} + n.i"
        unit = f"{min(units)} + n.i % {UNITS}"
        reference = "'AVV-2026-' || CAST(100000 + n.i AS text)"
        copied(
            connection, Case, case.id, steps, {"id": own, "unit_id": unit, "reference": reference}
        )
        copied(connection, CaseStep, step.id, steps, {"id": own, "case_id": own})
        for place, row in enumerate(pending):
            ids = {"id": f"{FIRST} + n.i * {many} + {place}", "step_id": own}
            copied(connection, PendingEscalation, row.id, steps, ids)
    analysed(database)
    database.engine.dispose()
    return Crowd(url, steps, many, town, reporter, nurses[town.unit_id])


def copied(
    connection: Connection,
    of: type[Base],
    id_: int,
    copies: int,
    changed: Mapping[str, str],
    after: int = 0,
) -> None:
    """A row so many times over; `changed` are expressions in n.i, which counts from `after` + 1.

    An empty one leaves the value to the database.
    """
    table = of.__table__
    assert isinstance(table, Table)
    count = select(literal(after + 1).label("i")).cte("n", recursive=True)
    count = count.union_all(select(count.c.i + 1).where(count.c.i < after + copies))
    names = [column.name for column in table.columns if changed.get(column.name) != ""]
    values = (literal_column(changed[n]) if n in changed else table.c[n] for n in names)
    rows = select(*values).select_from(table.join(count, true())).where(table.c.id == id_)
    connection.execute(insert(table).from_select(names, rows))
    if connection.dialect.name == "postgresql":
        newest = select(func.max(table.c.id)).scalar_subquery()
        connection.execute(
            select(func.setval(func.pg_get_serial_sequence(table.name, "id"), newest))
        )


def analysed(database: Database) -> None:
    """So that both databases plan with the sizes there are."""
    autocommit = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        connection.execute(text("ANALYZE"))
