"""Whatever is sent to a form: an answer beside the field, the text kept, and nothing changed."""

import logging
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from threading import Barrier
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.log import EventText
from cases.people import Membership, Person, Unit
from tests.cases.village import new_key
from tests.web.asking import FORMS, STEPS, TOKENS, Answer, Sheet, questions, report, step
from tests.web.markup import forms, read, told
from tests.web.parish import Parish
from workflow.moments import day_of
from workflow.roles import Role


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
    with caplog.at_level(logging.DEBUG, "web"):
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


@pytest.mark.parametrize("turn", range(3))
def test_unfit_text_is_told_beside_its_field_in_every_form_and_stays_there(still, sheets, turn):
    texts = islice(cycle(UNFIT.values()), turn * 3, None)
    with unchanged(still):
        for sheet in sheets.values():
            changes = {name: [next(texts)] for name in sheet.texts}
            if changes:
                answer = sheet.send(changes)
                refused(answer, *changes)
                assert keeps(answer, sheet.plain | changes)
                assert answer.page is not None
                assert [s for s in answer.page.iter("script") if "src" not in s.attrib] == []
                assert list(answer.page.iter("img")) == []


@pytest.mark.parametrize("name", ["report", "assess", "note", "correct_step", "new_unit"])
def test_a_megabyte_of_text_is_told_beside_its_field_and_stays_there(still, sheets, name):
    sheet, field = sheets[name], sheets[name].texts[0]
    changes = {field: ["Föll. " * 170_000]}
    with unchanged(still):
        answer = sheet.send(changes)
        assert "Högst" in refused(answer, field)[field]
        assert keeps(answer, sheet.plain | changes)


@pytest.mark.parametrize("name", ["report", "assess", "note", "new_person"])
def test_bytes_that_are_no_text_are_never_a_fault(parish, name):
    sheet = Sheet(parish, questions(parish)[name])
    answer = sheet.send(dict.fromkeys(sheet.texts, "Föll \ud800 i hallen"))
    assert answer.status in (303, 422)


def test_a_text_of_only_invisible_characters_is_no_answer(still, sheets):
    with unchanged(still):
        told = refused(sheets["note"].send({"note": " \u200b\u00ad\n\u00a0"}), "note")
    assert told["note"] == "Fyll i det här."


# Anything but text

NO_ANSWERS = ("hittepå", "2026-13-45T99:99", str(2**63), "\x00")
"""Neither a choice, nor a date or a number within its limits."""


@pytest.mark.parametrize("name", FORMS)
def test_what_is_no_choice_no_date_and_no_number_is_told_beside_it_and_stays_there(
    still, sheets, name
):
    sheet = sheets[name]
    shown = {
        control.name: control
        for control in sheet.form.controls.values()
        if control.kind != "hidden"
        and control.name not in {*sheet.texts, "username"}
        and control.is_shown(sheet.plain)
    }
    # What decides whether others are asked for is asked alone.
    deciding = {name for control in shown.values() for name, _values in control.shown_when}
    together = [each for each in shown if each not in deciding]
    with unchanged(still):
        for wrong in NO_ANSWERS if together else ():
            answer = sheet.send(dict.fromkeys(together, wrong))
            refused(answer, *together)
            typed = [each for each in together if shown[each].is_typed]
            assert [answer.kept[each] for each in typed] == [[wrong]] * len(typed)
        for each in deciding:
            refused(sheet.send({each: "hittepå"}), each)


@pytest.mark.parametrize("name", FORMS)
def test_a_field_that_the_form_does_not_have_is_told_of(still, sheets, name):
    with unchanged(still):
        answer = sheets[name].send({"is_admin": "true"})
        assert answer.status == 422
        assert "Fältet finns inte i formuläret." in answer.told[""]


@pytest.mark.parametrize("name", ["discuss", "decide_without_conference", "unit_investigation"])
def test_three_hundred_rows_are_too_many_and_stay_there(still, sheets, name):
    rows = {f"measures-{n}-measure": f"Åtgärd {n}" for n in range(300)}
    with unchanged(still):
        answer = sheets[name].send(rows)
        assert refused(answer, "measures")["measures"] == "Högst 50 rader."
        assert answer.kept["measures-299-measure"] == ["Åtgärd 299"]


