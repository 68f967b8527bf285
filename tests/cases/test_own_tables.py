"""The tables of SIPs and discharges, from cases that the operations have worked on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from cases.figuring import figure
from cases.people import Unit
from cases.statistics.question import Question
from cases.statistics.report import tables
from cases.statistics.tables import Measure, Number, Table
from tests.cases.chain import Chain
from tests.workflow.sipping import party

Cells = Mapping[str, Number]


def all_tables(chain: Chain, definition: str = "sip", **asked: Any) -> tuple[Table, ...]:
    """As MAS gets them, of this year where nothing else is asked."""
    figure(chain.database, chain.routines)
    question = replace(Question.year(definition, chain.now.year), **asked)
    with chain.database.reading() as session:
        access = chain.access(session, "mats")
        return tables(session, chain.routines, access, question, chain.now)


def table_of(chain: Chain, key: str, definition: str = "sip", **asked: Any) -> Table:
    """By its key."""
    return next(table for table in all_tables(chain, definition, **asked) if table.key == key)


def row(table: Table, label: str) -> Cells:
    """By column."""
    cells = next(row.cells for row in table.rows if row.label == label)
    return dict(zip((column.key for column in table.columns), cells, strict=True))


def called(chain: Chain, *names: str) -> str:
    """A SIP to which organisations of those names are called."""
    sip = chain.open("sam", "sip", trigger="home_visit", noticed_at=chain.now.date().isoformat(),
                     noticed_by="Hemtjänsten", reason="Faller.", assessed=True)  # fmt: skip
    chain.do("bodil", sip, "consent")
    parties = [party(f"0000000{n}", name) for n, name in enumerate(names)]
    chain.do("bodil", sip, "pre_planning", parties=parties)
    chain.do("bodil", sip, "call")
    return sip


def test_a_sip_is_counted_in_its_month_and_in_the_whole_period(chain: Chain) -> None:
    called(chain, "Linden")
    table = table_of(chain, "sip_calls")
    assert row(table, "nov 2026")["call"] == 1
    assert row(table, "okt 2026")["call"] == 0
    assert row(table, "dec 2026")["call"] is None, "it has not begun"
    assert row(table, "Summa")["call"] == 1
    assert row(table_of(chain, "sip_callers"), "Kommunen")["call"] == 1
    assert [r.key for r in table.rows] == [*(str(m) for m in range(202601, 202613)), "total"]


def test_an_organisation_is_named_however_it_is_capitalised_once_it_is_called_often_enough(
    chain: Chain,
) -> None:
    first = called(chain, "Linden", "Anna Andersson")
    called(chain, "Linden")
    few = table_of(chain, "sip_organisations")
    assert [row.label for row in few.rows] == ["Övriga"]
    called(chain, "LINDEN")
    chain.wait(hours=30)
    item = next(s.item for s in chain.steps(first, "answer"))
    chain.do("sam", first, "answer", item, answered_at=chain.now.isoformat())
    table = table_of(chain, "sip_organisations")
    assert [row.label for row in table.rows] == ["Linden", "Övriga", "Summa"]
    assert row(table, "Linden") == {
        "organisation_called": 3, "organisation_answered": 1,
        "organisation_answered_per_organisation_called": pytest.approx(1 / 3),
        "organisation_came": 0, "organisation_minutes_per_organisation_answered": 30 * 60,
    }  # fmt: skip
    assert row(table, "Övriga")["organisation_called"] == 1
    assert row(table, "Övriga")["organisation_minutes_per_organisation_answered"] is None


def test_a_step_undone_after_its_time_is_late_and_stays_late_when_it_is_done(chain: Chain) -> None:
    reference = chain.admit()
    assert row(table_of(chain, "discharge_confirmations", "discharge"), "Socialtjänsten") == {
        "notice_confirmed": 0, "notice_not_confirmed": 0, "notice_not_concerned": 0,
        "in_time": 0, "late": 0,
    }  # fmt: skip
    chain.wait(days=1)
    late = row(table_of(chain, "discharge_confirmations", "discharge"), "Socialtjänsten")
    assert (late["in_time"], late["late"]) == (0, 1)
    chain.do_chain(reference, until="planning")
    done = row(table_of(chain, "discharge_confirmations", "discharge"), "Socialtjänsten")
    assert (done["notice_confirmed"], done["in_time"], done["late"]) == (1, 0, 1)


def test_days_of_waiting_are_a_mean_of_those_who_came_home_after_a_notice(chain: Chain) -> None:
    for patient, days in zip(chain.patients, (1, 4), strict=False):
        reference = chain.admitted_and_ready(patient=str(patient))
        chain.wait(days=days)
        chain.do("sam", reference, "went_home")
    table = table_of(chain, "discharge_flow", "discharge")
    assert row(table, "Summa")["days_waited_per_home_after_notice"] == 2.5
    assert row(table, "jan 2026")["days_waited_per_home_after_notice"] is None
    measures = {column.key: column.measure for column in table.columns}
    assert measures["days_waited_per_home_after_notice"] is Measure.DAYS
    assert row(table, "Summa")["long_wait"] == 1


def test_sips_that_discharges_have_led_to_are_shown_beside_them(chain: Chain) -> None:
    _stay, sip = chain.needs_sip()
    called(chain, "Linden")  # of a home visit, and not shown
    chain.do("bodil", sip, "consent", consent="declined", scope=None)
    table = table_of(chain, "discharge_sips", "discharge")
    assert row(table, "Summa")["consent_declined"] == 1
    assert row(table, "Summa")["call"] == 0


def test_a_unit_of_its_own_gets_its_own_numbers_only(chain: Chain) -> None:
    called(chain, "Linden")
    with chain.database.reading() as session:
        units = dict(session.execute(select(Unit.key, Unit.id)).all())
    assert row(table_of(chain, "sip_calls", unit=units["tallen"]), "Summa")["call"] == 1
    keys = {table.key for table in all_tables(chain, unit=units["granen"])}
    assert "sip_calls" not in keys, "there is no such case at the other unit"


def test_a_sip_that_nobody_has_touched_for_a_fortnight_is_quiet(chain: Chain) -> None:
    sip = called(chain, "Linden")
    assert row(table_of(chain, "quiet"), "Tallen") == {"open": 1, "quiet": 0}
    chain.wait(days=14)
    assert row(table_of(chain, "quiet"), "Tallen") == {"open": 1, "quiet": 1}
    chain.note("bodil", sip, "Ringde vårdcentralen.")
    assert row(table_of(chain, "quiet"), "Tallen") == {"open": 1, "quiet": 0}


def test_one_month_alone_has_no_row_of_sums(chain: Chain) -> None:
    called(chain, "Linden")
    table = table_of(chain, "sip_calls", first=202611, last=202611)
    assert [row.key for row in table.rows] == ["202611"]
