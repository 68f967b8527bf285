"""The lists as pages: what they say, whom they say it to, and what they never say."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from cases.access_log import AccessLogEntry
from cases.models import CaseStep
from cases.people import PatientConference, Person
from notifications.channels import channel_for
from notifications.compose import Sender
from notifications.outbox import deliver
from notifications.sweep import sweep
from tests.cases.village import Village
from tests.web.conftest import Browser, Clock
from web.app import create_app
from web.settings import read_settings
from workflow.moments import day_of
from workflow.roles import Role

LISTS = ("/", "/tavla", "/forsenat", "/konferenser", "/sok", "/rutiner", "/rutiner/deviation")


@pytest.fixture
def village(app: Flask, password_hash: str) -> Village:
    """Its people have the password of the municipality."""
    wiring = app.extensions["vardtrad"]
    village = Village(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    return village


@pytest.fixture
def see(
    village: Village, clock: Clock, logged_in: Callable[[str], Browser]
) -> Callable[..., TestResponse]:
    """Opens, or with a form sends to, a page as somebody, at the village's moment."""
    browsers: dict[str, Browser] = {}

    def open_page(who: str, path: str, form: Any = None, **more: Any) -> TestResponse:
        clock.now = village.now
        browser = browsers.get(who) or browsers.setdefault(who, logged_in(who))
        return browser.get(path, **more) if form is None else browser.post(path, form, **more)

    return open_page