# The report


def moment(parish: Parish, **later: float) -> str:
    return (parish.now + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def unlisted(number: str) -> dict[str, str]:
    return {"patient": "other", "patient_number": number, "patient_name": "Testa Testsson"}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("189001019803", "Kontrollsiffran stämmer inte."),
        ("18900101-9803", "Kontrollsiffran stämmer inte."),
        ("556036-0793", "organisationsnummer"),
        ("19900101TF12", "Reservnummer"),
        ("993001019802", "reservnummer"),
        ("189013019802", "Datumet i personnumret finns inte."),
        ("9001019803", "Kontrollsiffran stämmer inte."),
        ("0701234567890", "10 eller 12 siffror"),
        ("AVV-2026-0001", "inget personnummer"),
        ("\u0661\u0668\u0669\u0660\u0660\u0661\u0660\u0661\u0669\u0668\u0660\u0662", "siffror"),
    ],
)
def test_a_number_that_is_no_personal_number_is_told_of(still, sheets, number, words):
    with unchanged(still):
        answer = sheets["report"].send(unlisted(number))
        assert words in refused(answer, "patient_number")["patient_number"]
        assert answer.kept["patient_number"] == [number]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("discovered_at", {"discovered_at": {"minutes": 2}}, "framtiden"),
        ("occurred_at", {"occurred_at": {"days": 1}}, "framtiden"),
        ("called_at", {"called_at": {"hours": 1}}, "framtiden"),
        ("discovered_at", {"discovered_at": {"hours": -2}}, "upptäckts innan det hände"),
        ("called_at", {"called_at": {"hours": -2}}, "ringt innan det upptäcktes"),
    ],
)
def test_times_in_the_future_or_in_the_wrong_order_are_told_of(still, sheets, name, given, words):
    sent = {field: moment(still, **later) for field, later in given.items()}
    with unchanged(still):
        answer = sheets["report"].send(sent)
        assert words in refused(answer, name)[name]
        assert keeps(answer, sheets["report"].plain | {n: [v] for n, v in sent.items()})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("discovered_at", "igår"),
        ("discovered_at", "2026-02-30T10:00"),
        ("discovered_at", "2026-03-29T02:30"),  # the hour that summer time takes
        ("discovered_at", "0001-01-01T00:00"),
        ("discovered_at", "0001-01-01T00:00+14:00"),
        ("discovered_at", "9999-12-31T23:59"),
        ("unit", "bortom"),
        ("unit", "granen"),  # there is such a unit, but not for the reporter
        ("kind", "flygolycka"),
        ("kind", "care_other"),  # counted through 2021
        ("patient", "999999"),
        ("patient", "3"),  # lives at Granen
        ("patient", "1 OR 1=1"),
        ("misconduct_suspected", "kanske"),
        ("pulse", "½"),
        ("pulse", "9" * 5000),
        ("temperature", "37." + "1" * 5000),
    ],
)
def test_what_is_unknown_or_cannot_be_is_told_of(still, sheets, name, value):
    with unchanged(still):
        answer = sheets["report"].send({name: value})
        refused(answer, name)
        if sheets["report"].form.controls[name].is_typed:
            assert answer.kept[name] == [value]


# Others have been there before


@pytest.mark.parametrize("name", STEPS)
def test_what_others_have_changed_meanwhile_is_told_and_the_text_stays(parish, name):
    sheet, reference = Sheet(parish, questions(parish)[name]), parish.steps[name][0]
    parish.note("ulla", reference, "Något nytt.")
    with unchanged(parish):
        stale = sheet.send()
    assert stale.status == 409
    assert "Ärendet har ändrats sedan du öppnade sidan." in stale.text
    assert keeps(stale, sheet.plain)
    assert stale.kept["submission_key"] == sheet.plain["submission_key"]
    assert sheet.send({"revision": stale.kept["revision"]}).status == 303

    typed = {field: f"Min egen text om {field}." for field in sheet.texts}
    with unchanged(parish):
        closed = sheet.send({"submission_key": new_key()} | typed)
    assert closed.status == 409
    assert "Steget är avslutat" in closed.text
    assert [text for text in typed.values() if text not in closed.text] == []


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_another_role_is_refused(still, sheets, name):
    sheet = sheets[name]
    client = still.client("siv")
    sent = sheet.plain | still.token(client)
    with unchanged(still):
        answer = client.post(sheet.path, data=sent)
    assert answer.status_code == 403
    assert "Det här steget görs av någon annan" in answer.text


