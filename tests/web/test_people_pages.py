"""The pages about people, units, the roster and the access log, as those who may see them do."""

import re
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import event, select
from werkzeug.serving import make_server

from cases.access_log import AccessLogEntry
from cases.models import Case
from cases.people import OnDutySpell, Patient, Person
from tests.web.conftest import PASSWORD
from workflow.roles import Role

PATIENT, NUMBER = "Test Patientsson", "189001019802"
SECRETS = (PATIENT, NUMBER, "18900101-9802", "9802")


@pytest.fixture(autouse=True)
def people(town):
    town.hire("adam", Role.ADMINISTRATOR)
    town.hire("mia", Role.MAS)
    town.hire("eva", Role.UNIT_MANAGER, at="Solgården")
    town.hire("nils", Role.NURSE, at="Solgården", name="Nils Östman")
    town.hire("olle", Role.NURSE, at="Björken")


@pytest.fixture
def reference(town, clock) -> str:
    """An open case of a patient at Solgården."""
    with town.database.transaction() as session:
        patient = Patient(
            number=NUMBER, name=PATIENT, sort_name="test", unit_id=town.unit("Solgården")
        )
        reporter = session.scalars(select(Person.id).where(Person.username == "nils")).one()
        session.add(patient)
        session.flush()
        case = Case(
            reference="AVV-2026-0001", definition="deviation", version=1, category="fall",
            patient_id=patient.id, unit_id=patient.unit_id, state="reported",
            occurred_at=clock(), opened_at=clock(), opened_by=reporter,
        )  # fmt: skip
        session.add(case)
    return "AVV-2026-0001"


def location(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def person_path(town, username) -> str:
    with town.database.reading() as session:
        found = session.scalars(select(Person.id).where(Person.username == username)).one()
    return f"/personer/{found}"


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("adam", {"/personer", "/personer/ny", "/personer/1", "/enheter", "/enheter/1", "/jour"}),
        ("mia", {"/atkomstlogg"}),
        ("eva", {"/jour", "/jour/ny"}),
        ("nils", set()),
    ],
)
def test_each_role_reaches_its_own_pages_and_no_others(logged_in, who, allowed):
    browser = logged_in(who)
    asked = [
        "/personer", "/personer/ny", "/personer/1", "/personer/1/andra", "/personer/1/roll",
        "/enheter", "/enheter/ny", "/enheter/1", "/jour", "/jour/ny", "/atkomstlogg",
    ]  # fmt: skip
    if who == "adam":
        allowed = set(asked) - {"/atkomstlogg"}
    answers = {path: browser.get(path).status_code for path in asked}
    assert answers == {path: 200 if path in allowed else 403 for path in asked}


def test_a_stranger_reaches_none_of_them(browser):
    for path in ("/personer", "/enheter/1", "/jour/ny", "/atkomstlogg"):
        assert location(browser.get(path)) == f"/logga-in?vidare={path}"


def test_an_administrator_finds_no_patient_on_any_page(logged_in, reference, town):
    browser = logged_in("adam")
    unit = town.unit("Solgården")
    for path in ("/personer", "/personer?q=Test", person_path(town, "nils"), "/enheter",
                 f"/enheter/{unit}", "/jour", "/jour/ny"):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code == 200
        assert not [secret for secret in SECRETS if secret in answer.text]
    for path in ("/", "/sok", "/tavla", "/forsenat", "/konferenser", "/atkomstlogg"):
        assert browser.get(path).status_code == 403
    assert browser.get(f"/arende/{reference}").status_code in (403, 404)


NEW = {"name": "Åsa Ström", "username": "asa", "email": "asa@exempelby.example"}


