"""A hundred thousand cases of a hundred units, of which a thousand are late, and one long case."""

from dataclasses import dataclass
from datetime import date, timedelta

import alembic.command
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from benchmarks.crowd import FIRST, analysed, copied
from cases.database import Database
from cases.models import DONE, Case, CaseStep, PendingEscalation
from cases.people import Membership, Patient, Unit
from notifications.sweep import sweep
from tests.cases.village import TUESDAY, Village
from tests.servers.databases import alembic_config
from workflow.roles import Role
from workflow.routines import Routines

NOW = TUESDAY + timedelta(hours=1)
"""When the pages are opened; nothing of the case that the others are copies of is due before."""

UNITS = 100
PATIENTS = 10_000
OPEN_OF_TEN = 1
"""Of ten cases so many are open; the others were closed."""

STRIDE = 7919
"""A prime, so that late cases lie scattered over units and ids."""


@dataclass(frozen=True)
class Crowded:
    """`short` and `long` are references of cases with few and with `events` events."""

    village: Village
    cases: int
    short: str
    long: str

    def make_late(self, late: int) -> None:
        """So many open cases by minutes to days, each with its people told of it once."""
        database, number = self.village.database, CaseStep.id - FIRST
        open_ = (CaseStep.id > FIRST) & (number % 10 < OPEN_OF_TEN)
        with database.transaction() as session:
            session.execute(update(CaseStep).where(open_).values(due_at=NOW + timedelta(days=1)))
            steps = session.scalars(
                select(CaseStep.id).where(open_).order_by(number * STRIDE % self.cases).limit(late)
            ).all()
            due = [
                {"id": step, "due_at": NOW - timedelta(minutes=1 + place * 7 % 5000)}
                for place, step in enumerate(steps)
            ]
            session.execute(update(CaseStep), due)
            first = select(PendingEscalation.id).where(
                PendingEscalation.step_id.in_(steps), PendingEscalation.rung == "soon"
            )
            session.execute(
                update(PendingEscalation)
                .where(PendingEscalation.id.in_(first))
                .values(at=NOW, planned_at=NOW)
            )
        sweep(database, self.village.routines, NOW)
        analysed(database)


def build(url: str, routines: Routines, cases: int, events: int) -> Crowded:
    """Migrates an empty database and fills it."""
    alembic.command.upgrade(alembic_config(url), "head")
    village = Village(Database(url), routines)
    short = village.report()
    long = _long(village, events)
    with village.database.transaction() as session:
        units = [
            Unit(key=f"enhet{n}", name=f"Enhet {n}", kind="special_housing") for n in range(UNITS)
        ]
        session.add_all(units)
        for who, role in (("nina", Role.NURSE), ("ulla", Role.UNIT_MANAGER)):
            everywhere = Membership(role=role, unit_id=None, from_day=date(2020, 1, 1))
            everywhere.person_id = village.people[who]
            session.add(everywhere)
        session.flush()
        first_unit = min(unit.id for unit in units)
        session.execute(insert(Patient), [_patient(n, first_unit) for n in range(PATIENTS)])
        first_patient = select(func.max(Patient.id) - PATIENTS + 1)
        case = session.scalars(select(Case).where(Case.reference == short)).one()
        step = next(step for step in case.steps if step.key == "assess")
        pending = sorted(step.pending, key=lambda row: (row.at, row.id))
        connection, own = session.connection(), f"{FIRST} + n.i"
        changed = {
            "id": own,
            "unit_id": f"{first_unit} + n.i % {UNITS}",
            "patient_id": f"{session.scalar(first_patient)} + n.i % {PATIENTS}",
            "reference": "'AVV-2026-' || CAST(100000 + n.i AS text)",
        }
        copied(connection, Case, case.id, cases, changed)
        copied(connection, CaseStep, step.id, cases, {"id": own, "case_id": own})
        for place, row in enumerate(pending):
            ids = {"id": f"{FIRST} + n.i * {len(pending)} + {place}", "step_id": own}
            copied(connection, PendingEscalation, row.id, cases, ids)
        session.execute(update(Case).where(_closed(Case.id)).values(closed_at=NOW))
        ended = update(CaseStep).where(_closed(CaseStep.id))
        session.execute(ended.values(condition=DONE, ended_at=NOW))
        session.execute(delete(PendingEscalation).where(_closed(PendingEscalation.step_id)))
    return Crowded(village, cases, short, long)


def _closed(id_: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return (id_ > FIRST) & ((id_ - FIRST) % 10 >= OPEN_OF_TEN)


def _patient(number: int, first_unit: int) -> dict[str, object]:
    name = f"Test {number}"
    own = {"number": f"{number:012}", "name": name, "sort_name": name.casefold()}
    return own | {"unit_id": first_unit + number % UNITS}


def _long(village: Village, events: int) -> str:
    """A case on its way through measures, with notes until its log is so long."""
    reference = village.report()
    village.do_all(reference, "measures")
    while (missing := events - len(village.events(reference))) > 0:
        village.note("nina", reference, f"Dottern ringde, samtal {missing}.")
    return reference
