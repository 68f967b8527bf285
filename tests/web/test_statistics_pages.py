"""The pages of statistics: what they show to whom, frozen years, files, and the monthly control."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from werkzeug.test import TestResponse

from cases.figure_sums import CaseSums
from cases.figuring import figure
from cases.models import Case
from tests.web import markup
from tests.web.paper import Paper
from tests.web.parish import Parish

LIVING = "som siffrorna var 24 nov. 2026 14:30"
THIS_YEAR = {"fran": "2026-01", "till": "2026-12"}
LAST_YEAR = {"fran": "2025-01", "till": "2025-12"}

Get = Callable[..., TestResponse]


@pytest.fixture
def get(parish: Parish) -> Get:
    """The answer to somebody who asks for a page under /statistik."""

    def got(who: str, path: str = "", **query: str) -> TestResponse:
        return parish.client(who).get(f"/statistik{path}", query_string=query)

    return got


def press(parish: Parish, who: str, path: str) -> TestResponse:
    client = parish.client(who)
    return client.post(f"/statistik{path}", data=parish.token(client))


def table(answer: TestResponse, key: str) -> dict[str, list[str]]:
    """Each row's cells by its heading."""
    assert answer.status_code == 200, answer.status
    page = markup.read(answer.text)
    (found,) = (one for one in page.iter("div") if one.get("aria-labelledby") == f"tabell-{key}")
    words = [[_text(cell) for cell in row] for row in found.iter("tr")]
    return {first: rest for first, *rest in words}


def _text(element) -> str:
    return " ".join("".join(element.itertext()).split())


def last_years(parish: Parish, number: int) -> None:
    """So many falls, and as many infections, happened at Tallen in March the year before."""
    with parish.database.transaction() as session:
        zero = dict.fromkeys(NUMBERS, 0)
        for category in ("fall", "care_related_infection"):
            session.add(
                CaseSums(
                    edition=0, definition="deviation", event_month=202503, report_month=202504,
                    category=category, subcategory="", unit_id=parish.units["tallen"], severity=0,
                    **zero | {"number": number},
                )
            )  # fmt: skip


NUMBERS = [
    column.key
    for column in CaseSums.__table__.columns
    if not column.primary_key
]  # fmt: skip


# What is shown to whom


def test_the_page_opens_on_this_years_deviations_and_says_how_they_are_counted(parish, get):
    page = get("mats")
    assert (
        f"Januari–december 2026 · hela kommunen · räknat efter när det hände · {LIVING}"
        in page.text
    )
    falls = table(page, "by_month")["Fall"]
    assert falls[-1] == str(len(parish.cases))
    assert falls[:10] == ["0"] * 10


def test_a_manager_sees_the_own_unit_alone_and_no_other_by_its_name_in_the_address(get):
    at_granen = get("gun")
    assert " · Granen · " in at_granen.text
    assert table(at_granen, "by_month")["Fall"][-1] == "1"
    assert get("gun", enhet="tallen").status_code == 404
    assert get("gun", "/tabell/by_month.csv", enhet="tallen").status_code == 404
    assert get("gun", "/egenkontroll", enhet="tallen").status_code == 404
    assert "Tallen" not in at_granen.text + get("gun", "/egenkontroll").text


def test_a_unit_can_be_chosen(get):
    page = get("mats", enhet="granen")
    assert " · Granen · " in page.text
    assert table(page, "by_month")["Fall"][-1] == "1"


def test_a_case_is_counted_in_the_month_of_its_event_or_of_its_report(parish, get):
    last_years(parish, 7)
    march, april = (3 - 1, 4 - 1)
    by_event = table(get("mats", **LAST_YEAR), "by_month")["Fall"]
    assert (by_event[march], by_event[april]) == ("7", "0")
    page = get("mats", raknat="report", **LAST_YEAR)
    assert "räknat efter när det rapporterades" in page.text
    by_report = table(page, "by_month")["Fall"]
    assert (by_report[march], by_report[april]) == ("0", "7")


@pytest.mark.parametrize(
    "query", [{"fran": "hej", "till": "2026-13"}, {"raknat": "x"}, {"sma": "x"}]
)
def test_what_is_not_understood_in_the_address_is_let_be(get, query):
    assert "Januari–december 2026 · hela kommunen" in get("mats", **query).text