def test_a_new_colleague_gets_an_account_a_role_and_a_password_of_her_own(logged_in, browser, town):
    admin = logged_in("adam")
    page = location(admin.post("/personer/ny", NEW))
    role = {"role": "nurse", "unit": str(town.unit("Solgården")), "from_day": "2026-11-21"}
    assert location(admin.post(f"{page}/roll", role)) == page
    shown = admin.post(f"{page}/engangslosenord")
    given = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", shown.text)
    assert given
    assert shown.headers["Cache-Control"] == "no-store"
    after = admin.get(page).text
    assert given[0] not in after
    for words in ("Lade upp personen", "Gav en roll", "Roll: Sjuksköterska", "Enhet: Solgården",
                  "Från och med: 2026-11-21", "Gav ett engångslösenord", "Adam"):  # fmt: skip
        assert words in after
    assert location(browser.log_in("asa", given[0])) == "/"
    assert location(browser.get("/")) == "/losenord"
    changed = {"password": given[0], "new_password": PASSWORD, "new_password_again": PASSWORD}
    assert location(browser.post("/losenord", changed)) == "/"
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"username": "nils"}, "Användarnamnet är upptaget."),
        ({"username": "Åsa!"}, "Använd 2–60 tecken"),
        ({"email": "asa"}, "Skriv en e-postadress"),
        ({"name": ""}, "Fyll i det här."),
        ({"name": "x" * 1_000_000}, "Högst 120 tecken."),
        ({"name": "Åsa\x00"}, "osynliga styrtecken"),
        ({"name": "\u202easÅ"}, "osynliga styrtecken"),
        ({"name": "<script>alert(1)</script>"}, "Skriv utan HTML-taggar."),
        ({"is_admin": "1"}, "Fältet finns inte i formuläret."),
    ],
)
def test_a_form_that_cannot_be_taken_is_drawn_again_with_what_was_typed(
    logged_in, town, sent, words
):
    answer = logged_in("adam").post("/personer/ny", NEW | {"email": "a.s@exempelby.example"} | sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text
    if "email" not in sent:
        assert 'value="a.s@exempelby.example"' in answer.text
    with town.database.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 5


def test_the_last_administrator_is_told_why_and_keeps_the_account(logged_in, town):
    admin = logged_in("adam")
    path = person_path(town, "adam")
    data = {"name": "Adam", "username": "adam", "email": "a@exempelby.example", "active": "no"}
    answer = admin.post(f"{path}/andra", data)
    assert answer.status_code == 409
    assert "Det måste finnas en systemförvaltare" in answer.text
    assert admin.get(path).status_code == 200


def test_a_role_ends_on_the_day_chosen_and_one_from_today_can_be_taken_back(logged_in, town):
    admin = logged_in("adam")
    path = person_path(town, "nils")
    old = re.search(rf"{path}/roll/(\d+)/avsluta", admin.get(path).text)
    assert old
    assert "ta-bort" not in admin.get(path).text
    assert 'value="2026-11-21"' in admin.get(old[0]).text
    assert location(admin.post(old[0], {"to_day": "2026-12-24"})) == path
    assert "2026-12-24" in admin.get(path).text
    role = {"role": "mas", "unit": "all", "from_day": "2026-11-21"}
    admin.post(f"{path}/roll", role)
    mistake = re.search(rf"{path}/roll/\d+/ta-bort", admin.get(path).text)
    assert mistake
    assert location(admin.post(mistake[0])) == path
    assert "Tog bort en roll" in admin.get(path).text


@pytest.mark.parametrize(
    "path",
    ["/personer/99999", "/personer/99999/andra", "/personer/99999/roll", "/enheter/99999",
     "/enheter/99999/andra", "/personer/0", "/personer/x", f"/personer/{10**30}"],
)  # fmt: skip
def test_what_does_not_exist_is_said_not_to(logged_in, path):
    assert logged_in("adam").get(path).status_code == 404


def test_what_does_not_exist_cannot_be_changed(logged_in):
    admin = logged_in("adam")
    for path in ("/personer/9/engangslosenord", "/personer/1/roll/9/ta-bort", "/enheter/9/stang",
                 "/personer/1/roll/99/avsluta", "/jour/9/ta-bort"):  # fmt: skip
        assert admin.post(path, {}).status_code in (404, 422)


def test_a_long_list_is_turned_page_by_page_and_costs_no_query_for_each_person(logged_in, town):
    admin = logged_in("adam")

    def queries(path) -> int:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_more) -> None:
            seen.append(statement)

        event.listen(town.database.engine, "before_cursor_execute", note)
        assert admin.get(path).status_code == 200
        event.remove(town.database.engine, "before_cursor_execute", note)
        return len(seen)

    few = queries("/personer")
    for n in range(60):
        town.hire(f"vik.{n:02}", Role.CARE_WORKER, at="Björken", name=f"Vikarie {n:02}")
    assert queries("/personer") == few > 0
    first = admin.get("/personer").text
    assert "Sida 1 av 2" in first
    assert "Vikarie 50" not in first
    assert "Vikarie 50" in admin.get("/personer?sida=2").text
    assert "Sida 2 av 2" in admin.get("/personer?sida=99999999999999999999").text
    assert "Sida 1 av 2" in admin.get("/personer?sida=-1").text
    assert "10 personer" in admin.get("/personer?q=vikarie 1").text


