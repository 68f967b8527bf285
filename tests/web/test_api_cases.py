"""Cases by the API: opened, listed, read and brought on, with the same effect as on the pages."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.cases.village import new_key
from tests.web.parish import Parish
from tests.web.programs import Program, report
from tests.web.test_every_route import NOT_FOR_CARE_STAFF, READ_BY_CARE_STAFF, secrets_of, shown


@pytest.fixture(scope="module")
def mats(filled_parish: Parish, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Who reads everything, in a parish that nobody changes."""
    parish = filled_parish.moved(tmp_path_factory.mktemp("mats"))
    yield Program(parish, "mats")
    parish.database.engine.dispose()


def faults(answer: Any) -> dict[str, str]:
    return {each["field"]: each["detail"] for each in answer.json["errors"]}


# Opening


def test_a_program_opens_a_case_and_is_told_where_it_is(parish):
    answer = Program(parish, "siv").post("/cases", report(parish))
    assert answer.status_code == 201
    reference = answer.json["reference"]
    assert answer.headers["Location"] == f"/api/v1/cases/{reference}"
    assert parish.case(reference).opened_by == parish.people["siv"]
    assert parish.open_steps(reference) == ["assess", "event_report"]


def test_every_kind_of_case_is_opened_at_the_same_address(parish):
    sent = {"definition": "sip", "form": {}}
    answer = Program(parish, "sara").post("/cases", sent)
    assert answer.status_code == 422
    assert "form.patient" in faults(answer)
    unknown = Program(parish, "sara").post("/cases", sent | {"definition": "unknown"})
    assert unknown.status_code == 404


def test_what_is_wrong_is_told_by_field_in_both_languages(parish):
    sent = report(parish, kind="fel", harm=None, colour="blå")
    siv = Program(parish, "siv")
    swedish = siv.post("/cases", sent)
    assert (swedish.status_code, swedish.mimetype) == (422, "application/problem+json")
    assert swedish.json["status"] == 422
    assert faults(swedish) == {
        "form.kind": "Välj ett av alternativen.",
        "form.harm": "Välj ett av alternativen.",
        "form.colour": "Fältet finns inte i formuläret.",
    }
    english = siv.post("/cases", sent, Accept_Language="en-GB,en;q=0.9")
    assert faults(english)["form.kind"] == "Choose one of the options."


def test_a_fault_in_a_row_is_told_with_the_place_of_the_row(parish):
    nina, reference = Program(parish, "nina"), parish.cases["conference"]
    path, etag = nina.step(reference, "discuss")
    form = dict(parish.plain(reference, "discuss"))
    form["measures"] = [form["measures"][0], {**form["measures"][0], "due": "i morgon"}]
    answer = nina.post(path, {"form": form}, If_Match=etag)
    assert faults(answer)["form.measures.1.due"] == "Skriv ett datum."


# Reading


def test_a_case_tells_where_it_stands_with_clock_reckoning_and_form_of_each_step(parish):
    reference = parish.cases["reported"]
    answer = Program(parish, "nina").get(f"/cases/{reference}")
    case = answer.json
    assert answer.headers["ETag"] == f'"{parish.case(reference).revision}"'
    assert case["patient"] == {"name": "Test Persson", "number": "189001019802"}
    assert case["category"] == {"key": "fall", "label": "Fall"}
    step, other = case["steps"]
    stored = parish.case(reference).steps[0]
    assert (step["key"], step["id"], step["may_do"]) == ("assess", stored.id, True)
    assert (other["key"], other["may_do"], other["form"]) == ("event_report", False, None)
    assert step["roles"][0] == {"key": "nurse", "label": "Sjuksköterska"}
    assert step["due_at"] == "2026-11-24T10:25:00+01:00"
    assert step["why"].keys() == {"sv", "en"}
    assert step["why"]["en"].startswith("Counted from ")
    assert step["form"]["properties"]["own_assessment"]["type"] == "string"
    assert case["actions"] == []


