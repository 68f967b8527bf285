"""Who is let in to the API, what each sees there, that each read is logged, and how it refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from cases.models import Case
from cases.people import Person
from cases.throttling import LoginAttempt
from cases.tokens import revoke
from notifications.models import Notification
from tests.web.parish import Parish
from tests.web.programs import ROOT, Program, report
from tests.web.test_bad_addresses import ODD_PARTS
from tests.web.test_every_route import PEOPLE, secrets_of, shown

LET_IN = """
list_cases       200 200 200 200 200 200 200 200 403 200 200 200 403 401 200 200 200 200
read_case        200 200 200 200 200 200 200 200 403 404 404 404 403 401 200 404 404 404
read_timeline    200 200 200 200 200 200 200 200 403 404 404 404 403 401 200 404 404 404
open_new_case    201 201 201 201 201 403 201 201 403 422 422 422 403 401 201 422 403 403
write_note       201 201 201 201 201 201 201 201 403 404 404 404 403 401 201 404 404 404
do_action        403 403 403 403 200 403 200 403 403 404 404 404 403 429 403 404 404 404
do_one_step      403 200 200 200 403 403 403 403 403 404 404 404 403 429 200 404 404 404
"""
"""What a program acting for each of PEOPLE is answered, in that order, about Tallen's patient.

