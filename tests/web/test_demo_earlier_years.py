"""Exempelby's earlier years: the file is Gnesta's own tables, and so is what it becomes."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.access import Access
from cases.figuring import figure
from cases.models import Case
from cases.people import Membership, Person, Unit
from cases.statistics.frozen import frozen_years_by_year
from cases.statistics.question import Question
from cases.statistics.report import tables
from cases.yearly_plan import BoardTarget, CareDays
from tests.web.test_demo import SUNDAY_NIGHT, wired
from web.demo.earlier_file import UNITS, earlier_file, how_many
from web.demo.earlier_years import read_in_earlier_years
from web.demo.staffing import read_town
from web.demo.yearly_plan import FROZEN, TARGETS, keep_yearly_plan
from web.door import Vardtrad
from workflow.moments import day_of
from workflow.roles import Role

BY_MONTH = {
    "fall": [56, 39, 44, 49, 25, 30, 36, 49, 31, 43, 60, 71],
    "medical_device": [0, 1, 5, 0, 1, 0, 1, 0, 3, 7, 1, 5],
    "medication": [26, 29, 46, 36, 26, 32, 36, 28, 26, 27, 28, 27],
    "care_treatment_sampling": [0, 3, 2, 1, 0, 2, 0, 0, 0, 1, 0, 2],
    "care_related_infection": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
}
"""The municipality of Gnesta's report for 2022, table 3A."""

BY_YEAR = {
    2019: {"fall": 594, "medical_device": 22, "care_other": 268, "medication": 401},
    2020: {"fall": 516, "medical_device": 7, "care_other": 61, "medication": 319},
    2021: {"fall": 650, "medical_device": 19, "care_other": 90, "medication": 408},
    2022: {
        "fall": 533, "medical_device": 24, "medication": 367, "care_treatment_sampling": 11,
        "care_related_infection": 1,
    },
}  # fmt: skip
"""Table 3B."""

Month = tuple[int, int, str]


@pytest.fixture(scope="module")
def exempelby(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Vardtrad]:
    """With its units and its earlier years, and nothing else."""
    wiring = wired(tmp_path_factory.mktemp("years"), sqlite_template, SUNDAY_NIGHT)
    with wiring.database.transaction() as session:
        session.add_all(Unit(**unit) for unit in read_town()["unit"])
    read_in_earlier_years(wiring, lambda *_told: None)
    yield wiring
    wiring.database.engine.dispose()


def assert_gnestas(counted: Counter[Month]) -> None:
    for category, months in BY_MONTH.items():
        assert [counted[2022, month, category] for month in range(1, 13)] == months
    years = {year: Counter[str]() for year in BY_YEAR}
    for (year, _month, category), number in counted.items():
        years[year][category] += number
    assert years == BY_YEAR


@pytest.mark.parametrize("when", ["occurred_at", "reported_at"])
def test_the_file_holds_gnestas_tables_by_event_and_by_report(when):
    rows = list(csv.DictReader(earlier_file().splitlines(), delimiter=";"))
    assert_gnestas(
        Counter((int(row[when][:4]), int(row[when][5:7]), row["category"]) for row in rows)
    )
    assert how_many() == len(rows) == 1285 + 903 + 1167 + 936


def test_the_file_is_the_same_each_time_and_names_nobody():
    assert earlier_file() == earlier_file()
    assert set(UNITS) == {unit["key"] for unit in read_town()["unit"]}


def test_all_of_it_is_read_in_once_however_often_the_demonstration_starts(exempelby):
    told: list[int] = []
    read_in_earlier_years(exempelby, lambda _what, done, _of: told.append(done))
    assert told == []
    with exempelby.database.reading() as session:
        cases = session.execute(select(Case.occurred_at, Case.category, Case.closed_at)).all()
    assert len(cases) == how_many()
    assert all(closed for _at, _category, closed in cases)
    days = [(day_of(at), category) for at, category, _closed in cases]
    assert_gnestas(Counter((day.year, day.month, category) for day, category in days))


def test_the_statistics_are_gnestas_tables_to_the_digit(exempelby):
    figure(exempelby.database, exempelby.routines)
    mas = Access(0, "", frozenset({(Role.MAS, None)}))
    question, now = Question.year("deviation", 2022), exempelby.now()
    with exempelby.database.reading() as session:
        by_month, by_year, *_others = tables(session, exempelby.routines, mas, question, now)
    numbers = {row.key: row.cells for row in by_month.rows}
    assert {key: [*numbers[key]] for key in BY_MONTH} == {
        key: [*months, sum(months)] for key, months in BY_MONTH.items()
    }
    assert numbers["total"] == (82, 72, 97, 87, 52, 64, 73, 77, 60, 78, 89, 105, 936)
    assert [column.key for column in by_year.columns] == [*map(str, BY_YEAR)]
    found = {row.key: row.cells for row in by_year.rows}
    for place, (year, kinds) in enumerate(BY_YEAR.items()):
        told = {key: cells[place] for key, cells in found.items() if cells[place]}
        assert told == {**kinds, "total": sum(kinds.values())}, year
    assert (found["care_other"][3], found["care_treatment_sampling"][0]) == (None, None)


def test_the_mas_has_targets_days_of_care_and_a_frozen_year_once(exempelby):
    with exempelby.database.transaction() as session:
        mas = Person(username="kristina.hedlund", name="Kristina", sort_name="kristina", email="")
        mas.memberships.append(Membership(role=Role.MAS, from_day=date(2026, 1, 1)))
        session.add(mas)
    for _start in range(2):
        keep_yearly_plan(exempelby)
    with exempelby.database.reading() as session:
        months = session.scalars(select(CareDays.month)).all()
        assert list(frozen_years_by_year(session)) == [FROZEN]
        assert len(session.scalars(select(BoardTarget)).all()) == len(TARGETS)
        assert Counter(month % 100 for month in months) == dict.fromkeys(range(1, 13), 2)
