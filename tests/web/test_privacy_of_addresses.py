"""Addresses are kept by browsers, proxies and logs: none of them tells of a patient."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

import pytest
from sqlalchemy import select

from cases.people import Patient
from tests.web.asking import ABOUT_A_CASE, ABOUT_STAFF, Sheet, questions
from tests.web.markup import forms, read
from tests.web.parish import Parish
from tests.web.strolling import Seen

ASKED_IN_ADDRESSES = {
    "/forsenat": {"enhet", "slag", "typ", "steg"},
    "/konferenser": {"enhet"},
    "/personer": {"q"},
    "/atkomstlogg": {"person", "reference", "from_day", "to_day"},
    "/sip": {"laget", "enhet", "part", "tid"},
    "/inkommande": {"part"},
    "/statistik": {"slag", "fran", "till", "enhet", "typ", "raknat", "sma"},
    "/statistik/egenkontroll": {"manad", "enhet"},
    "/statistik/vardtid": {"ar"},
}
"""Units, kinds, days, references, names of colleagues, and keys for organisations."""


def told_in(address: str, patients: Iterable[tuple[str, str]]) -> list[str]:
    """Names and numbers that can be read in an address, however they are written there."""
    address = unquote_plus(address).casefold()
    plain, parts = re.sub(r"\W", "", address), re.split(r"\W", address)
    tells = []
    for name, number in patients:
        first, last = name.casefold().split()
        tells += [each for each in (first + last, number[2:]) if each in plain]
        tells += [last] if last in parts else []
    return tells


def patients_of(parish: Parish) -> list[tuple[str, str]]:
    with parish.database.reading() as session:
        return [(p.name, p.number) for p in session.scalars(select(Patient))]


def test_a_name_or_a_number_in_an_address_would_be_found():
    patients = [("Test Östman", "189001029819")]
    assert told_in("/p/test-%C3%B6stman", patients) == ["testöstman", "östman"]
    assert told_in("/p?number=900102-9819", patients) == ["9001029819"]
    assert told_in("/arende/AVV-2026-0001", patients) == []


def test_no_page_links_to_an_address_that_tells_of_a_patient(strolled, filled_parish):
    patients = patients_of(filled_parish)
    addresses = {address for seen in strolled for address in seen.leads_to}
    assert len(addresses) > 100
    assert {each: told_in(each, patients) for each in addresses if told_in(each, patients)} == {}


def test_no_address_that_a_page_was_asked_by_tells_of_a_patient(strolled, filled_parish):
    patients = patients_of(filled_parish)
    assert [str(seen) for seen in strolled if told_in(seen.path, patients)] == []


@pytest.mark.parametrize("name", ["report", "assess", *ABOUT_A_CASE, *ABOUT_STAFF])
def test_no_form_leads_on_to_an_address_that_tells_of_a_patient(parish, name):
    answer = Sheet(parish, questions(parish)[name]).send()
    assert answer.status == 303
    assert told_in(answer.location, patients_of(parish)) == []


@pytest.mark.parametrize("text", ["Test Persson", "189001019802", "18900101-9802", "Persson"])
def test_what_is_searched_for_never_stands_in_an_address(parish, text):
    client = parish.client("nina")
    answer = client.post("/sok", data=parish.token(client) | {"sok": text})
    assert "Test Persson" in answer.text
    seen = Seen("nina", "/sok", "search.found", 200, answer.headers, "", read(answer.text))
    assert [a for a in seen.leads_to if told_in(a, patients_of(parish))] == []
    assert answer.request.path == "/sok"


def test_forms_that_put_their_answers_in_the_address_ask_for_nothing_about_patients(strolled):
    asked: dict[str, set[str]] = {}
    for seen in strolled:
        for form in forms(seen.page) if seen.page is not None else ():
            if form.method == "get":
                path = seen.path.partition("?")[0]
                asked.setdefault(form.action or path, set()).update(form.controls)
    assert asked.keys() == ASKED_IN_ADDRESSES.keys()
    assert {path: names - ASKED_IN_ADDRESSES[path] for path, names in asked.items()} == (
        {path: set() for path in asked}
    )
