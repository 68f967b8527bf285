"""Whatever is sent to a form: an answer beside the field, the text kept, and nothing changed."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice

import pytest

from tests.cases.village import new_key
from tests.web.asking import FORMS, STEPS, Sheet, questions
from tests.web.markup import forms, read, told
from tests.web.parish import Parish

pytestmark = pytest.mark.usefixtures("nothing_is_logged")


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
    with still.unchanged():
        for sheet in sheets.values():
            changes = {name: [next(texts)] for name in sheet.texts}
            if changes:
                answer = sheet.send(changes)
                answer.faults(*changes)
                assert answer.changed(sheet.plain | changes) == {}
                assert answer.page is not None
                assert [s for s in answer.page.iter("script") if "src" not in s.attrib] == []
                assert list(answer.page.iter("img")) == []


@pytest.mark.parametrize("name", ["report", "assess", "note", "correct_step", "new_unit"])
def test_a_megabyte_of_text_is_told_beside_its_field_and_stays_there(still, sheets, name):
    sheet, field = sheets[name], sheets[name].texts[0]
    changes = {field: ["Föll. " * 170_000]}
    with still.unchanged():
        answer = sheet.send(changes)
        assert "Högst" in answer.faults(field)[field]
        assert answer.changed(sheet.plain | changes) == {}


@pytest.mark.parametrize("name", ["report", "assess", "note", "new_person"])
def test_bytes_that_are_no_text_are_never_a_fault(parish, name):
    sheet = Sheet(parish, questions(parish)[name])
    answer = sheet.send(dict.fromkeys(sheet.texts, "Föll \ud800 i hallen"))
    assert answer.status in (303, 422)


def test_a_text_of_only_invisible_characters_is_no_answer(still, sheets):
    with still.unchanged():
        told = sheets["note"].send({"note": " \u200b\u00ad\n\u00a0"}).faults("note")
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
    with still.unchanged():
        for wrong in NO_ANSWERS if together else ():
            answer = sheet.send(dict.fromkeys(together, wrong))
            answer.faults(*together)
            typed = [each for each in together if shown[each].is_typed]
            assert [answer.kept[each] for each in typed] == [[wrong]] * len(typed)
        for each in deciding:
            sheet.send({each: "hittepå"}).faults(each)


@pytest.mark.parametrize("name", FORMS)
def test_a_field_that_the_form_does_not_have_is_told_of(still, sheets, name):
    with still.unchanged():
        answer = sheets[name].send({"is_admin": "true"})
        assert answer.status == 422
        assert "Fältet finns inte i formuläret." in answer.told[""]


@pytest.mark.parametrize("name", ["discuss", "decide_without_conference", "unit_investigation"])
def test_three_hundred_rows_are_too_many_and_stay_there(still, sheets, name):
    rows = {f"measures-{n}-measure": f"Åtgärd {n}" for n in range(300)}
    with still.unchanged():
        answer = sheets[name].send(rows)
        assert answer.faults("measures")["measures"] == "Högst 50 rader."
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
    with still.unchanged():
        answer = sheets["report"].send(unlisted(number))
        assert words in answer.faults("patient_number")["patient_number"]
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
    with still.unchanged():
        answer = sheets["report"].send(sent)
        assert words in answer.faults(name)[name]
        assert answer.changed(sheets["report"].plain | {n: [v] for n, v in sent.items()}) == {}


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
    with still.unchanged():
        answer = sheets["report"].send({name: value})
        answer.faults(name)
        if sheets["report"].form.controls[name].is_typed:
            assert answer.kept[name] == [value]


# Others have been there before


@pytest.mark.parametrize("name", STEPS)
def test_what_others_have_changed_meanwhile_is_told_and_the_text_stays(parish, name):
    sheet, reference = Sheet(parish, questions(parish)[name]), parish.steps[name][0]
    parish.note("ulla", reference, "Något nytt.")
    with parish.unchanged():
        stale = sheet.send()
    assert stale.status == 409
    assert "Ärendet har ändrats sedan du öppnade sidan." in stale.text
    assert stale.changed(sheet.plain) == {}
    assert stale.kept["submission_key"] == sheet.plain["submission_key"]
    assert sheet.send({"revision": stale.kept["revision"]}).status == 303

    typed = {field: f"Min egen text om {field}." for field in sheet.texts}
    with parish.unchanged():
        closed = sheet.send({"submission_key": new_key()} | typed)
    assert closed.status == 409
    assert "Steget är avslutat" in closed.text
    assert [text for text in typed.values() if text not in closed.text] == []


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_another_role_is_refused(still, sheets, name):
    sheet = sheets[name]
    client = still.client("siv")
    sent = sheet.plain | still.token(client)
    with still.unchanged():
        answer = client.post(sheet.path, data=sent)
    assert answer.status_code == 403
    assert "Det här steget görs av någon annan" in answer.text


@pytest.mark.parametrize("name", ["note", "correct_step", "link", "withdraw"])
def test_a_case_that_somebody_has_closed_tells_so_and_keeps_the_text(parish, name):
    question = questions(parish)[name]
    sheet, reference = Sheet(parish, question), question.path.split("/")[2]
    parish.act("ulla", reference)
    with parish.unchanged():
        answer = sheet.send()
    assert answer.status == 409
    assert "Ärendet är avslutat och kan inte ändras." in answer.text
    assert answer.changed(sheet.plain) == {}


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
    with still.unchanged():
        answer = sheet.send({token: value})
        assert answer.status == 409
        assert "Sidan gick inte att läsa. Skicka igen." in answer.text
        assert answer.changed(sheet.plain) == {}


@pytest.mark.parametrize("name", ["assess", "correct_report", "withdraw"])
@pytest.mark.parametrize("revision", ["0", "999999999"])
def test_a_revision_that_never_was_is_stale(still, sheets, name, revision):
    with still.unchanged():
        answer = sheets[name].send({"revision": revision})
    assert answer.status == 409
    assert answer.changed(sheets[name].plain) == {}


def test_a_key_that_somebody_else_has_used_is_refused(parish):
    first, second = (Sheet(parish, questions(parish)[name]) for name in ("note", "assess"))
    assert first.send().status == 303
    with parish.unchanged():
        answer = second.send({"submission_key": first.plain["submission_key"]})
    assert answer.status == 409
    assert "Formuläret är redan använt." in answer.text


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "a\x00b", "of somebody else"])
def test_a_form_without_the_token_of_its_browser_is_refused(still, sheets, token):
    if token == "of somebody else":
        token = still.token(still.client("mats"))["csrf_token"]
    with still.unchanged():
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
    with still.unchanged():
        answer = client.post("/sok", data=still.token(client) | {"sok": text})
    page = read(answer.text)
    assert answer.status_code == 422
    assert told(page).keys() == {"sok"}
    assert forms(page)[-1].values()["sok"] == [text]
