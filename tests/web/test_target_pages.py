"""The pages of the board's targets and of the days of care."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.web.markup import read, words
from tests.web.parish import Parish

FALLS = {"year": "2026", "measure": "fewer", "category": "fall", "amount": "50"}


@pytest.fixture
def quiet(sqlite_url: str) -> Iterator[Parish]:
    """Without cases and targets."""
    parish = Parish(sqlite_url)
    yield parish
    parish.database.engine.dispose()


def page(parish: Parish, who: str, path: str) -> str:
    """Its words."""
    answer = parish.client(who).get(path)
    assert answer.status_code == 200, path
    return words(read(answer.text))


def send(parish: Parish, path: str, who: str = "mats", **data: str) -> TestResponse:
    """As somebody does who has the page open."""
    client = parish.client(who)
    return client.post(path, data=data | parish.token(client))


def test_a_target_is_set_shown_with_where_the_year_stands_changed_and_removed(
    quiet: Parish,
) -> None:
    assert "Inga mål är satta för 2026." in page(quiet, "mats", "/statistik/mal")
    answer = send(quiet, "/statistik/mal/nytt/deviation", **FALLS, note="KS 2026-01-14 § 7")
    assert (answer.status_code, answer.location) == (303, "/statistik/mal?ar=2026")
    shown = page(quiet, "mats", "/statistik/mal")
    assert "Fall: minst 50 procent färre än 2025" in shown
    assert "Inget att räkna på än" in shown
    assert "Färre ärenden kan också betyda att färre rapporteras." in shown
    assert "KS 2026-01-14 § 7" in shown
    assert 'value="50"' in quiet.client("mats").get("/statistik/mal/1").text
    send(quiet, "/statistik/mal/1", **FALLS | {"amount": "40"})
    assert "Fall: minst 40 procent färre än 2025" in page(quiet, "mats", "/statistik/mal")
    asked = page(quiet, "mats", "/statistik/mal/1/ta-bort")
    assert "Fall: minst 40 procent färre än 2025" in asked
    assert send(quiet, "/statistik/mal/1/ta-bort").status_code == 303
    after = page(quiet, "mats", "/statistik/mal")
    assert "Inga mål är satta för 2026." in after
    assert "Tog bort ett mål" in after


def test_a_refused_target_keeps_what_was_typed_and_says_what_is_wrong(quiet: Parish) -> None:
    path = "/statistik/mal/nytt/deviation"
    answer = send(quiet, path, **FALLS | {"amount": "500"}, note="Nämnden")
    assert answer.status_code == 422
    assert "Skriv ett tal från 1 till 100." in words(read(answer.text))
    assert 'value="500"' in answer.text
    assert 'value="Nämnden"' in answer.text
    assert "Inga mål är satta" in page(quiet, "mats", "/statistik/mal")


def test_only_kinds_with_categories_ask_for_one_and_a_step_belongs_to_its_kind(
    quiet: Parish,
) -> None:
    of_sip = page(quiet, "mats", "/statistik/mal/nytt/sip")
    assert "Utskrivning från sjukhus" in of_sip
    assert "Bevaka att regionen kallar" in of_sip
    assert "Avslutade med alla delar gjorda" not in of_sip
    assert "Vilken kategori?" not in page(quiet, "mats", "/statistik/mal/nytt/discharge")
    assert quiet.client("mats").get("/statistik/mal/nytt/canary").status_code == 404


def test_a_unit_manager_reads_the_targets_but_cannot_change_them(quiet: Parish) -> None:
    send(quiet, "/statistik/mal/nytt/deviation", **FALLS)
    shown = page(quiet, "ulla", "/statistik/mal")
    assert "Fall: minst 50 procent färre än 2025" in shown
    assert "Sätt ett mål" not in shown
    assert "Ändra" not in shown


def test_another_year_is_a_link_away_and_one_that_is_none_is_this_year(quiet: Parish) -> None:
    send(quiet, "/statistik/mal/nytt/deviation", **FALLS | {"year": "2025"})
    text = quiet.client("mats").get("/statistik/mal").text
    assert 'href="/statistik/mal?ar=2025"' in text
    assert "minst 50 procent färre än 2024" in page(quiet, "mats", "/statistik/mal?ar=2025")
    for odd in ("1999", "x", "20 26", ""):
        assert "Mål för 2026" in page(quiet, "mats", f"/statistik/mal?ar={odd}")


def test_days_of_care_are_entered_for_a_unit_and_corrected(quiet: Parish) -> None:
    tallen = quiet.units["tallen"]
    path = f"/statistik/vardtid/{tallen}/2026"
    listed = page(quiet, "mats", "/statistik/vardtid")
    assert "Tallen – 10 månader Skriv in" in listed
    answer = send(quiet, path, month_1="930", month_2="840")
    assert (answer.status_code, answer.location) == (303, "/statistik/vardtid?ar=2026")
    assert "Tallen 1 770 8 månader" in page(quiet, "mats", "/statistik/vardtid")
    assert 'value="930"' in quiet.client("mats").get(path).text
    send(quiet, path, month_1="931", month_2="")
    shown = page(quiet, "mats", "/statistik/vardtid")
    assert "Tallen 931 9 månader" in shown
    assert "Månad: februari 2026Vårddygn: 840 → inget inskrivet" in shown
    assert "Månad: januari 2026Vårddygn: 930 → 931" in page_of_unit(quiet, tallen)


def page_of_unit(parish: Parish, unit: int) -> str:
    return page(parish, "ada", f"/enheter/{unit}")


def test_a_month_that_is_not_over_is_not_asked_for(quiet: Parish) -> None:
    asked = page(quiet, "mats", f"/statistik/vardtid/{quiet.units['tallen']}/2026")
    assert "Oktober" in asked
    assert "November" not in asked


def test_a_mistyped_number_of_days_stays_in_its_field_and_nothing_is_saved(quiet: Parish) -> None:
    path = f"/statistik/vardtid/{quiet.units['tallen']}/2026"
    answer = send(quiet, path, month_1="930", month_2="84o")
    assert answer.status_code == 422
    assert "Februari: Skriv ett tal." in words(read(answer.text))
    assert 'value="84o"' in answer.text
    assert "Tallen – 10 månader" in page(quiet, "mats", "/statistik/vardtid")


@pytest.mark.parametrize("path", ["999/2026", "1/2027", "1/2014", "1/999999999"])
def test_a_unit_or_a_year_that_there_is_not_is_not_found(quiet: Parish, path: str) -> None:
    assert quiet.client("mats").get(f"/statistik/vardtid/{path}").status_code == 404
