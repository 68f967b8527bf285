"""The MAS's tables: what each counts, by which rule, and for whom."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cases.database import Database
from cases.errors import NotAllowed
from cases.overdue import count_overdue
from cases.people import Person, Unit
from cases.statistics.question import CountedBy
from cases.yearly_plan import CareDays
from tests.cases.counting import cell, column, report_before, table
from tests.cases.village import Village, verdicts
from workflow.holidays import STOCKHOLM
from workflow.routines import load


@pytest.fixture
def village(sqlite_url: str) -> Iterator[Village]:
    """On one database; that both answer alike the tests of figuring and freezing ask."""
    database = Database(sqlite_url)
    yield Village(database, load(None))
    database.engine.dispose()


def units(village: Village) -> dict[str, int]:
    with village.database.reading() as session:
        return dict(session.execute(select(Unit.key, Unit.id)).all())


def test_a_case_is_counted_in_the_month_of_its_event_or_of_its_report(village: Village):
    village.now = datetime(2026, 11, 1, 0, 10, tzinfo=STOCKHOLM)
    village.report(called_at=None)
    assert column(table(village, "by_month"), "202610") == {"fall": 1, "total": 1}
    by_report = table(village, "by_month", counted_by=CountedBy.REPORT)
    assert column(by_report, "202610") == {}
    assert column(by_report, "202611") == {"fall": 1, "total": 1}


def test_a_month_ahead_and_a_category_out_of_use_are_not_nought(village: Village):
    by_month = table(village, "by_month")
    assert cell(by_month, "fall", "202611") == 0
    assert cell(by_month, "fall", "202612") is None
    assert "care_other" not in {row.key for row in by_month.rows}
    by_year = table(village, "by_year", first=202101, last=202212)
    assert (cell(by_year, "care_other", "2021"), cell(by_year, "care_other", "2022")) == (0, None)
    infection = "care_related_infection"
    assert (cell(by_year, infection, "2021"), cell(by_year, infection, "2022")) == (None, 0)


def test_a_part_of_a_year_stands_beside_the_same_part_of_the_years_before(village: Village):
    for days in (0, 365, 365 + 90):
        report_before(village, days)
    found = table(village, "by_year", first=202610, last=202611)
    assert column(found, "2026") == column(found, "2025") == {"fall": 1, "total": 1}
    assert [str(note) for note in found.notes] == ["Samma månader räknas varje år."]


def test_a_manager_reads_figures_of_the_own_unit_alone(village: Village):
    village.report("siv")
    village.report("otto", unit="granen", patient=str(village.patients[2]))
    assert column(table(village, "by_unit"), "total") == {"tallen": 1, "granen": 1, "total": 2}
    assert column(table(village, "by_unit", who="ulla"), "total") == {"tallen": 1}
    assert column(table(village, "by_month", who="ulla"), "total") == {"fall": 1, "total": 1}
    with pytest.raises(NotAllowed):
        table(village, "by_unit", who="ulla", unit=units(village)["granen"])
    for who in ("siv", "nina", "ada"):
        with pytest.raises(NotAllowed):
            table(village, "by_unit", who=who)


def test_a_step_is_as_late_in_the_figures_as_on_the_list_of_the_overdue(village: Village):
    reference = village.report()
    village.wait(hours=3)
    with village.database.reading() as session:
        assert count_overdue(session, village.access(session, "mats"), village.now) == 1
    steps = table(village, "steps")
    assert (cell(steps, "assess", "late"), cell(steps, "assess", "in_time")) == (1, 0)
    # Neither kept nor broken yet.
    assert cell(steps, "event_report", "in_time") is None
    village.do("nina", reference, "assess")
    assert cell(table(village, "steps"), "assess", "late") == 1


def test_what_was_late_stays_late_when_the_case_goes_on_without_it(village: Village):
    reference = village.report()
    village.do("nina", reference, "assess", home_visit=True)
    village.wait(hours=25)
    village.correct(
        "nina", reference, village.events(reference, "step_done")[0].sequence, home_visit=False
    )
    assert "home_visit" not in village.open_steps(reference)
    steps = table(village, "steps")
    assert (cell(steps, "home_visit", "late"), cell(steps, "home_visit", "in_time")) == (1, 0)


def test_the_middle_and_what_nine_of_ten_keep_within_are_told_from_the_clocks_start(
    village: Village,
):
    for minutes in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100):
        reference = village.report()
        called = village.now - timedelta(minutes=5)
        village.wait(minutes=minutes - 5)
        assert village.now - called == timedelta(minutes=minutes)
        village.do("nina", reference, "assess")
    steps = table(village, "steps")
    assert (cell(steps, "assess", "median"), cell(steps, "assess", "ninetieth")) == (50, 90)
    alone = table(village, "steps", unit=units(village)["tallen"])
    assert cell(alone, "assess", "median") == 50


def test_a_case_open_too_long_counts_against_the_closed(village: Village):
    closed = village.report()
    village.do_all(closed, until="closed")
    village.report()
    assert cell(table(village, "closing"), "fall", "in_time") == 1
    village.wait(hours=73)
    assert cell(table(village, "closing"), "fall", "in_time") == 0.5
    assert cell(table(village, "closing"), "fall", "long_open") == 0
    village.wait(days=28)
    assert cell(table(village, "closing"), "fall", "long_open") == 1


def test_medication_is_told_by_what_went_wrong_and_how_serious_it_was(village: Village):
    serious, minor = (
        village.report(kind="medication", medication_kind="overdose") for _ in range(2)
    )
    village.report(kind="medication", medication_kind="missed_dose")
    village.do("nina", serious, "assess", severity="3")
    village.do("nina", minor, "assess", severity="1")
    found = table(village, "subcategories-medication")
    assert found.letter == "C"
    assert [cell(found, "overdose", key) for key in ("serious", "minor", "total")] == [1, 1, 2]
    assert cell(found, "missed_dose", "not_assessed") == 1


def test_a_units_rate_counts_only_months_whose_days_of_care_are_known(village: Village):
    report_before(village, 0)
    report_before(village, 40)
    assert cell(table(village, "by_unit"), "tallen", "rate") is None
    with village.database.transaction() as session:
        who = session.scalars(select(Person.id).limit(1)).one()
        days = CareDays(
            unit_id=units(village)["tallen"], month=202611, days=400, entered_by=who,
            entered_at=village.now,
        )  # fmt: skip
        session.add(days)
    assert cell(table(village, "by_unit"), "tallen", "rate") == 2.5


def test_what_a_closed_case_holds_is_a_share_of_the_closed(village: Village):
    village.do_all(village.report(), until="closed")
    village.report()
    found = table(village, "quality")
    whole = ("closed", "assessed", "causes", "measures", "effect", "feedback")
    assert [cell(found, "fall", key) for key in whole] == [1] * len(whole)
    causes = table(village, "causes")
    assert cell(causes, "environment_organization", "fall") == 1
    assert cell(causes, "total", "total") == 1


def test_a_measure_that_was_not_enough_gives_the_case_another_round(village: Village):
    reference = village.report()
    village.do_all(reference, until="follow_up")
    keys = [row["measure"] for row in village.plain(reference, "evaluate_unit")["verdicts"]]
    village.do("ulla", reference, "evaluate_unit", **verdicts(keys, "not_enough"))
    assert village.case(reference).round == 2
    assert cell(table(village, "repeated"), "fall", "looped") == 1


@pytest.mark.parametrize(("days", "again"), [(30, 1), (31, 0)])
def test_the_same_patient_within_thirty_days_is_one_again(village: Village, days: int, again: int):
    report_before(village, days)
    village.report()
    village.report(patient=str(village.patients[1]))
    assert cell(table(village, "repeated"), "fall", "again") == again