@pytest.mark.parametrize("name", ["note", "correct_step", "link", "withdraw"])
def test_a_case_that_somebody_has_closed_tells_so_and_keeps_the_text(parish, name):
    question = questions(parish)[name]
    sheet, reference = Sheet(parish, question), question.path.split("/")[2]
    parish.act("ulla", reference)
    with unchanged(parish):
        answer = sheet.send()
    assert answer.status == 409
    assert "Ärendet är avslutat och kan inte ändras." in answer.text
    assert keeps(answer, sheet.plain)


# Twice


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_twice_has_the_effect_of_one(parish, name):
    sheet = Sheet(parish, questions(parish)[name])
    first = sheet.send()
    assert first.status == 303
    with unchanged(parish):
        second = sheet.send()
    if "submission_key" in sheet.plain:
        assert (second.status, second.location) == (303, first.location)


@pytest.fixture
def hamlet(database_url: str) -> Iterator[Parish]:
    """Without cases, on both databases."""
    parish = Parish(database_url)
    yield parish
    parish.database.engine.dispose()


def at_once(sheets: list[Sheet], **changes: str) -> list[Answer]:
    """All of them sent by threads that wait for each other."""
    start = Barrier(len(sheets))

    def send(sheet: Sheet) -> Answer:
        start.wait()
        return sheet.send(changes)

    with ThreadPoolExecutor(len(sheets)) as threads:
        return list(threads.map(send, sheets))


def test_a_report_sent_many_times_at_once_opens_one_case(hamlet):
    answers = at_once([Sheet(hamlet, report(hamlet)) for _n in range(5)], submission_key=new_key())
    assert {(answer.status, answer.location) for answer in answers} == {
        (303, "/arende/AVV-2026-0001")
    }
    assert hamlet.counted()["cases"] == 1


def test_reports_sent_at_once_are_as_many_cases(hamlet):
    answers = at_once([Sheet(hamlet, report(hamlet)) for _n in range(5)])
    assert sorted(answer.location for answer in answers) == [
        f"/arende/AVV-2026-000{n}" for n in range(1, 6)
    ]


def test_a_step_that_several_do_at_once_is_done_by_one(hamlet):
    reference = hamlet.report()
    question = step(hamlet, reference, "assess", "nina")
    answers = at_once([Sheet(hamlet, question) for _n in range(4)])
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409]
    assert len(hamlet.events(reference, "step_done")) == 1


# What nobody types


@pytest.mark.parametrize("name", ["report", "note", "assess"])
@pytest.mark.parametrize(
    ("token", "value"),
    [
        *(("revision", v) for v in ("", "-1", "1.5", "x", "9" * 40, "\u0663", "1\x00", "0x1")),
        *(("submission_key", v) for v in ("", "kort", "x" * 300, "å" * 20, "a" * 20 + "\x00")),
    ],
)
def test_a_form_whose_hidden_fields_are_tampered_with_is_asked_for_again(
    still, sheets, name, token, value
):
    sheet = sheets[name]
    with unchanged(still):
        answer = sheet.send({token: value})
        assert answer.status == 409
        assert "Sidan gick inte att läsa. Skicka igen." in answer.text
        assert keeps(answer, sheet.plain)


@pytest.mark.parametrize("name", ["assess", "correct_report", "withdraw"])
@pytest.mark.parametrize("revision", ["0", "999999999"])
def test_a_revision_that_never_was_is_stale(still, sheets, name, revision):
    with unchanged(still):
        answer = sheets[name].send({"revision": revision})
    assert answer.status == 409
    assert keeps(answer, sheets[name].plain)