def words(answer: TestResponse) -> str:
    """The text of the page's main part, on one line."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())


def menu(answer: TestResponse) -> list[str]:
    nav = answer.text.partition('<ul class="nav">')[2].partition("</ul>")[0]
    return [unescape(label) for label in re.findall(r">([^<>]+)</a>", nav)]


def sweep_now(village: Village) -> None:
    sweep(village.database, village.routines, village.now)


def reads(village: Village, action: str) -> list[tuple[int | None, int | None]]:
    with village.database.reading() as session:
        rows = session.execute(
            select(AccessLogEntry.case_id, AccessLogEntry.patient_id).where(
                AccessLogEntry.action == action
            )
        )
        return [(case_id, patient_id) for case_id, patient_id in rows]


# My work


def test_my_work_answers_first_what_to_do_and_how_long_is_left(village, see):
    village.report()
    village.wait(hours=2, minutes=30)
    village.report()
    text = words(see("nina", "/"))
    assert "2 steg att göra, 1 är försenat" in text
    assert text.index("35 min sen") < text.index("1 h 55 min kvar")


def test_my_work_tells_what_i_have_taken_and_what_is_first_another_professions(village, see):
    village.claim("nina", village.report(), "assess")
    village.report(kind="rehabilitation")
    text = words(see("nina", "/"))
    assert "AVV-2026-0001 · Fall · Tallen · du har tagit det" in text
    assert "AVV-2026-0002 · Rehabilitering eller träning · Tallen · i första hand fysio" in text


def test_no_work_is_a_message_with_the_time_of_the_last_sweep(village, see):
    assert "Tiderna har inte kontrollerats än." in words(see("nina", "/"))
    sweep_now(village)
    village.wait(minutes=1)
    assert "inget att göra just nu. Tiderna kontrollerades senast 08:30." in words(see("nina", "/"))


def test_a_reporter_reads_where_it_stands_and_that_feedback_has_come(village, see):
    reference = village.report()
    assert "Fall Rapporterad AVV-2026-0001" in words(see("siv", "/"))
    village.do_all(reference, "mas_review")
    text = words(see("siv", "/"))
    assert "Fall Granskas av MAS" in text
    assert "du har fått återkoppling" in text


# The board


def test_the_board_says_how_long_what_where_and_who_is_on_duty(village, see):
    village.report()
    village.on_duty("nina", Role.NURSE)
    village.wait(minutes=40)
    text = words(see("nina", "/tavla"))
    assert "1 steg kan inte vänta" in text
    assert "1 h 15 min kvar Bedöm om hembesök behövs AVV-2026-0001 · Fall · Tallen" in text
    assert "I tjänst: Nina Nord" in text
    assert "sjuksköterska, hela kommunen, till tis 24 nov. 2026 16:30" in text


def test_a_board_without_anybody_on_duty_says_who_is_asked_instead(village, see):
    village.report()
    text = words(see("nina", "/tavla"))
    assert "Ingen i tjänst. Sjuksköterska på enheten." in text
    assert "Ingen står i jourlistan just nu." in text


def test_the_board_reads_itself_again_unless_it_is_asked_to_stand_still(see):
    moving = see("nina", "/tavla").text
    assert 'hx-trigger="every 30s"' in moving
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in moving
    still = see("nina", "/tavla?stilla=1").text
    assert "hx-get" not in still
    assert "refresh" not in still


def test_a_board_that_reads_itself_after_the_login_has_ended_goes_to_the_login(village, see):
    see("nina", "/tavla")
    village.wait(hours=13)
    answer = see("nina", "/tavla", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/logga-in?vidare=/tavla"
    assert see("nina", "/tavla").status_code == 303


# Overdue


def test_overdue_counts_for_each_unit_and_is_narrowed_by_the_address(village, see):
    village.report()
    village.report("otto", unit="granen", patient=str(village.patients[2]), kind="rehabilitation")
    village.report(kind="pressure_ulcer")
    village.wait(hours=3)
    text = words(see("mats", "/forsenat"))
    assert "3 steg är försenade" in text
    assert "2 Tallen 1 Granen" in text
    assert "3 steg, det mest försenade först" in text
    narrowed = words(see("mats", "/forsenat?enhet=tallen&typ=fall"))
    assert "1 steg, det mest försenade först" in narrowed
    assert "3 steg är försenade" in narrowed
    assert "Inget försenat steg passar" in words(see("mats", "/forsenat?steg=consent"))


def test_a_manager_sees_the_overdue_of_the_own_unit_only(village, see):
    village.report("otto", unit="granen", patient=str(village.patients[2]))
    village.wait(hours=3)
    answer = see("ulla", "/forsenat")
    assert "Inga försenade steg." in words(answer)
    assert "Försenat" in menu(answer)
    assert "Försenat (1)" in menu(see("mats", "/forsenat"))


def test_overdue_says_who_has_it_who_has_been_told_and_who_is_next(village, see, tmp_path):
    village.claim("arne", village.report(), "assess")
    village.wait(hours=2)
    sweep_now(village)
    assert "Arne Ask mejl på väg" in words(see("mats", "/forsenat"))
    deliver(
        village.database, village.routines, channel_for("", str(tmp_path)),
        Sender("a@exempelby.example", "http://127.0.0.1", "k" * 32), village.now,
    )  # fmt: skip
    text = words(see("mats", "/forsenat"))
    assert "Arne Ask, sjuksköterska" in text
    assert "Ulla Udd tis 24 nov. 2026 10:30" in text
    assert "Nästa: Verksamhetschef HSL, tis 24 nov. 2026 11:25" in text


def test_a_role_that_nobody_holds_stands_in_red_above_the_list(village, see):
    village.report()
    village.wait(hours=3, minutes=5)
    sweep_now(village)
    text = words(see("mats", "/forsenat"))
    assert "Ingen gick att nå Verksamhetschef HSL saknas för Tallen: AVV-2026-0001" in text


def test_a_sweep_that_stands_still_is_told_to_those_who_watch(village, see):
    warning = "Påminnelserna står still."
    assert warning in words(see("mats", "/forsenat"))
    sweep_now(village)
    village.wait(seconds=99)
    assert warning not in words(see("mats", "/forsenat"))
    village.wait(seconds=2)
    answer = see("mats", "/forsenat")
    assert warning in words(answer)
    assert '<p class="late">' in answer.text


# Conferences


def announced(village: Village) -> str:
    reference: str = village.report()
    village.do_all(reference, "conference")
    return reference


def test_the_agenda_leads_to_the_step_and_each_case_shown_is_logged(village, see):
    reference = announced(village)
    village.report()
    answer = see("nina", "/konferenser")
    text = words(answer)
    assert "Dagordning tisdag 24 november" in text
    assert "Test Persson född 1890 AVV-2026-0001 Fall Patientkonferens" in text
    assert "Samtycke: Ja, samtycker" in text
    assert "AVV-2026-0002 Fall Rapporterad · Patienten är inte tillfrågad" in text
    step_id, _revision = village.step(reference, "discuss")
    assert f'href="/steg/{step_id}"' in answer.text
    first, second = village.patients[:2]
    assert sorted(reads(village, "conference"), key=str) == [
        (1, first), (2, first), (None, first), (None, second),
    ]  # fmt: skip


def test_a_conference_of_another_unit_or_a_day_that_is_none(see):
    assert see("nina", "/konferenser?enhet=granen").status_code == 404
    assert see("nina", "/konferenser?dag=i-morgon").status_code == 200
    assert see("mats", "/konferenser?enhet=granen").status_code == 200


def test_a_waiting_patient_is_taken_up_once_however_often_the_button_is_pressed(village, see):
    second = village.patients[1]
    for _press in range(2):
        answer = see("nina", "/konferenser/tas-upp", {"patient": second})
        assert answer.location == "/konferenser?enhet=tallen#vantar"
    with village.database.reading() as session:
        (noted,) = session.scalars(select(PatientConference))
        assert (noted.patient_id, noted.held_on) == (second, day_of(village.now))
    assert see("nina", "/konferenser/tas-upp", {"patient": village.patients[2]}).status_code == 404
    assert see("nina", "/konferenser/tas-upp", {"patient": "x"}).status_code == 404


# Searching


def test_one_reference_leads_straight_to_its_case(village, see):
    village.report()
    assert see("siv", "/sok", {"sok": "avv 20260001"}).location == "/arende/AVV-2026-0001"


def test_several_cases_are_listed_without_their_patients(village, see):
    village.report()
    village.act("ulla", village.report())
    text = words(see("siv", "/sok", {"sok": "AVV-2026"}))
    assert "2 ärenden" in text
    assert "Återkallad AVV-2026-0002" in text
    assert "Persson" not in text


def test_a_patient_search_is_logged_and_lies_in_no_address(village, see):
    village.report()
    answer = see("nina", "/sok", {"sok": "189001-"})
    assert "189001" not in answer.request.url
    assert "18900101-9802 · Tallen" in words(answer)
    assert sorted(reads(village, "search")) == [(None, patient) for patient in village.patients[:2]]


def test_a_care_worker_finds_no_patient_by_name(village, see):
    text = words(see("siv", "/sok", {"sok": "persson"}))
    assert "Inget ärende börjar så." in text
    assert "Test Persson" not in text
    assert reads(village, "search") == []


@pytest.mark.parametrize("typed", ["", "a", "x" * 101, "A\0VV", "<script>", "a\u202eb"])
def test_what_cannot_be_searched_for_is_told_beside_the_field(see, typed):
    answer = see("nina", "/sok", {"sok": typed})
    assert answer.status_code == 422
    assert 'id="f-sok-error"' in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]


# Routines and mailbox


def test_a_routine_is_read_part_by_part_and_drawn(see):
    answer = see("siv", "/rutiner/deviation")
    assert '<h2 id="del-2">1. Rapporterad</h2>' in answer.text
    assert "2 timmar räknat från telefonsamtalet" in words(answer)
    assert "kan gå tillbaka till Patientkonferens" in words(answer)
    assert "Avvikelse" in words(see("siv", "/rutiner"))
    drawn = see("siv", "/rutiner/deviation.mmd")
    assert drawn.text.startswith("stateDiagram-v2")
    assert drawn.mimetype == "text/plain"
    assert see("siv", "/rutiner/finns-inte").status_code == 404


def test_the_mailbox_exists_in_the_practice_town_alone(app, village, see, clock, tmp_path):
    assert see("mats", "/postlada").status_code == 404
    village.report()
    village.wait(hours=2)
    sweep_now(village)
    deliver(
        village.database, village.routines, channel_for("", str(tmp_path)),
        Sender("a@exempelby.example", "http://127.0.0.1", "k" * 32), village.now,
    )  # fmt: skip
    settings = app.extensions["vardtrad"].settings
    practice = create_app(read_settings({}, database_url=settings.database_url, demo=True), clock)
    browser = Browser(practice.test_client())
    clock.now = village.now
    browser.log_in("mats")
    answer = browser.get("/postlada")
    practice.extensions["vardtrad"].database.engine.dispose()
    assert "Postlåda" in menu(answer)
    assert "Till Nina Nord, nina@a.example" in words(answer)
    assert "/arende/AVV-2026-0001" in answer.text


# The frame


@pytest.mark.parametrize(
    ("who", "items"),
    [
        ("siv", ["Mina steg", "Rapportera", "Nytt ärende", "Sök", "Rutiner"]),
        (
            "nina",
            [
                "Mina steg", "Rapportera", "Nytt ärende", "Tavla 2 h", "Konferenser",
                "SIP och utskrivning", "Sök", "Rutiner",
            ],
        ),
        (
            "mats",
            [
                "Mina steg", "Rapportera", "Nytt ärende", "Tavla 2 h", "Försenat", "Konferenser",
                "SIP och utskrivning", "Sök", "Statistik", "Åtkomstlogg", "Drift (larm)",
                "Rutiner",
            ],
        ),
        ("ada", ["Personer", "Enheter", "Jour", "Webhookar", "Drift (larm)", "Rutiner"]),
    ],
)  # fmt: skip
def test_each_role_has_the_menu_of_what_it_may_open(see, who, items):
    answer = see(who, "/rutiner")
    assert menu(answer) == items
    assert re.findall(r'href="([^"]+)" aria-current="page"', answer.text) == ["/rutiner"]
    for path in re.findall(r'<li><a href="(/[^"]*)"', answer.text):
        assert see(who, path).status_code == 200


def test_the_frame_names_the_person_and_the_units(see):
    assert "<strong>Nina Nord</strong> <span>Tallen</span>" in see("nina", "/").text
    assert "<span>Hela kommunen</span>" in see("mats", "/").text


def test_somebody_not_logged_in_gets_the_frame_without_a_menu(browser):
    page = browser.get("/logga-in").text
    assert '<ul class="nav">' not in page
    assert "data-idle-seconds" not in page
    assert '<button type="submit" name="language" value="en"' in page


def test_a_file_costs_no_visit_to_the_database(village, see):
    see("nina", "/")
    statements: list[str] = []
    engine = village.database.engine
    event.listen(engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    see("nina", "/static/vard.css").close()
    assert statements == []


@pytest.mark.parametrize("who", ["siv", "nina", "ulla", "mats"])
def test_lists_that_log_no_read_show_no_patient_and_nothing_typed(village, see, who):
    reference = village.report()
    village.do_all(reference, "follow_up")
    village.report(what_happened="Hemligt.")
    village.wait(days=30)
    sweep_now(village)
    for path in ("/", "/tavla", "/forsenat", "/rutiner"):
        page = see(who, path).text
        for secret in ("Persson", "18900101", "Hemligt", "golvet", "Nattlampa"):
            assert secret not in page


def test_every_list_asks_for_a_login(browser):
    for path in LISTS:
        assert browser.get(path).location.startswith("/logga-in")


def test_every_list_is_there_in_english_too(village, see):
    announced(village)
    village.report()
    village.wait(hours=3)
    see("mats", "/sprak", {"language": "en"})
    for path in LISTS:
        answer = see("mats", path)
        assert answer.status_code == 200
        assert '<html lang="en"' in answer.text


def test_a_step_in_my_work_leads_to_that_step(village, see):
    village.report()
    (path,) = set(re.findall(r'href="(/steg/\d+)"', see("nina", "/").text))
    with village.database.reading() as session:
        step = session.get_one(CaseStep, int(path.rpartition("/")[2]))
        assert step.key == "assess"
