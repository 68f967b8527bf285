"""Figures follow the cases: what is changed is reckoned anew, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Thread

from sqlalchemy import func, select, update

from cases.canary import open_canary
from cases.disposal import dispose_case
from cases.figure_sums import CaseSums, StepSums
from cases.figures import CaseFigures, StepFigures
from cases.figuring import figure
from cases.models import UNFIGURED, Case
from cases.operations import pause
from cases.statistics.publishing import published
from cases.statistics.question import CountedBy, Question
from cases.statistics.report import tables
from tests.cases.counting import cell, column, report_before, table
from tests.cases.village import Village


def count_numbers(village: Village) -> tuple[int, int]:
    """Cases as rows, and as sums."""
    with village.database.reading() as session:
        rows = session.scalars(select(func.count()).select_from(CaseFigures)).one()
        sums = session.scalars(select(func.coalesce(func.sum(CaseSums.number), 0))).one()
    return rows, int(sums)


def test_each_change_of_a_case_is_reckoned_once(village: Village):
    village.report()
    reference = village.report()
    assert figure(village.database, village.routines) == 2
    assert figure(village.database, village.routines) == 0
    village.do("nina", reference, "assess")
    assert figure(village.database, village.routines) == 1
    assert count_numbers(village) == (2, 2)


def test_a_corrected_case_moves_to_its_new_month_and_category(village: Village):
    reference = village.report()
    assert column(table(village, "by_month"), "202611") == {"fall": 1, "total": 1}
    earlier = (village.now - timedelta(days=40)).isoformat()
    village.correct(
        "siv", reference, 1, kind="medication", medication_kind="overdose", occurred_at=earlier
    )
    found = table(village, "by_month")
    assert column(found, "202611") == {}
    assert column(found, "202610") == {"medication": 1, "total": 1}


def test_a_withdrawn_case_is_taken_out_of_the_figures(village: Village):
    reference = village.report()
    figure(village.database, village.routines)
    assert count_numbers(village) == (1, 1)
    village.act("ulla", reference)
    figure(village.database, village.routines)
    assert count_numbers(village) == (0, 0)


def test_a_clock_that_stood_still_is_late_by_its_new_time(village: Village):
    reference = village.report()
    village.do_all(reference, until="measures")
    figure(village.database, village.routines)
    step, _revision = village.step(reference, "unit_investigation")
    village.run(
        "ulla",
        lambda s, a: pause(
            s, village.routines, a, step, "in_hospital", date(2026, 12, 3), village.now
        ),
    )
    assert figure(village.database, village.routines) == 1
    with village.database.reading() as session:
        counted = session.scalars(select(StepFigures).where(StepFigures.step_id == step)).one()
    moved = {step.id: step.due_at for step in village.case(reference).steps}
    assert counted.due_at == moved[step]


def test_the_daily_check_is_nobodys_deviation(village: Village):
    with village.database.transaction() as session:
        open_canary(session, village.routines, village.now)
    assert figure(village.database, village.routines) == 1
    assert count_numbers(village) == (0, 0)


def test_figures_outlive_the_words_they_were_reckoned_from(village: Village):
    reference = village.report()
    village.do_all(reference, until="closed")
    before = table(village, "quality")
    with village.database.transaction() as session:
        dispose_case(session, reference, "Gallring efter tio år", village.now)
        session.execute(update(Case).values(figured_revision=UNFIGURED))
    assert table(village, "quality") == before
    assert cell(before, "fall", "causes") == 1


def test_a_patients_next_event_is_one_again_also_when_the_first_is_told_of_last(village: Village):
    report_before(village, 0)
    assert cell(table(village, "repeated"), "fall", "again") == 0
    first = report_before(village, 20)
    assert cell(table(village, "repeated"), "fall", "again") == 1
    village.act("ulla", first)
    assert cell(table(village, "repeated"), "fall", "again") == 0


def test_workers_that_figure_at_the_same_time_count_each_case_once(village: Village):
    for days in (0, 3, 40, 41, 80):
        report_before(village, days)

    def work() -> None:
        figure(village.database, village.routines, most=2)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert count_numbers(village) == (5, 5)
    with village.database.reading() as session:
        ended = session.scalars(
            select(func.count()).select_from(StepFigures).where(StepFigures.ended_at.is_not(None))
        ).one()
        summed = session.scalars(select(func.coalesce(func.sum(StepSums.number), 0))).one()
    assert ended == summed


def test_every_table_can_be_asked_for_by_event_and_report_unit_and_category(village: Village):
    village.do_all(village.report(), until="closed")
    village.report(kind="medication", medication_kind="overdose")
    village.wait(days=40)
    figure(village.database, village.routines)
    with village.database.reading() as session:
        mas = village.access(session, "mats")
        unit = village.case(village.report()).unit_id
        for definition in village.routines.current():
            whole = Question.year(definition.key, 2026)
            for question in (
                whole, replace(whole, counted_by=CountedBy.REPORT), replace(whole, unit=unit),
                replace(whole, category=next(iter(definition.categories), "")),
            ):  # fmt: skip
                found = tables(session, village.routines, mas, question, village.now)
                assert len({each.key for each in found}) == len(found) > 3
                for each in map(published, found):
                    assert {len(row.cells) for row in each.rows} <= {len(each.columns)}
