"""What a file of an earlier system's deviations may say, and what is told when it is wrong."""

from datetime import date
from io import BytesIO
from textwrap import dedent
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from cases.database import Database
from cases.importing.rows import read_rows
from cases.people import OWN, Unit
from cases.sheets import Unreadable
from tests.cases.earlier import CLOSED, COLUMNS, HEADINGS, faults, local, planned, read_in, row
from tests.cases.village import Village
from workflow.routines import load


@pytest.fixture
def village(sqlite_url: str) -> Village:
    return Village(Database(sqlite_url), load(None))


def only_fault(village: Village, **changed: str) -> str:
    """What is told of a row that is right but for this."""
    ((_line, column, reason),) = faults(planned(village, HEADINGS + row(**changed)))
    return f"{column}: {reason}"


# How a file may be written


def workbook() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for heading, value in ((COLUMNS, None), (CLOSED.strip().split(","), local)):
        cells: list[Any] = list(heading)
        if value:
            for column in (1, 2, 8, 9, 10):
                cells[column] = value(cells[column]).replace(tzinfo=None)
            cells[6], cells[7] = 3, 2.0
        sheet.append(cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


SWEDISH = (
    "Nummer;Hände;Rapporterad;Kategori;Underkategori;Enhet;Allvarlighetsgrad;Sannolikhet;Bedömd;"
    "Händelserapport;Avslutad;Beskrivning;Handläggare\n\n"
    'G-1;2022-03-04T14:00;2022-03-04 15:10:00;FALL;;"Tallen";Betydande;2 Liten;2022-03-04 16:00;'
    "2022-03-07 09:00;2022-04-01 10:00;Halkade i hallen.;Någon\n"
)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEADINGS + CLOSED,
        (HEADINGS + CLOSED).replace("\n", "\r\n").replace(",", ";"),
        SWEDISH,
        SWEDISH.encode("cp1252"),
        workbook(),
    ],
    ids=["marked", "semicolon", "swedish", "cp1252", "xlsx"],
)
def test_the_same_row_is_known_however_the_file_was_saved(village, content):
    assert read_in(village, HEADINGS + CLOSED) == 1
    again = planned(village, content)
    assert (again.new, again.known, faults(again)) == ((), 1, [])


@pytest.mark.parametrize(
    ("called", "kind"),
    [
        ("medical_device", "medical_device"), ("Hjälpmedel", "medical_device"),
        ("MEDICINTEKNISK PRODUKT", "medical_device"), ("Läkemedel", "medication"),
        ("trycksår", "pressure_ulcer"), ("Rehabilitering  eller träning", "rehabilitation"),
        ("Vård/behandling/provtagning", "care_treatment_sampling"),
        ("Vårdrelaterade infektioner", "care_related_infection"),
    ],
)  # fmt: skip
def test_a_category_is_known_by_its_key_and_by_what_it_is_called(village, called, kind):
    (new,) = planned(village, HEADINGS + row(category=called)).new
    assert new.category == kind


def test_a_category_is_valid_by_the_day_of_the_event(village):
    then = {"occurred_at": "2021-12-31 10:00", "reported_at": "2022-01-01 10:00"}
    (new,) = planned(village, HEADINGS + row(category="care_other", **then)).new
    assert new.category == "care_other"
    assert only_fault(village, category="care_other") == (
        "Kategori: Det här valet finns till och med 2021-12-31. Välj ett annat."
    )
    assert only_fault(village, category="VRI", **then) == (
        "Kategori: Det här valet finns från och med 2022-01-01. Välj ett annat."
    )


def test_a_day_alone_will_do_where_no_hours_are_counted(village):
    days = {"occurred_at": "2022-03-04", "event_report_at": "2022-03-04", "closed_at": "2022-03-04"}
    (new,) = planned(village, HEADINGS + row(**days)).new
    assert new.said["occurred_at"] == local("2022-03-04 12:00")
    # Noon would be before the assessment.
    assert new.said["event_report_at"] == new.closed_at == local("2022-03-04 16:00")
    early = {"occurred_at": "2022-03-04", "reported_at": "2022-03-04 07:30"}
    (later,) = planned(village, HEADINGS + row(closed_at="2022-04-02")).new
    assert later.closed_at == local("2022-04-02 12:00")
    (morning,) = planned(village, HEADINGS + row(**early)).new
    assert morning.said["occurred_at"] == morning.reported_at
    assert only_fault(village, reported_at="2022-03-04") == (
        "Rapporterad: Skriv klockslaget också: bedömningens frist räknas i timmar."
    )


