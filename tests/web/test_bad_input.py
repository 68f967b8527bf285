"""Whatever is sent to a form: an answer beside the field, the text kept, and nothing changed."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.routing import Rule

from cases.people import Membership, Person
from tests.web.asking import ABOUT_STAFF, FORMS, STEPS, TOKENS, Answer, Question, Sheet, questions
from tests.web.markup import read, told
from tests.web.parish import Parish
from workflow.roles import Role

PATIENT = ("Test Persson", "189001019802", "18900101-9802")


@pytest.fixture(scope="module")
def still(filled_parish: Parish, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parish]:
    """For what is refused: after each test it must stand as before."""
    parish = filled_parish.moved(tmp_path_factory.mktemp("still"))
    yield parish
    parish.database.engine.dispose()


@pytest.fixture(scope="module")
def sheets(still: Parish) -> dict[str, Sheet]:
    """Each form, open at somebody who may answer it."""
    return {name: Sheet(still, question) for name, question in questions(still).items()}


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What was typed is not in the log, since nothing is."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


@contextmanager
def unchanged(parish: Parish) -> Iterator[None]:
    """Nothing was stored but the access log's rows, which hold no word of anybody's."""
    before, reads = parish.counted(), len(parish.reads_since(0))
    yield
    assert parish.counted() == before
    said = {word for row in parish.reads_since(0)[reads:] for word in (row.action, row.role)}
    assert {word for word in said if not word.replace("_", "").isascii()} == set()


def refused(answer: Answer, *names: str) -> dict[str, str]:
    """What is told about each of the names, and perhaps about others."""
    assert answer.status == 422
    beside = answer.told
    assert set(names) <= beside.keys()
    assert all(beside.values())
    return beside


def keeps(answer: Answer, sent: Mapping[str, list[str]]) -> bool:
    """True when the form that was drawn again would send the same."""
    kept = {name: answer.kept.get(name) for name in sent if name not in TOKENS}
    differing = {name: (sent[name], kept[name]) for name in kept if sent[name] != kept[name]}
    assert differing == {}
    return True


def test_there_is_a_question_for_every_form(still):
    assert questions(still).keys() == set(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_a_plain_answer_is_accepted(parish, name):
    assert Sheet(parish, questions(parish)[name]).send().status == 303


# Text

UNFIT = {
    "nul": "Föll\x00 i hallen",
    "escape": "Föll\x1b[31m i hallen",
    "right to left": "Föll \u202ei hallen",
    "right-to-left mark": "Föll\u200f i hallen",
    "isolate": "\u2067Föll i hallen",
    "script": "<script>alert(1)</script>",
    "picture": "\"'><img src=x onerror=alert(1)>",
    "end of the box": "</textarea><script>alert(1)</script>",
    "comment": "<!-- Föll i hallen",
    "a line too long": "Föll i hallen. " * 300,
}


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
def test_unfit_text_is_refused_in_every_field_of_every_form_and_stays_there(still, sheets, text):
    with unchanged(still):
        for sheet in sheets.values():
            changes = {name: [text] for name in sheet.texts}
            if changes:
                answer = sheet.send(changes)
                refused(answer, *changes)
                assert keeps(answer, sheet.plain | changes)
                assert answer.page is not None
                assert [s for s in answer.page.iter("script") if "src" not in s.attrib] == []
                assert list(answer.page.iter("img")) == []


def test_a_megabyte_of_text_is_refused_beside_its_field_and_stays_there(still, sheets):
    with unchanged(still):
        for sheet in sheets.values():
            for name in sheet.texts[:1]:
                changes = {name: ["Föll. " * 170_000]}
                answer = sheet.send(changes)
                assert "Högst" in refused(answer, name)[name]
                assert keeps(answer, sheet.plain | changes)


def test_bytes_that_are_no_text_are_never_a_fault_of_ours(parish):
    for name, question in questions(parish).items():
        sheet = Sheet(parish, question)
        if sheet.texts and name not in ABOUT_STAFF:
            answer = sheet.send(dict.fromkeys(sheet.texts, "Föll \ud800 i hallen"))
            assert (name, answer.status in (303, 409, 422)) == (name, True)


def test_a_text_of_only_invisible_characters_is_no_answer(still, sheets):
    with unchanged(still):
        told = refused(sheets["note"].send({"note": " \u200b\u00ad\n\u00a0"}), "note")
    assert told["note"] == "Fel: Fyll i det här."


# Anything but text


@pytest.mark.parametrize("name", FORMS)
def test_an_answer_that_is_not_among_the_choices_or_no_date_or_number_is_told_beside_it(
    still, sheets, name
):
    sheet = sheets[name]
    asked = [
        control
        for control in sheet.form.controls.values()
        if control.name not in TOKENS | set(sheet.texts)
        and control.kind != "hidden"
        and control.is_shown(sheet.plain)
    ]
    with unchanged(still):
        for control in asked:
            for wrong in ("hittepå", "2026-13-45T99:99", str(2**63), "-1", "\x00", "1e400"):
                if control.is_typed and control.name == "patient_name":
                    continue
                answer = sheet.send({control.name: wrong})
                refused(answer, control.name)
                if control.is_typed:
                    assert answer.kept[control.name] == [wrong]


@pytest.mark.parametrize("name", FORMS)
def test_a_field_that_the_form_does_not_have_is_told_of(still, sheets, name):
    with unchanged(still):
        answer = sheets[name].send({"is_admin": "true"})
        refused(answer)
        assert "Fältet finns inte i formuläret." in answer.told[""]


@pytest.mark.parametrize("name", ["discuss", "decide_without_conference", "unit_investigation"])
def test_three_hundred_rows_are_too_many(still, sheets, name):
    rows = {f"measures-{n}-measure": f"Åtgärd {n}" for n in range(300)}
    with unchanged(still):
        answer = sheets[name].send(rows)
        assert refused(answer, "measures")["measures"] == "Fel: Högst 50 rader."
        assert answer.kept["measures-299-measure"] == ["Åtgärd 299"]