def test_a_year_without_cases_says_so_and_leads_on(get):
    page = get("mats", **LAST_YEAR)
    assert "Inga ärenden i de månaderna" in page.text
    assert 'role="region"' not in page.text
    assert "/statistik?slag=deviation" in page.text


def test_months_in_the_wrong_order_are_put_right(get):
    assert "Mars–juni 2026" in get("mats", fran="2026-06", till="2026-03").text


@pytest.mark.parametrize("query", [{"slag": "x"}, {"slag": "canary"}, {"enhet": "x"}, {"typ": "x"}])
def test_a_kind_a_unit_or_a_category_that_there_is_not_is_not_found(get, query):
    assert get("mats", **query).status_code == 404


def test_the_page_says_how_many_changed_cases_are_not_counted_yet(parish, get):
    assert "inte är räknade än" not in get("mats").text
    with parish.database.transaction() as session:
        of_tallen = Case.reference == parish.cases["reported"]
        session.execute(update(Case).where(of_tallen).values(revision=Case.revision + 1))
    assert "ändrade ärenden som inte är räknade än: 1" in get("mats").text
    figure(parish.database, parish.routines)
    assert "inte är räknade än" not in get("mats").text


def test_every_table_has_a_chart_that_can_be_heard_or_nothing_to_draw(get):
    page = markup.read(get("mats").text)
    charts = [one for one in page.iter("svg") if one.get("role") == "img"]
    assert len(charts) >= 5
    for chart in charts:
        title, told = (next(chart.iter(name)) for name in ("title", "desc"))
        assert chart.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        assert re.match(r"Högst .+\. Se tabellen\.$", told.text or "")
    assert len({chart.get("aria-labelledby") for chart in charts}) == len(charts)


# Frozen years


def test_a_frozen_year_stays_as_it_was_handed_over(parish, get):
    last_years(parish, 7)
    assert press(parish, "mats", "/ar/2025/las").status_code == 303
    with parish.database.transaction() as session:
        session.execute(update(CaseSums).where(CaseSums.edition == 0).values(number=9))
    frozen = get("mats", **LAST_YEAR)
    assert "låsta siffror från 24 nov. 2026 14:30" in frozen.text
    assert "Siffrorna för 2025 är låsta och ändras inte." in frozen.text
    assert table(frozen, "by_month")["Fall"][-1] == "7"
    living = get("mats", siffror="levande", **LAST_YEAR)
    assert LIVING in living.text
    assert "Det här är siffror som kan ändras, inte de låsta." in living.text
    assert table(living, "by_month")["Fall"][-1] == "9"
    assert "Mats Mark" in get("ulla", "/ar").text
    assert press(parish, "mats", "/ar/2025/las-upp").status_code == 303
    assert table(get("mats", **LAST_YEAR), "by_month")["Fall"][-1] == "9"


def test_a_year_is_frozen_only_after_it_has_been_asked_whether_it_should(get):
    asked = get("mats", "/ar/2025/las")
    assert "Ändras ett ärende senare ändras inte siffrorna för 2025." in asked.text
    assert LIVING in get("mats", **LAST_YEAR).text


def test_a_year_that_is_not_over_cannot_be_frozen(parish, get):
    assert "/statistik/ar/2026/las" not in get("mats", "/ar").text
    refused = press(parish, "mats", "/ar/2026/las")
    assert refused.status_code == 409
    assert "Året är inte slut än." in refused.text


def test_a_manager_sees_which_years_are_frozen_but_not_how_to_freeze_one(get):
    page = get("ulla", "/ar")
    assert "Inte låsta" in page.text
    assert "/las" not in page.text


# Files


def test_a_table_can_be_fetched_as_csv_with_the_numbers_of_the_page(get):
    answer = get("mats", "/tabell/by_month.csv", **THIS_YEAR)
    assert answer.content_type == "text/csv; charset=utf-8"
    named = "statistik-deviation-2026-01-2026-12-by_month.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={named}"
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    shown = table(get("mats"), "by_month")
    assert lines[0].split(";") == ["Kategori", *shown["Kategori"]]
    assert ";".join(["Fall", *shown["Fall"]]).replace("–", "") in lines
    assert any(LIVING in line for line in lines)