# What is wrong


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reference": ""}, "Nummer: Fyll i det här."),
        ({"category": ""}, "Kategori: Välj ett av alternativen."),
        ({"category": "brand"}, "Kategori: Välj ett av alternativen."),
        ({"subcategory": "fel dos"},
         "Underkategori: Bara läkemedel har underkategorier. Lämna tomt."),
        ({"category": "läkemedel", "subcategory": "slarv"},
         "Underkategori: Välj ett av alternativen."),
        ({"unit": "eken"}, "Enhet: Enheten finns inte, eller två enheter heter så."),
        ({"unit": OWN}, "Enhet: Enheten finns inte, eller två enheter heter så."),
        ({"severity": "5"}, "Allvarlighetsgrad: Välj ett av alternativen."),
        ({"reported_at": "4/3 2022 15:10"}, "Rapporterad: Skriv datum och klockslag."),
        ({"reported_at": "2022-03-04 13:00"}, "Rapporterad: Det kan inte vara innan det hände."),
        ({"assessed_at": "2022-03-04 13:00"}, "Bedömd: Det kan inte vara innan det hände."),
        ({"closed_at": "2022-03-05 10:00"},
         "Avslutad: Ärendet kan inte vara avslutat innan allt annat var gjort."),
        ({"closed_at": "2027-03-05 10:00"}, "Avslutad: Tiden kan inte ligga i framtiden."),
        ({"occurred_at": "2022-03-27 02:30", "reported_at": "2022-03-28 02:30",
          "assessed_at": "", "event_report_at": ""},
         "Hände: Klockslaget finns inte: klockan ställdes om till sommartid."),
        ({"description": "En, två"},
         ": Raden har fler celler än rubriker. Står ett skiljetecken i en text?"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_with_its_column_and_why(village, changed, told):
    assert only_fault(village, **changed) == told


def test_every_wrong_row_is_listed_and_the_right_ones_are_still_there(village):
    content = HEADINGS + dedent("""\
        G-1,2022-03-04 14:00,2022-03-04 15:10,brand,,eken,7,,,,,
        G-2,2022-03-04 14:00,2022-03-04 15:10,fall,,tallen,,,,,2022-03-05 10:00,
        G-2,2022-03-04 14:00,2022-03-04 15:10,fall,,tallen,,,,,2022-03-05 10:00,
    """)
    found = planned(village, content)
    assert faults(found) == [
        (2, "Enhet", "Enheten finns inte, eller två enheter heter så."),
        (2, "Kategori", "Välj ett av alternativen."),
        (2, "Allvarlighetsgrad", "Välj ett av alternativen."),
        (4, "Nummer", "Samma nummer står på rad 3."),
    ]
    assert (found.wrong_rows, [each.line for each in found.new]) == (2, [3])


def test_an_open_case_cannot_be_read_in_at_a_unit_that_is_closed(village):
    with village.database.transaction() as session:
        session.scalars(select(Unit).where(Unit.key == "tallen")).one().closed_on = date(2024, 1, 1)
    assert only_fault(village, closed_at="") == (
        "Enhet: Enheten är stängd, så ett öppet ärende kan inte läsas in där."
    )
    assert len(planned(village, HEADINGS + CLOSED).new) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"namn\nbo\n", b"PK\x03\x04 trasig", b"\x00\x01", (HEADINGS + '"oj\n').encode()],
    ids=["empty", "headings", "broken workbook", "bytes", "open quote"],
)
def test_a_file_that_is_no_such_list_is_refused_as_a_whole(content):
    with pytest.raises(Unreadable):
        read_rows(content)


def test_a_file_with_too_many_rows_is_refused():
    assert len(read_rows((HEADINGS + CLOSED * 3).encode(), most=3)) == 3
    with pytest.raises(Unreadable):
        read_rows((HEADINGS + CLOSED * 4).encode(), most=3)