def test_a_key_that_somebody_else_has_used_is_refused(parish):
    first, second = (Sheet(parish, questions(parish)[name]) for name in ("note", "assess"))
    assert first.send().status == 303
    with unchanged(parish):
        answer = second.send({"submission_key": first.plain["submission_key"]})
    assert answer.status == 409
    assert "Formuläret är redan använt." in answer.text


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "a\x00b", "of somebody else"])
def test_a_form_without_the_token_of_its_browser_is_refused(still, sheets, token):
    if token == "of somebody else":
        token = still.token(still.client("mats"))["csrf_token"]
    with unchanged(still):
        answer = sheets["report"].send({"csrf_token": token})
    assert answer.status == 400
    assert "Gå tillbaka, ladda om sidan och skicka igen." in answer.text


def test_a_cookie_that_was_tampered_with_is_nobodys(still):
    client = still.client("mats")
    cookie = client.get_cookie("vardtrad")
    assert cookie is not None
    body, stamp, seal = cookie.value.rsplit(".", 2)
    for forged in (
        "", "x", f"{body}.{stamp}.{seal[:-2]}xx", f"{body[:-2]}xx.{stamp}.{seal}",
        f"{body}.{stamp}", f"x{cookie.value}", cookie.value * 20, "%00", "null", "e30.e30.e30",
    ):  # fmt: skip
        client.set_cookie("vardtrad", forged)
        answers = [client.get(path) for path in ("/", "/arende/AVV-2026-0001", "/atkomstlogg")]
        assert [a.status_code for a in answers] == [303] * 3
        assert {a.location.partition("?")[0] for a in answers} == {"/logga-in"}


# Addresses

ODD_PARTS = (
    "0", "2147483648", "9223372036854775808", "%00", "1%00", "%ED%A0%80", "..%2Fetc", "å" * 300,
)  # fmt: skip
ODD_VALUES = ("-1", "2147483648", "1\x00\ud800", "9999-12-31", "0001-01-01")

PARAMETERS = (
    "sida", "dag", "enhet", "slag", "typ", "steg", "stilla", "ordning", "q", "person", "reference",
    "from_day", "to_day", "vidare", "purpose", "patient", "other", "sok", "language", "username",
    "password", "new_password", "note", "name", "role", "unit", "starts_at", "what_happened",
)  # fmt: skip
"""Of addresses and of forms: all that any page reads."""


@pytest.fixture
def everything(hamlet: Parish) -> tuple[Parish, FlaskClient]:
    """The browser of somebody in all roles everywhere, and one case to point at."""
    hamlet.report()
    with hamlet.database.transaction() as session:
        alma = Person(username="alma", name="Alma", sort_name="alma", email="alma@a.example")
        alma.memberships = [Membership(role=role, from_day=day_of(hamlet.now)) for role in Role]
        session.add(alma)
        session.flush()
        hamlet.people["alma"] = alma.id
    return hamlet, hamlet.client("alma")


def paths(parish: Parish, odd: Iterable[str] = ("1",)) -> Iterator[tuple[str, set[str]]]:
    """Every address that names something, with odd parts in each place and good ones elsewhere."""
    good = {"reference": "AVV-2026-0001", "definition": "deviation", "key": "deviation"}
    good |= {"action": "withdraw", "filename": "vard.css"}
    for rule in parish.app.url_map.iter_rules():
        for name in rule.arguments:
            for part in odd:
                path = rule.rule
                for each in rule.arguments:
                    value = part if each == name else good.get(each, "1")
                    path = re.sub(rf"<([a-z]+:)?{each}>", value, path)
                yield path, set(rule.methods or ()) & {"GET", "POST"}


def plain_paths(parish: Parish) -> Iterator[tuple[str, set[str]]]:
    """Every address that names nothing, but the one that logs out."""
    for rule in parish.app.url_map.iter_rules():
        if not rule.arguments and rule.endpoint != "signing_in.log_out":
            yield rule.rule, set(rule.methods or ()) & {"GET", "POST"}


def test_an_address_that_nothing_has_is_not_found_and_never_a_fault(everything):
    parish, client = everything
    token, before = parish.token(client), parish.counted()
    answers = {}
    for path, methods in paths(parish, ODD_PARTS):
        for method in methods:
            sent = token | parish.tokens() if method == "POST" else None
            answer = client.open(path, method=method, data=sent, buffered=True)
            answers[method, path] = answer.status_code
    assert {key: code for key, code in answers.items() if code not in (404, 405, 308)} == {}
    assert parish.counted() == before