def test_a_search_with_odd_signs_is_answered(logged_in):
    admin = logged_in("adam")
    assert "Ingen med det namnet." in admin.get("/personer?q=%25").text
    assert admin.get("/personer?q=%00").status_code == 422
    assert admin.get("/personer?q=" + "x" * 500).status_code == 422
    assert "Nils Östman" in admin.get("/personer?q=ÖST").text


def test_a_unit_is_opened_renamed_closed_and_opened_again(logged_in):
    admin = logged_in("adam")
    page = location(admin.post("/enheter/ny", {"name": "Lunden", "kind": "home_care"}))
    assert "Hemtjänst" in admin.get(page).text
    admin.post(f"{page}/andra", {"name": "Lundens hemtjänst", "kind": "home_care"})
    assert "Namn: Lunden → Lundens hemtjänst" in admin.get(page).text
    assert location(admin.post(f"{page}/stang")) == page
    assert "Stängd" in admin.get("/enheter").text
    assert location(admin.post(f"{page}/oppna")) == page
    assert "Stängd" not in admin.get("/enheter").text


@pytest.mark.usefixtures("reference")
def test_a_unit_with_an_open_case_offers_no_closing_and_refuses_it(logged_in, town):
    admin = logged_in("adam")
    page = f"/enheter/{town.unit('Solgården')}"
    assert "/stang" not in admin.get(page).text
    answer = admin.post(f"{page}/stang")
    assert answer.status_code == 409
    assert "Enheten har 1 öppna ärenden." in answer.text


def spell(town, who="nils", unit="Solgården", **changed):
    with town.database.reading() as session:
        person = session.scalars(select(Person.id).where(Person.username == who)).one()
    data = {"person": str(person), "role": "nurse", "unit": str(town.unit(unit))}
    return data | {"starts_at": "2026-11-21T21:00", "ends_at": "2026-11-22T07:00"} | changed


def test_a_manager_puts_a_nurse_on_duty_and_takes_her_off_again(logged_in, town):
    manager = logged_in("eva")
    assert "Ingen har jour." in manager.get("/jour").text
    assert location(manager.post("/jour/ny", spell(town))) == "/jour?dag=2026-11-21"
    week = manager.get("/jour").text
    assert "21:00–22/11 07:00" in week
    assert "21/11 21:00–07:00" in week
    (remove,) = re.findall(r"/jour/\d+/ta-bort", week)
    assert location(manager.post(remove)) == "/jour"
    assert "Nils" not in manager.get("/jour").text


def test_a_manager_sees_the_other_units_duty_but_cannot_change_it(logged_in, town):
    admin, manager = logged_in("adam"), logged_in("eva")
    admin.post("/jour/ny", spell(town, "olle", "Björken"))
    week = manager.get("/jour").text
    assert "Olle" in week
    assert "ta-bort" not in week
    (remove,) = re.findall(r"/jour/\d+/ta-bort", admin.get("/jour").text)
    assert manager.post(remove).status_code == 403
    answer = manager.post("/jour/ny", spell(town, "olle", "Björken"))
    assert answer.status_code == 422
    with town.database.reading() as session:
        assert len(session.scalars(select(OnDutySpell)).all()) == 1


@pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30", "2026-11-21"])
def test_a_week_that_cannot_be_shown_is_the_present_one(logged_in, day):
    answer = logged_in("eva").get(f"/jour?dag={day}")
    assert answer.status_code == 200
    assert "Lördag 21 november" in answer.text


def test_another_week_is_shown_when_asked_for(logged_in):
    assert "Torsdag 24 december" in logged_in("eva").get("/jour?dag=2026-12-24").text


def read_by(town, username, at, action="case", reference=None) -> None:
    with town.database.transaction() as session:
        person = session.scalars(select(Person.id).where(Person.username == username)).one()
        case = session.scalar(select(Case).where(Case.reference == reference))
        session.add(
            AccessLogEntry(
                at=at, person_id=person, role="nurse", action=action, allowed=True,
                case_id=case.id if case else None, patient_id=case.patient_id if case else None,
                unit_id=case.unit_id if case else None,
            )
        )  # fmt: skip