def test_a_table_that_there_is_not_is_not_found(get):
    assert get("mats", "/tabell/x.csv").status_code == 404


def test_all_tables_can_be_fetched_as_a_workbook(get):
    answer = get("mats", "/tabeller.xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))
    shown = len(re.findall('role="region"', get("mats").text))
    assert len(book.worksheets) == shown
    assert book.worksheets[0].title == "A. Ärenden per månad"


def test_the_appendix_has_every_kind_of_case_and_hides_small_numbers(parish, get):
    last_years(parish, 3)
    (link,) = (
        one.get("href")
        for one in markup.read(get("mats", **LAST_YEAR).text).iter("a")
        if "patientsäkerhetsberättelsen 2025" in _text(one)
    )
    answer = parish.client("mats").get(link)
    assert answer.mimetype == "application/pdf"
    paper = Paper(answer.get_data())
    assert paper.tagged("H1") == ["Bilaga till patientsäkerhetsberättelsen 2025"]
    assert paper.tagged("H2") == ["Avvikelse", "SIP", "Utskrivning"]
    assert "tal under 5 är dolda (–)" in paper.text
    assert paper.pdf.open_metadata()["pdfuaid:part"] == "1"
    falls = re.search(r"A\. Ärenden per månad.*? Fall ([\d– ]+?) [A-ZÅÄÖ]", paper.text)
    assert falls
    assert "3" not in falls[1]
    everything = Paper(get("mats", "/bilaga.pdf", **LAST_YEAR).get_data())
    assert " Fall 0 0 3 0 " in everything.text


def test_no_file_and_no_page_names_a_patient(get):
    for path in ("", "/bilaga.pdf", "/egenkontroll", "/egenkontroll.pdf", "/tabeller.xlsx"):
        answer = get("mats", path)
        content = answer.get_data()
        if answer.mimetype == "application/pdf":
            content = Paper(content).text.encode()
        assert b"Persson" not in content
        assert b"AVV-2026" not in content


# The monthly internal control


def test_the_control_is_of_the_last_whole_month_beside_those_to_compare_with(parish, get):
    page = get("mats", "/egenkontroll")
    assert "Egenkontroll oktober 2026" in page.text
    page = get("mats", "/egenkontroll", manad="2026-11")
    reported = table(page, "reported")
    assert reported["Ärende"] == [
        "nov 2026",
        "okt 2026",
        "nov 2025",
        "Hela året till nov 2026",
        "Hela året till nov 2025",
    ]
    number = str(len(parish.cases))
    assert reported["Fall"] == [number, "0", "0", number, "0"]
    assert reported["SIP, alla"] == ["1", "0", "0", "1", "0"]


def test_the_control_says_what_is_open_and_overdue_now_unit_by_unit(parish, get):
    standing = table(get("mats", "/egenkontroll"), "standing-deviation")
    assert standing["Enhet"] == ["Öppna", "Öppna mer än 30 dagar", "Försenade steg"]
    late = markup.read(parish.client("mats").get("/forsenat").text)
    listed = [_text(row) for row in late.iter("tr")]
    at_tallen = [row for row in listed if "AVV" in row and "Tallen" in row]
    closed = 1
    open_at_tallen = len(parish.cases) - closed - 1
    assert standing["Tallen"] == [str(open_at_tallen), "0", str(len(at_tallen))]
    parish.now += timedelta(days=31)
    later = table(get("mats", "/egenkontroll"), "standing-deviation")
    assert later["Tallen"][1] == str(open_at_tallen)


def test_the_control_on_paper_has_the_targets_and_lines_to_sign_on(get):
    paper = Paper(get("mats", "/egenkontroll.pdf", manad="2026-11").get_data())
    assert paper.tagged("H1") == ["Egenkontroll november 2026"]
    (target,) = re.findall("• [^•]+", paper.under("Nämndens mål 2026"))
    assert target.startswith("• Avvikelse: minst 10 procent färre än 2025.")
    assert paper.under("Kommentar och åtgärder") == "Datum Underskrift Namn och befattning"
    assert paper.pdf.open_metadata()["pdfuaid:part"] == "1"
