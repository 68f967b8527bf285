"""All tables of the statistics over very many cases, each as somebody asks for them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import alembic.command
from sqlalchemy import Connection, Insert, NullPool, create_engine, insert, select
from sqlalchemy.orm import Session

from benchmarks.crowd import analysed
from benchmarks.table import Line
from cases.access import Access
from cases.database import Base, Database
from cases.figure_rows import month_on, rounded
from cases.figures import LIVING, CaseFigures, CaseTally, StepFigures
from cases.people import Unit
from cases.statistics.question import CountedBy, Question
from cases.statistics.report import tables
from cases.summing import add_up
from tests.servers.databases import alembic_config
from workflow.definitions.deviation import DEVIATION
from workflow.moments import day_of
from workflow.roles import Role
from workflow.routines import Routines

MOST = 1.0
"""Seconds for all tables together."""

AGAIN = 5

CHUNK = 20_000
"""So many different cases; the others are like them."""

FIRST, LAST = 2017, 2026
KINDS = tuple(DEVIATION.categories)
UNITS = 30
NOW = datetime(LAST, 12, 31, tzinfo=UTC)

STEPS = {"assess": 2, "event_report": 24, "patient_informed": 72, "review": 240}
"""Hours until each is due; one in six is late."""

MAS = Access(0, "", frozenset({(Role.MAS, None)}))

ASKED = {
    "one year": Question.year(DEVIATION.key, LAST - 1),
    "ten years": Question(DEVIATION.key, FIRST * 100 + 1, LAST * 100 + 12),
    "ten years by report": Question(
        DEVIATION.key, FIRST * 100 + 1, LAST * 100 + 12, CountedBy.REPORT
    ),
}


@dataclass(frozen=True)
class _Chance:
    """The same rows each time it is run."""

    dice: random.Random

    def case(self, number: int, share: float) -> dict[str, Any]:
        whole = datetime(LAST, 12, 1, tzinfo=UTC) - datetime(FIRST, 1, 1, tzinfo=UTC)
        occurred = datetime(FIRST, 1, 1, tzinfo=UTC) + whole * share
        reported = occurred + timedelta(minutes=self.dice.randrange(2880))
        closed = self.dice.random() > 0.01
        return {
            "edition": LIVING,
            "case_id": number,
            "definition": DEVIATION.key,
            "category": self.dice.choice(KINDS),
            "subcategory": "",
            "unit_id": self.dice.randint(1, UNITS),
            "patient_id": number % 20_000 + 1,
            "event_month": month_on(day_of(occurred)),
            "report_month": month_on(day_of(reported)),
            "occurred_at": occurred,
            "reported_at": reported,
            "closed_at": reported + timedelta(days=self.dice.randint(1, 60)) if closed else None,
            "severity": self.dice.randint(1, 4),
            "probability": self.dice.randint(1, 4),
            "rounds": self.dice.choice((1, 1, 1, 2)),
            "again": self.dice.random() < 0.1,
            "closed_in_time": self.dice.random() < 0.5 if closed else None,
            "has_causes": self.dice.random() < 0.8,
            "has_measures": self.dice.random() < 0.8,
            "effect_followed_up": self.dice.random() < 0.6,
            "feedback_given": self.dice.random() < 0.7,
        }

    def steps(self, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
        same = ("edition", "case_id", "definition", "category", "unit_id", "event_month",
                "report_month")  # fmt: skip
        for place, (step, hours) in enumerate(STEPS.items()):
            minutes = self.dice.randrange(hours * 72)
            ended = case["reported_at"] + timedelta(minutes=minutes)
            done = case["closed_at"] is not None
            yield {key: case[key] for key in same} | {
                "step_id": case["case_id"] * len(STEPS) + place,
                "step": step,
                "condition": "done" if done else "open",
                "target_at": None,
                "due_at": case["reported_at"] + timedelta(hours=hours),
                "ended_at": ended if done else None,
                "minutes": rounded(minutes) if done else None,
            }


def figures(url: str, kind: str, routines: Routines, cases: int) -> Iterator[Line]:
    """As the MAS, who sees every unit."""
    alembic.command.upgrade(alembic_config(url), "head")
    database = Database(url)
    _fill(database, cases)
    analysed(database)
    for name, question in ASKED.items():
        seconds = [_asked(database, routines, question) for _ in range(AGAIN)]
        what = f"{kind}: all tables of {name}, of {cases:,} deviations"
        yield Line(what, median(seconds), "s", most=MOST)
    database.engine.dispose()


def _asked(database: Database, routines: Routines, question: Question) -> float:
    begun = perf_counter()
    with database.reading() as session:
        assert tables(session, routines, MAS, question, NOW)
    return perf_counter() - begun


def _fill(database: Database, cases: int) -> None:
    """Figures without their cases, which no table reads."""
    chance = _Chance(random.Random(1))  # noqa: S311  nothing is secret
    with database.transaction() as session:
        session.add_all(
            [
                Unit(id=n, key=f"enhet{n}", name=f"Enhet {n}", kind="special_housing")
                for n in range(1, UNITS + 1)
            ]
        )
    with _no_foreign_keys(database) as connection:
        made = [chance.case(number, number / CHUNK) for number in range(1, CHUNK + 1)]
        steps = [step for case in made for step in chance.steps(case)]
        causes = [
            {"edition": LIVING, "case_id": case["case_id"], "figure": "cause",
             "value": "environment_organization", "number": 1}
            for case in made
        ]  # fmt: skip
        for of, rows in ((CaseFigures, made), (StepFigures, steps), (CaseTally, causes)):
            connection.execute(insert(of), rows)
            for after in range(CHUNK, cases, CHUNK):
                connection.execute(_again(of, after))
    with database.transaction() as session:
        add_up(session, DEVIATION.key, _months(session))


def _again(of: type[Base], after: int) -> Insert:
    """The first CHUNK cases under other numbers."""
    table = Base.metadata.tables[of.__tablename__]
    moved = {"case_id": after, "step_id": after * len(STEPS)}
    columns = [column + moved[column.name] if column.name in moved else column
               for column in table.columns]  # fmt: skip
    first = select(*columns).where(table.c.case_id <= CHUNK)
    return insert(table).from_select([column.name for column in table.columns], first)


def _months(session: Session) -> list[int]:
    return list(session.scalars(select(CaseFigures.event_month).distinct()))


@contextmanager
def _no_foreign_keys(database: Database) -> Iterator[Connection]:
    """A connection of its own, thrown away after it."""
    engine = create_engine(database.engine.url, poolclass=NullPool)
    with engine.connect() as connection:
        off = "PRAGMA foreign_keys=OFF"
        if engine.dialect.name == "postgresql":
            off = "SET session_replication_role = replica"
        connection.exec_driver_sql(off)
        yield connection
        connection.commit()
