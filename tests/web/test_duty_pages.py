"""Weekly duty, absences and rosters read in, as a manager and an administrator meet them."""

import hashlib
import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from cases.accounts import LoginSession
from cases.duty import WeeklyDuty
from cases.people import OnDutySpell, Person
from tests.web.conftest import Browser
from tests.web.parish import BROWSER
from web.cli import main
from workflow.roles import Role

ROSTER = (
    "användarnamn;roll;enhet;börjar;slutar\n"
    "nils;sjuksköterska;Solgården;2026-11-23 21:30;2026-11-24 07:00\n"
    "nora;sjuksköterska;Solgården;2026-11-24 21:30;2026-11-25 07:00\n"
)
FAULTY = ROSTER + "ingen;sjuksköterska;Solgården;2026-11-24 21:30;nyss\n"


@pytest.fixture(autouse=True)
def people(town):
    """The clock stands at nine on Saturday 21 November."""
    town.hire("adam", Role.ADMINISTRATOR)
    town.hire("eva", Role.UNIT_MANAGER, at="Solgården")
    town.hire("nils", Role.NURSE, at="Solgården", name="Nils Östman")
    town.hire("nora", Role.NURSE, at="Solgården", name="Nora Nilsson")
    town.hire("olle", Role.NURSE, at="Björken", name="Olle Olsson")


@pytest.fixture
def logged_in(app, town, clock):
    """As after the login, without its slow password; to be done again when hours have gone."""

    def come(who):
        client, token = app.test_client(), uuid4().hex
        client.environ_base["HTTP_USER_AGENT"] = BROWSER
        with town.database.transaction() as session:
            session.add(
                LoginSession(
                    token_hash=hashlib.sha256(token.encode()).hexdigest(), created_at=clock(),
                    person_id=int(id_of(town, who)), last_seen_at=clock(), must_change=False,
                )
            )  # fmt: skip
        with client.session_transaction() as cookie:
            cookie.update(_user_id=token, _id=BROWSER, _fresh=True)
        return Browser(client)

    return come


def location(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def id_of(town, who):
    with town.database.reading() as session:
        return str(session.scalars(select(Person.id).where(Person.username == who)).one())


def pattern(town, **changed):
    return {
        "person": id_of(town, "nils"), "role": "nurse", "unit": str(town.unit("Solgården")),
        "weekdays": ["4", "5"], "starts": "21:30", "ends": "7.00", "every_weeks": "2",
        "from_day": "2026-11-21",
    } | changed  # fmt: skip


def absence(town, **changed):
    return {
        "person": id_of(town, "nils"), "substitute": id_of(town, "nora"),
        "starts_at": "2026-11-21T12:00", "ends_at": "2026-11-23T08:00",
    } | changed  # fmt: skip


def spells(town):
    with town.database.reading() as session:
        return session.scalar(select(func.count()).select_from(OnDutySpell))


# Weekly duty


def test_an_empty_roster_says_where_reminders_go_and_what_to_do(logged_in):
    page = logged_in("eva").get("/jour").text
    assert "Ingen har jour just nu. Påminnelser går till alla med rollen på enheten." in page
    assert "Ingen har jour som kommer tillbaka varje vecka." in page
    assert "Ingen är borta." in page
    assert "/jour/las-in" in page


def test_weekly_duty_stands_in_its_weeks_beside_the_spells(logged_in, town):
    manager = logged_in("eva")
    assert location(manager.post("/jour/vecka/ny", pattern(town))) == "/jour#veckojour"
    week = manager.get("/jour").text
    assert "<strong>Fredag 21:30–07:00</strong> Nils Östman" in week
    assert week.count("Varannan vecka") == 2
    assert week.count("21:30–22/11 07:00") == 1
    assert "21/11 21:30–07:00" in week
    assert "27/11" not in week
    assert "21:30–5/12 07:00" in manager.get("/jour?dag=2026-12-03").text


def test_weekly_duty_to_come_is_removed_and_one_that_goes_on_gets_a_last_day(
    logged_in, town, clock
):
    manager = logged_in("eva")
    manager.post("/jour/vecka/ny", pattern(town))
    first, second = sorted(set(re.findall(r"/jour/vecka/\d+/ta-bort", manager.get("/jour").text)))
    assert location(manager.post(first)) == "/jour#veckojour"
    end = second.replace("ta-bort", "avsluta")
    assert 'value="2026-11-21"' in manager.get(end).text
    clock.forward(days=14)
    manager = logged_in("eva")
    answer = manager.post(end, {"to_day": "2026-11-30"})
    assert (answer.status_code, "Välj i går eller en senare dag." in answer.text) == (422, True)
    assert manager.post(second).status_code == 409
    assert location(manager.post(end, {"to_day": "2026-12-04"})) == "/jour#veckojour"
    assert "Lördag 21:30" not in manager.get("/jour").text
    assert "Satte slutdatum för veckojour" in logged_in("adam").get(
        f"/personer/{id_of(town, 'nils')}"
    ).text  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"starts": "25:00"}, "Skriv klockslaget så här: 21:30"),
        ({"weekdays": []}, "Välj minst ett alternativ."),
        ({"from_day": "2026-11-20"}, "Välj i dag eller en senare dag."),
        ({"to_day": "2026-11-20"}, "Slutdagen ligger före startdagen."),
        ({"role": "physiotherapist"}, "Personen har inte den rollen i någon enhet."),
        ({"starts": "23:00", "ends": "23:30"}, "Personen har redan jour där under den tiden."),
    ],
)
def test_weekly_duty_that_cannot_be_is_told_and_what_was_typed_stays(
    logged_in, town, changed, said
):
    manager = logged_in("eva")
    manager.post("/jour/vecka/ny", pattern(town))
    answer = manager.post("/jour/vecka/ny", pattern(town, **changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{changed.get("ends", "7.00")}"' in answer.text
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WeeklyDuty)) == 2