def test_a_form_offers_what_can_be_chosen_now(parish):
    nina, reference = Program(parish, "nina"), parish.cases["preparation"]
    steps = {step["key"]: step for step in nina.read(f"/cases/{reference}")["steps"]}
    staff = steps["staff_talk"]["form"]["properties"]["talked_with"]["items"]["oneOf"]
    assert {"const": str(parish.people["siv"]), "title": "Siv Sol"} in staff


def test_labels_are_in_the_language_that_is_asked_for(parish):
    nina, path = Program(parish, "nina"), f"/cases/{parish.cases['reported']}"
    assert nina.get(path).json["steps"][0]["roles"][0]["label"] == "Sjuksköterska"
    english = nina.get(path, Accept_Language="en")
    assert english.json["steps"][0]["roles"][0]["label"] == "Nurse"


def test_care_staff_are_told_no_more_than_on_their_pages(parish):
    secrets = READ_BY_CARE_STAFF | NOT_FOR_CARE_STAFF | {"Test Persson", "189001019802"}
    reference = parish.cases["closed"]
    for who, part in (("nina", secrets), ("siv", READ_BY_CARE_STAFF | {"Test Persson"})):
        program = Program(parish, who)
        told = str([program.read(f"/cases/{reference}{more}") for more in ("", "/timeline")])
        assert shown(told, secrets) == part


def test_the_timeline_tells_what_happened_who_did_it_and_what_was_answered(parish):
    events = Program(parish, "nina").read(f"/cases/{parish.cases['closed']}/timeline")["events"]
    opened = next(event for event in events if event["type"] == "opened")
    assert (opened["by"], opened["title"]) == ("Siv Sol", "Rapporterad: Fall")
    what = {"name": "what_happened", "label": "Vad hände?", "text": "Hittad på golvet i badrummet."}
    assert what in opened["answers"]


# Listing


def listed(program: Program, **query: Any) -> list[str]:
    return [case["reference"] for case in program.read("/cases", query)["cases"]]


def test_a_list_comes_page_after_page_with_each_case_once(parish):
    nina, pages = Program(parish, "nina"), list[list[str]]()
    after: int | None = 0
    while after is not None:
        page = nina.read("/cases", {"limit": 5, "after": after})
        pages.append([case["reference"] for case in page["cases"]])
        after = page["next"]
    assert [len(page) for page in pages[:-1]] == [5] * (len(pages) - 1)
    found = [reference for page in pages for reference in page]
    assert found == listed(nina, limit=200)
    assert len(set(found)) == len(found) > 10


def test_a_page_that_is_just_full_says_whether_there_is_another(parish):
    nina = Program(parish, "nina")
    count = len(listed(nina, limit=200))
    assert nina.read("/cases", {"limit": count})["next"] is None
    assert nina.read("/cases", {"limit": count - 1})["next"] is not None


def test_a_list_says_nothing_of_patients(parish):
    answer = Program(parish, "mats").get("/cases", {"limit": 200})
    secrets = secrets_of(parish, "tallen") | secrets_of(parish, "granen")
    assert shown(answer.text, secrets) == set()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"unit": "granen"}, ["elsewhere"]),
        ({"unit": "granen", "open": "false"}, []),
        ({"definition": "deviation", "open": "false"}, ["closed"]),
        ({"state": "conference"}, ["conference", "refused"]),
        ({"category": "medication"}, []),
        ({"reference": "avv-2026-0001"}, ["reported"]),
        ({"opened_to": "2026-11-23"}, []),
        ({"opened_from": "2026-11-24", "opened_to": "2026-11-24", "unit": "granen"}, ["elsewhere"]),
        ({"opened_from": "2026-11-25"}, []),
        ({"definition": "canary"}, []),
    ],
)
def test_a_list_holds_what_fits_all_that_is_asked(mats, filled_parish, query, names):
    assert listed(mats, **query) == [filled_parish.cases[name] for name in names]