The account of Ines is closed: what she shows is no token, and after five of them she must wait.
"""

STATUSES = {
    endpoint: dict(zip(PEOPLE, map(int, answers), strict=True))
    for endpoint, *answers in map(str.split, LET_IN.strip().splitlines())
}


def visits(parish: Parish, who: str) -> Iterator[tuple[str, Any]]:
    """Each endpoint of the table, by a program that acts for that person."""
    program, (reference, step_id, _nurse) = Program(parish, who), parish.steps["assess"]
    withdrawn = parish.cases["home_visit"]
    yield "list_cases", program.get("/cases")
    yield "read_case", program.get(f"/cases/{reference}")
    yield "read_timeline", program.get(f"/cases/{reference}/timeline")
    yield "open_new_case", program.post("/cases", report(parish))
    yield "write_note", program.post(f"/cases/{reference}/notes", {"note": "Ringde igen."})
    form = {"reason": "mistake", "explanation": "Fel patient valdes."}
    path = f"/cases/{withdrawn}/actions/withdraw"
    yield "do_action", program.post(path, {"form": form}, If_Match=etag(parish, withdrawn))
    form = dict(parish.plain(reference, "assess"))
    seen = etag(parish, reference)
    yield "do_one_step", program.post(f"/steps/{step_id}", {"form": form}, If_Match=seen)


def etag(parish: Parish, reference: str) -> str:
    return f'"{parish.case(reference).revision}"'


# The door


@pytest.mark.parametrize("who", PEOPLE)
def test_a_program_is_let_in_where_its_person_is_and_nowhere_else(parish, who):
    answers = {name: answer.status_code for name, answer in visits(parish, who)}
    assert answers == {name: everybody[who] for name, everybody in STATUSES.items()}


@pytest.mark.parametrize("who", ["ada", "otto", "olga", "gun", "erik", "ines", "jan"])
def test_nothing_about_a_patient_of_tallen_is_told_to_who_has_no_part_in_it(parish, who):
    secrets = secrets_of(parish, "tallen")
    assert [name for name, answer in visits(parish, who) if shown(answer.text, secrets)] == []


def test_a_browsers_cookie_opens_nothing(parish):
    for method, path in (("GET", "/cases"), ("POST", "/cases")):
        answer = parish.client("nina").open(ROOT + path, method=method, json=report(parish))
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer realm=vardtrad"


def test_a_token_opens_no_page(parish):
    nina = Program(parish, "nina")
    headers = {"Authorization": f"Bearer {nina.secret}"}
    answer = parish.app.test_client().get("/", headers=headers)
    assert answer.location == "/logga-in"


def test_an_answer_to_a_program_sets_no_cookie(parish):
    nina = Program(parish, "nina")
    for answer in (nina.get("/cases"), nina.get("/nowhere"), nina.post("/cases", report(parish))):
        assert answer.headers.getlist("Set-Cookie") == []


def test_a_token_that_is_revoked_or_old_opens_nothing(parish):
    revoked, old = Program(parish, "nina"), Program(parish, "nina")
    with parish.database.transaction() as session:
        revoke(session, parish.access(session, "nina"), revoked.token_id, parish.now)
    assert revoked.get("/cases").status_code == 401
    assert old.get("/cases").status_code == 200
    parish.now = parish.now.replace(year=2027)
    assert old.get("/cases").status_code == 401


def test_a_closed_account_closes_its_programs_too(parish):
    nina = Program(parish, "nina")
    with parish.database.transaction() as session:
        session.get_one(Person, parish.people["nina"]).active = False
    assert nina.get("/cases").status_code == 401


def test_a_token_is_good_for_its_scopes_alone(parish):
    reader, writer = Program(parish, "nina", "read"), Program(parish, "nina", "write")
    assert reader.get("/cases").status_code == 200
    refused = reader.post("/cases", report(parish))
    assert refused.status_code == 403
    assert "write" in refused.json["detail"]
    assert writer.post("/cases", report(parish)).status_code == 201
    assert writer.get("/cases").status_code == 403


def test_whoever_tries_token_after_token_must_wait_but_a_true_one_is_let_in(parish):
    guesser, nina = Program(parish, "siv"), Program(parish, "nina")
    statuses = []
    for n in range(7):
        guesser.secret = f"vtt_{n}"
        answer = guesser.get("/cases")
        statuses.append(answer.status_code)
    assert statuses == [401] * 5 + [429] * 2
    assert answer.headers["Retry-After"] == "60"
    assert nina.get("/cases").status_code == 200
    parish.wait(minutes=1, seconds=1)
    assert guesser.get("/cases").status_code == 401


def test_a_program_that_fails_does_not_keep_people_from_logging_in(parish):
    guesser = Program(parish, "siv")
    guesser.secret = "vtt_fel"
    for _time in range(6):
        guesser.get("/cases")
    with parish.database.reading() as session:
        kept = {
            (each.username_hash, each.address_hash)
            for each in session.scalars(select(LoginAttempt))
        }
    browser = parish.client()
    sent = {"username": "nina", "password": "fel lösenord här"} | parish.token(browser)
    assert browser.post("/logga-in", data=sent).status_code == 422
    with parish.database.reading() as session:
        assert {e.address_hash for e in session.scalars(select(LoginAttempt))} > {
            a for _u, a in kept
        }


# What is logged


@pytest.mark.parametrize("who", ["siv", "nina", "ulla", "mats", "ada", "olga", "sara"])
def test_every_try_to_read_a_case_leaves_a_row_that_says_how_it_went(parish, who):
    reference = parish.cases["reported"]
    for path in (f"/cases/{reference}", f"/cases/{reference}/timeline"):
        program, before = Program(parish, who), len(parish.reads_since(0))
        answer = program.get(path)
        (row,) = parish.reads_since(0)[before:]
        assert (row.action, row.case_id) == ("case", parish.case(reference).id)
        assert (row.person_id, row.patient_id) == (parish.people[who], parish.patients[0])
        assert row.allowed == (answer.status_code == 200)


def test_a_try_to_read_with_a_token_that_may_not_read_is_logged_too(parish):
    Program(parish, "nina", "write").get(f"/cases/{parish.cases['reported']}")
    (row,) = parish.reads_since(0)
    assert (row.person_id, row.allowed) == (parish.people["nina"], False)


def test_a_list_without_patients_leaves_no_row(parish):
    Program(parish, "mats").get("/cases")
    assert parish.reads_since(0) == []


def test_a_program_that_reads_is_no_proof_that_a_person_has_opened_the_case(parish):
    unopened = select(Case.reference, Person.username).where(
        Notification.case_id == Case.id,
        Notification.recipient_id == Person.id,
        Notification.opened_at.is_(None),
    )
    with parish.database.reading() as session:
        before = session.execute(unopened).all()
    reference, who = before[0]
    assert Program(parish, who).get(f"/cases/{reference}").status_code == 200
    with parish.database.reading() as session:
        assert session.execute(unopened).all() == before


# What is refused


def problem(answer: Any) -> tuple[int, str]:
    """The status, which the body must tell too, and the title."""
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    return answer.status_code, answer.json["title"]


def test_whatever_cannot_be_done_is_told_as_a_problem(parish):
    nina = Program(parish, "nina")
    json = {"content_type": "application/json"}
    nested = "[" * 100_000
    faulty: tuple[Any, ...] = (
        [], "text", 1, {}, {"definition": 1, "form": {}},
        {"definition": "deviation", "form": []}, report(parish) | {"more": 1},
        {"definition": "deviation", "form": {"\ud800": "\ud800", "kind": {"a": [None]}}},
    )  # fmt: skip
    answers = {
        (404, "Det finns inte"): [
            nina.get("/nowhere"), nina.get("/cases/AVV-2026-9999"), nina.get("/steps/1234567890"),
            nina.post("/steps/999", {"form": {}}, If_Match="1"),
        ],
        (400, "Det gick inte att förstå"): [
            nina.ask("POST", "/cases", data="{", **json), nina.ask("POST", "/cases", **json),
            nina.ask("POST", "/cases", data=b"\xff", **json),
            nina.ask("POST", "/cases", data=nested, **json),
            nina.ask("POST", "/cases", data="9" * 5000, **json),
        ],
        (405, "Det går inte att göra så"): [nina.ask("DELETE", "/cases")],
        (413, "För mycket på en gång"): [nina.ask("POST", "/cases", data=" " * 5_000_000, **json)],
        (415, "Skicka JSON"): [
            nina.ask("POST", "/cases", data={"definition": "deviation"}),
            nina.ask("POST", "/cases", data="{}", content_type="text/plain"),
        ],
        (422, "Något behöver rättas"): [nina.post("/cases", sent) for sent in faulty],
    }  # fmt: skip
    for expected, answered in answers.items():
        assert [problem(answer) for answer in answered] == [expected] * len(answered)
    allowed = nina.ask("DELETE", "/cases").headers["Allow"].split(", ")
    assert sorted(allowed) == ["GET", "HEAD", "OPTIONS", "POST"]


def test_an_address_that_nothing_has_is_not_found_on_either_database(hamlet):
    hamlet.report()
    mats, before = Program(hamlet, "mats"), hamlet.counted()
    form: dict[str, Any] = {"json": {"form": {}}, "headers": {"If-Match": '"1"'}}
    for odd in ODD_PARTS:
        answers = [
            mats.get(f"/cases/{odd}"), mats.get(f"/cases/{odd}/timeline"),
            mats.get(f"/definitions/{odd}"), mats.ask("POST", f"/steps/{odd}", **form),
            mats.post(f"/cases/{odd}/notes", {"note": "Ringde."}),
            mats.ask("POST", f"/cases/{odd}/actions/withdraw", **form),
            mats.ask("POST", f"/cases/AVV-2026-0001/actions/{odd}", **form),
        ]  # fmt: skip
        assert (odd, [problem(each)[0] for each in answers]) == (odd, [404] * len(answers))
    assert hamlet.counted() == before


def test_our_own_fault_is_told_by_its_number_alone(parish, caplog):
    nina = Program(parish, "nina")
    parish.app.view_functions["api.list_cases"] = lambda: 1 // 0
    answer = nina.get("/cases")
    assert problem(answer) == (500, "Något gick fel")
    assert "division" not in answer.text
    assert "ZeroDivisionError" in caplog.text
