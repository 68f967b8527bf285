"""A frozen year: what was handed over is what is shown, whatever happens to the cases."""

from datetime import datetime
from typing import Any

import pytest

from cases.errors import NotAllowed, Refused
from cases.figuring import figure
from cases.statistics.frozen import freeze, thaw
from cases.statistics.periods import edition_of, years_with_figures
from tests.cases.counting import cell, column, table
from tests.cases.village import Village
from workflow.holidays import STOCKHOLM

LAST_YEAR: dict[str, Any] = {"first": 202501, "last": 202512}


def frozen(village: Village, who: str = "mats", year: int = 2025) -> int:
    """The year's edition."""
    figure(village.database, village.routines)
    with village.database.transaction() as session:
        return freeze(session, village.access(session, who), year, village.now).id


def edition(village: Village) -> int:
    with village.database.reading() as session:
        return edition_of(session, 2025)


def a_case_of_last_year(village: Village) -> str:
    """Two weeks before its end; now it is the tenth of January."""
    village.now = datetime(2025, 12, 17, 9, tzinfo=STOCKHOLM)
    reference = village.report()
    village.now = datetime(2026, 1, 10, 9, tzinfo=STOCKHOLM)
    return reference


def test_a_frozen_year_stays_as_it_was_while_the_living_figures_move(village: Village):
    reference = a_case_of_last_year(village)
    then = frozen(village)
    before = {key: table(village, key, **LAST_YEAR, edition=then) for key in ("by_month", "steps")}
    assert column(before["by_month"], "total") == {"fall": 1, "total": 1}
    village.correct("siv", reference, 1, kind="medication", medication_kind="overdose")
    village.wait(days=60)
    village.do_all(reference, until="closed")
    living = table(village, "by_month", **LAST_YEAR)
    assert column(living, "total") == {"medication": 1, "total": 1}
    for key, found in before.items():
        assert table(village, key, **LAST_YEAR, edition=then) == found
    # What was open then is not closed in its figures, nor older.
    assert cell(table(village, "closing", **LAST_YEAR, edition=then), "fall", "long_open") == 0


def test_the_year_beside_this_one_is_told_as_it_was_frozen(village: Village):
    reference = a_case_of_last_year(village)
    frozen(village)
    village.correct("siv", reference, 1, kind="medication", medication_kind="overdose")
    assert column(table(village, "by_year"), "2025") == {"fall": 1, "total": 1}


def test_a_thawed_year_is_living_again_and_can_be_frozen_anew(village: Village):
    a_case_of_last_year(village)
    first = frozen(village)
    assert edition(village) == first
    with village.database.transaction() as session:
        thaw(session, village.access(session, "mats"), 2025, village.now)
    assert edition(village) == 0
    second = frozen(village)
    assert edition(village) == second != first
    with village.database.reading() as session:
        assert years_with_figures(session, "deviation") == (2025,)


def test_only_who_answers_for_the_whole_municipality_freezes_a_year_that_is_over(village: Village):
    a_case_of_last_year(village)
    for who in ("ulla", "nina", "ada"):
        with pytest.raises(NotAllowed):
            frozen(village, who)
    with pytest.raises(Refused, match="inte slut"):
        frozen(village, year=2026)
    frozen(village)
    with pytest.raises(Refused, match="redan låst"):
        frozen(village)
    with (
        village.database.transaction() as session,
        pytest.raises(Refused, match="inte låst"),
    ):
        thaw(session, village.access(session, "mats"), 2024, village.now)


def test_a_year_is_not_frozen_while_its_figures_are_behind_the_cases(village: Village):
    a_case_of_last_year(village)
    with (
        village.database.transaction() as session,
        pytest.raises(Refused, match="räknas om"),
    ):
        freeze(session, village.access(session, "mats"), 2025, village.now)