def test_the_other_week_of_two_may_be_somebody_elses_or_ones_own(logged_in, town):
    manager = logged_in("eva")
    manager.post("/jour/vecka/ny", pattern(town))
    other = pattern(town, from_day="2026-11-23")
    assert manager.post("/jour/vecka/ny", other).status_code == 303


def test_another_units_weekly_duty_is_seen_and_not_changed(logged_in, town):
    of_olle = pattern(town, person=id_of(town, "olle"), unit=str(town.unit("Björken")))
    logged_in("adam").post("/jour/vecka/ny", of_olle)
    manager = logged_in("eva")
    week = manager.get("/jour").text
    assert "Olle Olsson" in week
    assert "/jour/vecka/1" not in week
    for path in ("/jour/vecka/1/ta-bort", "/jour/vecka/1/avsluta"):
        assert manager.post(path, {"to_day": "2026-11-21"}).status_code == 403
    assert manager.get("/jour/vecka/1/avsluta").status_code == 403
    assert manager.get("/jour/vecka/99/avsluta").status_code == 404


# Absences


def test_who_is_away_and_who_stands_in_is_said_beside_the_duty(logged_in, town, clock):
    manager = logged_in("eva")
    manager.post("/jour/vecka/ny", pattern(town))
    assert location(manager.post("/jour/franvaro/ny", absence(town))) == "/jour#franvaro"
    week = re.sub(r"\s+", " ", manager.get("/jour").text)
    assert "Borta</span> Vikarie: Nora Nilsson" in week
    clock.forward(hours=4)
    manager = logged_in("eva")
    week = manager.get("/jour").text
    assert "Tillbaka nu" in week
    (end,) = re.findall(r"/jour/franvaro/\d+/avsluta", week)
    assert location(manager.post(end)) == "/jour#franvaro"
    assert "Ingen är borta." in manager.get("/jour").text
    assert manager.post(end).status_code == 409


def test_an_absence_begins_from_the_persons_own_page(logged_in, town):
    admin, person = logged_in("adam"), id_of(town, "olle")
    assert f"/jour/franvaro/ny?person={person}" in admin.get(f"/personer/{person}").text
    form = admin.get(f"/jour/franvaro/ny?person={person}").text
    assert f'<option value="{person}" selected>' in form