def test_both_databases_list_page_after_page(hamlet):
    references = [hamlet.report() for _n in range(3)]
    hamlet.act("ulla", references[0])
    mats = Program(hamlet, "mats")
    first = mats.read("/cases", {"limit": 2, "unit": "tallen", "opened_from": "2026-11-24"})
    assert [case["reference"] for case in first["cases"]] == references[:2]
    assert listed(mats, after=first["next"]) == references[2:]
    assert listed(mats, open="true", reference="avv") == references[1:]


def test_the_list_of_one_unit_holds_nothing_of_another(parish):
    assert listed(Program(parish, "gun")) == [parish.cases["elsewhere"]]
    assert parish.cases["elsewhere"] not in listed(Program(parish, "ulla"), limit=200)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"after": "-1"}, {"after": str(10**12)},
        {"opened_from": "0001-01-01"}, {"opened_to": "9999-12-31"}, {"open": "ja"},
        {"unit": "a\x00b"}, {"reference": "ÅÄÖ"}, {"patient": "1"},
    ],
)  # fmt: skip
def test_a_faulty_filter_is_told_by_its_name(mats, query):
    answer = mats.get("/cases", query)
    assert answer.status_code == 422
    assert faults(answer).keys() == query.keys()


# Changing


def assessed(parish: Parish) -> dict[str, Any]:
    return {"form": dict(parish.plain(parish.cases["reported"], "assess"))}


def test_a_step_is_done_by_its_form(parish):
    reference, nina = parish.cases["reported"], Program(parish, "nina")
    path, etag = nina.step(reference, "assess")
    answer = nina.post(path, assessed(parish), If_Match=etag)
    assert (answer.status_code, answer.json) == (200, {"reference": reference})
    (done,) = parish.events(reference, "step_done")
    assert (done.data["step"], done.actor_id) == ("assess", parish.people["nina"])
    assert nina.get(f"/cases/{reference}").headers["ETag"] != etag


def test_nothing_is_changed_unseen(parish):
    nina = Program(parish, "nina")
    path, etag = nina.step(parish.cases["reported"], "assess")
    with parish.unchanged():
        assert nina.post(path, assessed(parish)).status_code == 428
        for old in ('"0"', "W/" + etag, "nonsense"):
            assert nina.post(path, assessed(parish), If_Match=old).status_code == 412
    assert nina.post(path, assessed(parish), If_Match=f'"0", {etag}').status_code == 200


def test_a_change_after_somebody_elses_is_refused(parish):
    reference, nina = parish.cases["reported"], Program(parish, "nina")
    path, etag = nina.step(reference, "assess")
    parish.note("ulla", reference, "Dottern ringde.")
    answer = nina.post(path, assessed(parish), If_Match=etag)
    assert (answer.status_code, answer.json["title"]) == (412, "Ärendet har ändrats")


def test_a_note_needs_no_etag_but_heeds_one(parish):
    reference, siv = parish.cases["reported"], Program(parish, "siv")
    path = f"/cases/{reference}/notes"
    assert siv.post(path, {"note": "Ringde igen."}).status_code == 201
    assert siv.post(path, {"note": "En gång till."}, If_Match='"1"').status_code == 412
    assert faults(siv.post(path, {"note": " "})) == {"note": "Fyll i det här."}
    assert [event.text.body for event in parish.events(reference, "note")] == [
        {"note": "Ringde igen."}
    ]


def test_a_case_is_withdrawn_by_the_routines_own_action(parish):
    reference, ulla = parish.cases["home_visit"], Program(parish, "ulla")
    answer = ulla.get(f"/cases/{reference}")
    (action,) = answer.json["actions"]
    assert action["key"] == "withdraw"
    assert action["form"]["required"] == ["reason", "explanation"]
    form = {"reason": "mistake", "explanation": "Fel patient valdes."}
    path, etag = f"/cases/{reference}/actions/withdraw", answer.headers["ETag"]
    assert ulla.post(path, {"form": form}, If_Match=etag).status_code == 200
    assert parish.case(reference).closed_at == parish.now
    unknown = f"/cases/{reference}/actions/burn"
    assert ulla.post(unknown, {"form": form}, If_Match=etag).status_code == 404