def test_nothing_in_the_query_of_an_address_is_a_fault(everything):
    parish, client = everything
    for path in {p for p, methods in [*paths(parish), *plain_paths(parish)] if "GET" in methods}:
        for value in ODD_VALUES:
            query = urlencode(dict.fromkeys(PARAMETERS, value), errors="surrogatepass")
            answer = client.get(f"{path}?{query}", buffered=True)
            assert (path, value, answer.status_code < 500) == (path, value, True)


def test_nothing_in_any_field_is_a_fault(everything):
    parish, client = everything
    token = parish.token(client)
    for path, methods in {**dict(paths(parish)), **dict(plain_paths(parish))}.items():
        for value in ODD_VALUES if "POST" in methods else ():
            sent = dict.fromkeys(PARAMETERS, value) | parish.tokens() | token
            body = urlencode(sent, errors="surrogatepass")
            kind = "application/x-www-form-urlencoded"
            answer = client.post(path, data=body, content_type=kind)
            assert (path, value, answer.status_code < 500) == (path, value, True)


def test_more_than_can_be_taken_is_told_so(still):
    client = still.client("siv")
    sent = still.token(client) | {"what_happened": "x" * 5_000_000}
    answer = client.post("/ny/deviation", data=sent)
    assert answer.status_code == 413
    assert "Det som skickades är för stort." in answer.text


# Search


@pytest.mark.parametrize("text", [*UNFIT.values(), "x", ""], ids=[*UNFIT, "one letter", "nothing"])
def test_what_cannot_be_searched_for_is_told_beside_the_field_and_stays_there(still, text):
    client = still.client("nina")
    with unchanged(still):
        answer = client.post("/sok", data=still.token(client) | {"sok": text})
    page = read(answer.text)
    assert answer.status_code == 422
    assert told(page).keys() == {"sok"}
    assert forms(page)[-1].values()["sok"] == [text]


# Anything printable


class Again:
    """A parish that can be put back to where it stood, with its forms open."""

    def __init__(self, parish: Parish, file: Path) -> None:
        self.parish, self.file = parish, file
        self.sheets = {name: Sheet(parish, asked) for name, asked in questions(parish).items()}
        parish.database.engine.dispose()
        self.copy = shutil.copy(file, file.with_suffix(".copy"))

    def stored(self) -> set[str]:
        """Every text that people have typed, with white space as in a line."""
        with self.parish.database.reading() as session:
            found = [
                words for text in session.scalars(select(EventText.body)) for words in leaves(text)
            ]
            found += session.scalars(select(Person.name))
            found += session.scalars(select(Unit.name))
        return {" ".join(text.split()) for text in found}

    def put_back(self) -> None:
        self.parish.database.engine.dispose()
        shutil.copy(self.copy, self.file)


def leaves(value: Any) -> Iterator[str]:
    """Every text in what was stored."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from leaves(inner)


@pytest.fixture(scope="module")
def again(filled_parish: Parish, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Again]:
    folder = tmp_path_factory.mktemp("again")
    parish = filled_parish.moved(folder)
    yield Again(parish, folder / "parish.sqlite3")
    parish.database.engine.dispose()


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=90)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=6)
@given(data=st.data())
def test_any_text_in_any_field_is_stored_as_typed_or_refused_and_kept(again, name, data):
    sheet = again.sheets[name]
    fields = [f for f, c in sheet.form.controls.items() if f not in TOKENS and c.kind != "hidden"]
    chosen = data.draw(st.lists(st.sampled_from(sheet.texts or fields), unique=True))
    chosen += data.draw(st.one_of(st.just([]), st.lists(st.sampled_from(fields), max_size=1)))
    changes = {field: [data.draw(PRINTABLE)] for field in chosen}
    answer = sheet.send(changes)
    if answer.status == 303:
        stored = again.stored()
        again.put_back()
        typed = {f: " ".join(t.split()) for f, (t,) in changes.items() if f in sheet.texts}
        assert {f: t for f, t in typed.items() if t and normalize("NFC", t) not in stored} == {}
    else:
        kept = {f: answer.kept[f] for f in changes if sheet.form.controls[f].is_typed}
        assert answer.status == 422
        assert kept == {field: changes[field] for field in kept}