def test_an_absence_that_cannot_be_is_told_and_what_was_typed_stays(logged_in, town):
    wrong = absence(town, substitute=id_of(town, "nils"))
    answer = logged_in("eva").post("/jour/franvaro/ny", wrong)
    assert answer.status_code == 422
    assert "Välj någon annan som vikarie." in answer.text
    assert 'value="2026-11-21T12:00"' in answer.text


# Rosters read in


def test_a_file_is_looked_through_before_it_is_put_in(logged_in, town):
    manager = logged_in("eva")
    file = (BytesIO(ROSTER.encode("cp1252")), "jour.csv")
    preview = manager.post("/jour/las-in", {"file": file}, content_type="multipart/form-data")
    assert preview.status_code == 200
    assert "2 nya jourpass" in preview.text
    assert "Nils Östman" in preview.text
    assert spells(town) == 0
    (kept,) = re.findall(r'name="text" value="([^"]*)"', preview.text)
    sent = {"text": kept.replace("&#34;", '"'), "carry_out": "yes"}
    assert location(manager.post("/jour/las-in", sent)) == "/jour?dag=2026-11-23"
    assert spells(town) == 2
    again = manager.post("/jour/las-in", {"text": ROSTER})
    assert "Inget nytt att lägga in" in again.text
    assert "2 pass finns redan" in again.text


def test_wrong_rows_are_listed_and_the_pasted_text_is_kept(logged_in, town):
    for sent in ({"text": FAULTY}, {"text": FAULTY, "carry_out": "yes"}):
        answer = logged_in("eva").post("/jour/las-in", sent)
        assert answer.status_code == 422
        assert "Rad 4: Slutar: Skriv datum och klockslag." in answer.text
        assert "21:30;nyss" in answer.text
    assert spells(town) == 0


def test_a_calendar_file_asks_for_role_and_unit(logged_in, town):
    text = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:nora\nDTSTART:20261123T203000Z\n"
        "DTEND:20261124T060000Z\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    manager = logged_in("eva")
    answer = manager.post("/jour/las-in", {"text": text})
    assert answer.status_code == 422
    assert "Välj roll och enhet: det står inte i en kalenderfil." in answer.text
    beside = {"role": "nurse", "unit": str(town.unit("Solgården"))}
    assert "3 nya jourpass" in manager.post("/jour/las-in", {"text": text} | beside).text
    sent = {"text": text, "carry_out": "yes"} | beside
    assert manager.post("/jour/las-in", sent).status_code == 303
    assert spells(town) == 3
    elsewhere = beside | {"unit": str(town.unit("Björken"))}
    assert manager.post("/jour/las-in", {"text": text} | elsewhere).status_code == 422


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"PK\x03\x04", b"namn\n", b"BEGIN:VCALENDAR"]
)
def test_what_is_no_roster_is_told_beside_the_field(logged_in, content):
    file = (BytesIO(content), "jour.csv")
    answer = logged_in("eva").post(
        "/jour/las-in", {"file": file, "role": "nurse"}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert 'id="f-file-error"' in answer.text


# The command


def test_a_roster_is_read_in_from_the_command_line(town, sqlite_url, tmp_path: Path):
    def run(text, *more):
        file = tmp_path / "jour.csv"
        file.write_text(text, encoding="utf-8")
        words = ["roster", "import", str(file), *more]
        done = CliRunner().invoke(main, words, env={"VARDTRAD_DATABASE_URL": sqlite_url})
        return done.exit_code, done.output

    past = ROSTER.replace("2026-11", "2099-11")
    assert run(past, "--by", "adam", "--dry-run") == (
        0, "Skulle lägga in 2 jourpass. 0 fanns redan, 0 är redan slut.\n",
    )  # fmt: skip
    assert spells(town) == 0
    assert run(past, "--by", "adam")[1].startswith("La in 2 jourpass.")
    assert run(past, "--by", "adam")[1].startswith("La in 0 jourpass. 2 fanns redan")
    code, output = run(FAULTY.replace("2026-11", "2099-11"), "--by", "adam")
    assert (code, "rad 4: Slutar: Skriv datum och klockslag." in output) == (2, True)
    assert run(past, "--by", "nils")[0] == run(past, "--by", "ingen")[0] == 2
    assert run("namn\n", "--by", "adam")[0] == 2
    assert spells(town) == 2