def log_of(town) -> list[tuple[str, int | None]]:
    with town.database.reading() as session:
        rows = session.execute(
            select(AccessLogEntry.action, AccessLogEntry.case_id).order_by(AccessLogEntry.id)
        )
        return [(action, case_id) for action, case_id in rows]


def rows_in(page: str) -> int:
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return body[1].count("<tr>") if body else 0


def test_the_mas_sees_who_has_read_whose_case_and_that_is_noted_too(
    logged_in, town, clock, reference
):
    read_by(town, "nils", clock(), reference=reference)
    mas = logged_in("mia")
    page = mas.get("/atkomstlogg").text
    for words in ("Nils Östman", "Sjuksköterska", "Läste ärendet", reference, PATIENT,
                  "18900101-9802", "Solgården", "lör 21 nov"):  # fmt: skip
        assert words in page
    assert log_of(town)[-1] == ("access_log", None)
    mas.get(f"/atkomstlogg?reference={reference.lower()}")
    assert log_of(town)[-1][1] is not None


def test_the_log_is_narrowed_by_person_case_and_days(logged_in, town, reference):
    # Half past midnight in Stockholm is the day before in UTC.
    for username, day in (("nils", 10), ("olle", 10), ("olle", 12)):
        at = datetime(2026, 11, day - 1, 23, 30, tzinfo=UTC)
        read_by(town, username, at, reference=reference if username == "nils" else None)
    mas = logged_in("mia")

    def found(**asked) -> int:
        return rows_in(mas.get("/atkomstlogg", query_string=asked).text)

    assert found(person="olle") == 2
    assert found(person="ÖSTMAN") == 1
    assert found(reference=reference) == 1
    assert found(from_day="2026-11-10", to_day="2026-11-10") == 2
    assert found(person="olle", from_day="2026-11-11", to_day="2026-11-20") == 1
    assert found(to_day="2026-11-09") == 0


def test_a_faulty_filter_is_told_beside_its_field_and_reads_nothing(logged_in, town):
    mas = logged_in("mia")
    before = log_of(town)
    for asked in ("from_day=x", "to_day=2026-02-30", "person=%00", "reference=" + "x" * 21):
        answer = mas.get(f"/atkomstlogg?{asked}")
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert rows_in(answer.text) == 0
    assert log_of(town) == before


def test_a_long_log_is_turned_page_by_page_with_its_filter(logged_in, town, clock):
    for n in range(101):
        read_by(town, "nils", clock() - timedelta(minutes=n))
    mas = logged_in("mia")
    first = mas.get("/atkomstlogg?person=nils").text
    assert rows_in(first) == 100
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    second = mas.get(onward[1].replace("&amp;", "&")).text
    assert rows_in(second) == 1
    assert "Sida 2 av 2" in second


def test_a_printed_log_says_who_printed_it_and_what_was_chosen(logged_in):
    page = logged_in("mia").get("/atkomstlogg?person=nils").text
    assert "utskriven lör 21 nov" in page
    assert "av Mia. Urval: Vem nils" in page


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def assert_accessible(page) -> None:
    assert page.locator("h1").bounding_box()["width"] > 50  # else no text is drawn, nor checked
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_page_is_accessible_on_a_phone_also_with_its_errors(phone, address, town):
    page = phone

    def log_in(username, password) -> None:
        page.goto(f"{address}/logga-in")
        page.fill("#f-username", username)
        page.fill("#f-password", password)
        page.click("main button[type=submit]")

    log_in("adam", "fel lösenord här")
    assert page.locator("[role=alert]").is_visible()
    assert_accessible(page)
    page.goto(f"{address}/tillganglighet")
    assert_accessible(page)
    log_in("adam", PASSWORD)
    person = person_path(town, "nils")
    for path in ("/personer", "/personer/ny", person, f"{person}/roll", "/enheter", "/enheter/1",
                 "/jour", "/jour/ny", "/jour/vecka/ny", "/jour/franvaro/ny",
                 "/jour/las-in", "/losenord"):  # fmt: skip
        page.goto(address + path)
        assert_accessible(page)
    page.goto(f"{address}/personer/ny")
    page.click("main button[type=submit]")
    assert page.locator("#fel").is_visible()
    assert_accessible(page)
    page.context.clear_cookies()
    log_in("mia", PASSWORD)
    for path in ("/atkomstlogg", "/atkomstlogg?person=mia", "/atkomstlogg?from_day=x"):
        page.goto(address + path)
        assert_accessible(page)
