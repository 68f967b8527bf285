"""Days of care: entered by month, corrected and taken away again, and what is set against them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from cases.admin_log import AdminEvent
from cases.care_days import care_days
from cases.care_days_entry import care_days_of_year, enter_care_days
from cases.care_days_form import months_over
from cases.errors import Invalid, NotAllowed, NotFound
from cases.figuring import figure
from cases.people import Unit
from cases.statistics.question import Question
from cases.statistics.report import tables
from cases.statistics.tables import Number
from tests.cases.village import TUESDAY, Village

YEAR = Question.year("deviation", 2026)


def unit_id(village: Village, key: str = "tallen") -> int:
    with village.database.reading() as session:
        return session.scalars(select(Unit.id).where(Unit.key == key)).one()


def enter(
    village: Village,
    data: Mapping[str, Any],
    who: str = "mats",
    key: str = "tallen",
    year: int = 2026,
) -> None:
    unit = unit_id(village, key)
    village.database.run(
        lambda session: enter_care_days(
            session, village.access(session, who), unit, year, data, village.now
        )
    )


def days(village: Village, question: Question = YEAR, *keys: str) -> Mapping[int, int]:
    units = frozenset(unit_id(village, key) for key in keys) if keys else None
    with village.database.reading() as session:
        return care_days(session, question, units)


def rate(village: Village) -> dict[str, Number]:
    """Of each unit in table D."""
    figure(village.database, village.routines)
    with village.database.reading() as session:
        found = tables(
            session, village.routines, village.access(session, "mats"), YEAR, village.now
        )
    (table,) = (each for each in found if each.key == "by_unit")
    place = [column.key for column in table.columns].index("rate")
    return {row.label: row.cells[place] for row in table.rows}


def test_days_are_added_up_over_the_months_asked_about(village: Village) -> None:
    enter(village, {"month_1": "930", "month_2": "840", "month_10": "900"})
    enter(village, {"month_1": "310"}, key="granen")
    tallen, granen = unit_id(village), unit_id(village, "granen")
    assert days(village) == {tallen: 2670, granen: 310}
    assert days(village, replace(YEAR, first=202602, last=202609)) == {tallen: 840}
    assert days(village, YEAR, "granen") == {granen: 310}
    assert days(village, replace(YEAR, unit=tallen)) == {tallen: 2670}


def test_what_is_sent_is_the_whole_year_so_that_an_emptied_month_is_taken_away(
    village: Village,
) -> None:
    enter(village, {"month_1": "930", "month_2": "840"})
    enter(village, {"month_1": "931", "month_2": ""})
    assert days(village) == {unit_id(village): 931}
    with village.database.reading() as session:
        told = [event.data for event in session.scalars(select(AdminEvent))]
    assert [(each["month"], each["care_days"]) for each in told] == [
        ("2026-01", [None, 930]), ("2026-02", [None, 840]),
        ("2026-01", [930, 931]), ("2026-02", [840, None]),
    ]  # fmt: skip


def test_sending_the_same_once_more_leaves_no_trace(town: Village) -> None:
    for _ in range(2):
        enter(town, {"month_1": "930"})
    with town.database.reading() as session:
        assert len(session.scalars(select(AdminEvent)).all()) == 1


def test_events_in_months_without_days_are_left_out_of_the_rate(village: Village) -> None:
    for month, number in ((3, 2), (4, 5)):
        village.now = datetime(2026, month, 9, 9, tzinfo=UTC)
        for _ in range(number):
            village.report()
    village.now = TUESDAY
    village.report("otto", unit="granen", patient=str(village.patients[2]))
    assert rate(village) == {"Granen": None, "Tallen": None, "Summa": None}
    enter(village, {"month_3": "500"})
    assert rate(village) == {"Granen": None, "Tallen": 4.0, "Summa": 4.0}


def test_only_months_that_are_over_can_be_entered(town: Village) -> None:
    assert months_over(2026, town.now) == tuple(range(1, 11))
    assert months_over(2027, town.now) == ()
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert months_over(2026, new_year) == tuple(range(1, 13)), "it is January in Stockholm"
    with pytest.raises(Invalid) as refused:
        enter(town, {"month_11": "900"})
    assert list(refused.value.errors) == ["month_11"]
    for year in (2014, 2027):
        with pytest.raises(NotFound):
            enter(town, {}, year=year)


@pytest.mark.parametrize("days", ["-1", "100000", "30,5", "många"])
def test_a_number_of_days_that_cannot_be_is_refused(town: Village, days: str) -> None:
    with pytest.raises(Invalid) as refused:
        enter(town, {"month_1": days})
    assert list(refused.value.errors) == ["month_1"]


def test_only_those_who_keep_the_statistics_enter_days(town: Village) -> None:
    for who in ("ulla", "ada", "siv"):
        with pytest.raises(NotAllowed):
            enter(town, {"month_1": "930"}, who)


def test_a_closed_unit_is_listed_in_the_years_that_it_has_days(town: Village) -> None:
    enter(town, {"month_12": "900"}, year=2025)
    with town.database.transaction() as session:
        session.scalars(select(Unit).where(Unit.key == "tallen")).one().closed_on = town.now.date()
    with town.database.reading() as session:
        access = town.access(session, "mats")
        listed = {
            year: [line.unit for line in care_days_of_year(session, access, year, town.now)]
            for year in (2025, 2026)
        }
    assert listed == {2025: ["Granen", "Tallen"], 2026: ["Granen"]}