def test_what_is_closed_is_not_changed(parish):
    answer = Program(parish, "nina").post(f"/cases/{parish.cases['closed']}/notes", {"note": "Så."})
    assert answer.status_code == 409
    assert answer.json["detail"] == "Ärendet är avslutat och kan inte ändras."


# Sent again


def changes(parish: Parish) -> Iterator[tuple[Program, str, dict[str, Any], dict[str, str]]]:
    nina, ulla = Program(parish, "nina"), Program(parish, "ulla")
    path, etag = nina.step(parish.cases["reported"], "assess")
    withdrawn = parish.cases["home_visit"]
    yield nina, "/cases", report(parish), {}
    yield nina, path, assessed(parish), {"If_Match": etag}
    yield nina, f"/cases/{parish.cases['follow_up']}/notes", {"note": "Ringde."}, {}
    form = {"reason": "mistake", "explanation": "Fel patient valdes."}
    seen = {"If_Match": f'"{parish.case(withdrawn).revision}"'}
    yield ulla, f"/cases/{withdrawn}/actions/withdraw", {"form": form}, seen


def test_the_same_key_and_body_have_one_effect_and_one_answer(parish):
    for program, path, body, headers in changes(parish):
        key = new_key()
        first = program.post(path, body, Idempotency_Key=key, **headers)
        assert first.status_code in (200, 201), first.text
        with parish.unchanged():
            again = program.post(path, body, Idempotency_Key=key, **headers)
        assert (again.status_code, again.text) == (first.status_code, first.text)
        assert again.headers.get("Location") == first.headers.get("Location")


def test_the_same_key_with_something_else_is_refused(parish):
    for program, path, body, headers in changes(parish):
        key = new_key()
        program.post(path, body, Idempotency_Key=key, **headers)
        other = body | ({"note": "Annat."} if "note" in body else {"form": {"kind": "fall"}})
        with parish.unchanged():
            answer = program.post(path, other, Idempotency_Key=key, **headers)
            elsewhere = program.post(
                f"/cases/{parish.cases['review']}/notes", {"note": "Så."}, Idempotency_Key=key
            )
        assert answer.status_code == elsewhere.status_code == 422
        assert "Idempotency-Key" in answer.json["detail"]


def test_the_same_key_twice_at_once_opens_one_case(hamlet):
    siv, start = Program(hamlet, "siv"), Barrier(2)

    def send(_n: int) -> Any:
        start.wait()
        return siv.post("/cases", report(hamlet), Idempotency_Key="1")

    with ThreadPoolExecutor(2) as two:
        first, second = two.map(send, range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json) == (201, first.json)
    assert listed(Program(hamlet, "mats")) == [first.json["reference"]]


def test_the_same_key_of_two_people_are_two_keys(parish):
    sent = {who: Program(parish, who).post("/cases", report(parish), Idempotency_Key="1")
            for who in ("siv", "nina")}  # fmt: skip
    assert {answer.status_code for answer in sent.values()} == {201}
    assert sent["siv"].json != sent["nina"].json


def test_without_a_key_each_is_an_errand_of_its_own(parish):
    siv = Program(parish, "siv")
    first, second = (siv.post("/cases", report(parish)).json for _time in range(2))
    assert first != second


def test_what_was_refused_may_be_put_right_and_sent_with_the_same_key(parish):
    siv = Program(parish, "siv")
    assert siv.post("/cases", report(parish, harm=None), Idempotency_Key="1").status_code == 422
    assert siv.post("/cases", report(parish), Idempotency_Key="1").status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 256, "två ord", "å"])
def test_a_key_that_cannot_be_read_is_refused(parish, key):
    answer = Program(parish, "siv").post("/cases", report(parish), Idempotency_Key=key)
    assert answer.status_code == 422
    assert faults(answer).keys() == {"Idempotency-Key"}
