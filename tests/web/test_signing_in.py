"""Logging in, staying logged in, and being sent where one was going."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from cases.accounts import LoginSession, one_time_password, set_password
from cases.people import Person
from cases.throttling import LoginAttempt
from tests.web.conftest import PASSWORD, Browser
from web.app import create_app
from web.demo import PASSWORD as DEMO_PASSWORD
from web.settings import read_settings
from workflow.roles import Role

NEW = "fyra nya ord här"


@pytest.fixture(autouse=True)
def people(town):
    town.hire("nils", Role.NURSE, at="Solgården")
    town.hire("adam", Role.ADMINISTRATOR)


def cookie_of(browser):
    return browser.client.get_cookie("vardtrad").value


def location(answer):
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_the_right_password_leads_to_the_persons_own_work(browser):
    assert location(browser.log_in("nils")) == "/"
    assert "Nils" in browser.get("/losenord").text


def test_an_administrator_without_patients_comes_to_the_list_of_people(browser):
    assert location(browser.log_in("adam")) == "/personer"


def test_the_user_name_may_be_typed_with_capitals_and_spaces(browser):
    assert location(browser.log_in(" Nils ")) == "/"


def test_a_stranger_is_sent_to_the_login_and_then_to_the_page_asked_for(browser):
    asked = location(browser.get("/losenord"))
    assert asked == "/logga-in?vidare=/losenord"
    assert 'name="vidare" value="/losenord"' in browser.get(asked).text
    assert location(browser.log_in("nils", vidare="/losenord")) == "/losenord"


def test_a_form_sent_after_the_login_has_ended_leads_back_to_the_page_it_stood_on(browser):
    sent = browser.post("/logga-ut", headers={"Referer": "http://localhost/losenord?x=1"})
    assert location(sent) == "/logga-in?vidare=/losenord"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "/a\r\nSet-Cookie: x=y", "/%0a\x00", "\\/evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site_after_the_login(browser, elsewhere):
    assert location(browser.log_in("nils", vidare=elsewhere)) == "/"


@pytest.mark.parametrize("referer", ["https://evil.example/losenord", "http://[", "//localhost"])
def test_nobody_is_sent_to_another_site_by_choosing_a_language(browser, referer):
    answer = browser.post("/sprak", {"language": "en"}, headers={"Referer": referer})
    assert location(answer) == "/"


def test_the_language_is_chosen_on_any_page_and_outlives_the_login(browser):
    referer = {"Referer": "http://localhost/tillganglighet"}
    answer = browser.post("/sprak", {"language": "en"}, headers=referer)
    assert location(answer) == "/tillganglighet"
    browser.log_in("nils")
    assert '<html lang="en"' in browser.get("/tillganglighet").text


def test_a_language_that_is_not_offered_changes_nothing(browser):
    browser.post("/sprak", {"language": "<script>"})
    assert '<html lang="sv"' in browser.get("/tillganglighet").text


def refusal(answer) -> str:
    assert answer.status_code == 422
    found = re.search(r'role="alert">([^<]+)</p>', answer.text)
    assert found
    return found[1]


def test_unknown_wrong_and_closed_all_get_the_same_answer(browser, town):
    town.hire("gamla", Role.NURSE, at="Solgården", active=False)
    wrong = refusal(browser.log_in("nils", "fel lösenord här"))
    assert wrong == "Användarnamnet eller lösenordet stämmer inte."
    assert refusal(browser.log_in("ingen")) == refusal(browser.log_in("gamla")) == wrong


@pytest.mark.parametrize("username", ["", "a\x00b", "å" * 5000, "' OR 1=1 --", "<script>"])
def test_an_odd_user_name_is_an_unknown_one(browser, username):
    answer = browser.log_in(username)
    assert refusal(answer)
    assert "<script>" not in answer.text


def test_a_password_of_a_megabyte_is_a_wrong_one(browser):
    assert refusal(browser.log_in("nils", "x" * 1_000_000))


def test_after_five_failures_even_the_right_password_has_to_wait(browser, clock):
    for _n in range(5):
        refusal(browser.log_in("nils", "fel lösenord här"))
    waiting = browser.log_in("nils")
    assert waiting.status_code == 429
    assert "Försök igen om 1 min." in waiting.text
    assert 'value="nils"' in waiting.text
    clock.forward(minutes=1)
    assert location(browser.log_in("nils")) == "/"


def test_a_cookie_from_before_the_login_is_worth_nothing_after_it(browser, app):
    browser.get("/tillganglighet")
    before = cookie_of(browser)
    browser.log_in("nils")
    assert cookie_of(browser) != before
    other = app.test_client()
    other.set_cookie("vardtrad", before)
    assert location(other.get("/losenord")).startswith("/logga-in")


def test_the_form_of_a_page_opened_before_the_login_is_refused_after_it(browser):
    page = browser.get("/tillganglighet").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    browser.log_in("nils")
    assert token
    answer = browser.client.post("/logga-ut", data={"csrf_token": token[1]})
    assert answer.status_code == 400


def test_logging_in_without_the_pages_token_is_refused(browser):
    answer = browser.client.post("/logga-in", data={"username": "nils", "password": PASSWORD})
    assert answer.status_code == 400


def test_a_copied_cookie_is_worth_nothing_after_logging_out(browser):
    browser.log_in("nils")
    copied = cookie_of(browser)
    assert location(browser.post("/logga-ut")) == "/logga-in"
    browser.client.set_cookie("vardtrad", copied)
    assert location(browser.get("/losenord")).startswith("/logga-in")


def test_a_copied_cookie_is_worth_nothing_in_another_browser(browser, app):
    browser.log_in("nils")
    thief = app.test_client()
    thief.set_cookie("vardtrad", cookie_of(browser))
    answer = thief.get("/losenord", headers={"User-Agent": "another"})
    assert location(answer).startswith("/logga-in")


def test_a_phone_that_changes_its_network_stays_logged_in(browser):
    browser.log_in("nils")
    answer = browser.get("/losenord", environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert answer.status_code == 200


def test_a_tampered_cookie_is_nobody(browser):
    browser.log_in("nils")
    browser.client.set_cookie("vardtrad", cookie_of(browser)[:-2] + "xx")
    assert location(browser.get("/losenord")).startswith("/logga-in")


def test_half_an_hour_without_a_sign_of_life_logs_out(browser, clock):
    browser.log_in("nils")
    clock.forward(minutes=29)
    assert browser.get("/losenord").status_code == 200
    clock.forward(minutes=29)
    assert browser.get("/losenord").status_code == 200
    clock.forward(minutes=30)
    assert location(browser.get("/losenord")).startswith("/logga-in")
    assert "Du har loggats ut." in browser.get("/logga-in").text


def test_twelve_hours_log_out_in_any_case(browser, clock):
    browser.log_in("nils")
    for _n in range(12 * 3 - 1):
        clock.forward(minutes=20)
        assert browser.get("/losenord").status_code == 200
    clock.forward(minutes=20)
    assert location(browser.get("/losenord")).startswith("/logga-in")


def test_an_account_that_is_closed_is_logged_out_at_once(browser, town):
    browser.log_in("nils")
    with town.database.transaction() as session:
        session.scalars(select(Person).where(Person.username == "nils")).one().active = False
    assert location(browser.get("/losenord")).startswith("/logga-in")


def test_somebody_whose_roles_are_over_can_still_log_out(browser, town):
    town.hire("rut")
    browser.log_in("rut")
    assert browser.get("/").status_code == 403
    assert location(browser.post("/logga-ut")) == "/logga-in"


def test_logging_in_as_somebody_else_ends_the_first_login(browser, town):
    browser.log_in("nils")
    browser.log_in("adam")
    with town.database.reading() as session:
        ended = session.scalars(
            select(LoginSession.ended_at).join(LoginSession.person).order_by(Person.username)
        ).all()
    assert ended[0] is None
    assert ended[1] is not None


def change(browser, current=PASSWORD, new=NEW, again=NEW):
    sent = {"password": current, "new_password": new, "new_password_again": again}
    return browser.post("/losenord", sent)


def test_a_changed_password_is_the_one_that_counts_and_logs_out_everywhere_else(browser, logged_in):
    other = logged_in("nils")
    browser.log_in("nils")
    assert location(change(browser)) == "/"
    assert browser.get("/losenord").status_code == 200
    assert location(other.get("/losenord")).startswith("/logga-in")
    assert refusal(other.log_in("nils", PASSWORD))
    assert location(other.log_in("nils", NEW)) == "/"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"current": "fel lösenord här"}, "Lösenordet stämmer inte."),
        ({"new": "för kort", "again": "för kort"}, "Lösenordet är för kort."),
        ({"new": "x" * 201, "again": "x" * 201}, "Lösenordet är för långt."),
        ({"new": "Nils tar tåget", "again": "Nils tar tåget"}, "inte innehålla användarnamnet"),
        ({"new": "ababababababab", "again": "ababababababab"}, "för få olika tecken"),
        ({"new": PASSWORD, "again": PASSWORD}, "Välj ett annat lösenord"),
        ({"again": "något annat här"}, "inte lika"),
    ],
)
def test_a_password_that_will_not_do_is_told_beside_its_field(browser, sent, words):
    browser.log_in("nils")
    answer = change(browser, **sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert NEW not in answer.text
    assert location(browser.log_in("nils")) == "/"


def test_guessing_the_present_password_of_a_login_left_open_has_to_wait_too(browser):
    browser.log_in("nils")
    for _n in range(5):
        assert change(browser, current="fel lösenord här").status_code == 422
    assert change(browser).status_code == 429


def test_a_one_time_password_lets_nobody_past_the_page_where_it_is_changed(browser, town, clock):
    with town.database.transaction() as session:
        nils = session.scalars(select(Person).where(Person.username == "nils")).one()
        given = one_time_password(session, nils, clock())
    browser.log_in("nils", given)
    assert location(browser.get("/tavla")) == "/losenord"
    assert "engångslösenord" in browser.get("/losenord").text
    assert location(change(browser, current=given)) == "/"
    assert browser.get("/rutiner").status_code == 200


def test_no_password_and_no_address_is_kept_where_it_can_be_read(browser, town):
    browser.log_in("nils", "fel lösenord här")
    browser.log_in("adam")
    with town.database.reading() as session:
        attempt = session.scalars(select(LoginAttempt)).one()
        kept = [attempt.username_hash, attempt.address_hash]
        kept += session.scalars(select(LoginSession.token_hash))
    with browser.client.session_transaction() as cookie:
        secrets = ["nils", "127.0.0.1", PASSWORD, cookie["_user_id"]]
    assert [len(each) for each in kept] == [64, 64, 64]
    assert not [secret for secret in secrets if any(secret in each for each in kept)]


def test_a_busy_reader_is_noted_once_a_minute(browser, town, clock):
    browser.log_in("nils")
    begun = clock()
    seen = select(func.max(LoginSession.last_seen_at))
    for seconds, noted in ((30, 0), (29, 0), (1, 60), (59, 60)):
        clock.forward(seconds=seconds)
        browser.get("/losenord")
        with town.database.reading() as session:
            assert (session.scalar(seen) - begun).total_seconds() == noted


def test_a_real_installation_names_no_practice_logins(browser):
    page = browser.get("/logga-in").text
    assert "nils" not in page
    assert "Exempelby" not in page


def test_the_demonstration_lists_everybody_with_a_button_that_logs_in(sqlite_url, town):
    with town.database.transaction() as session:
        for person in session.scalars(select(Person)):
            set_password(session, person, DEMO_PASSWORD, datetime(2026, 11, 21, tzinfo=UTC))
    app = create_app(read_settings({}, database_url=sqlite_url, demo=True))
    browser = Browser(app.test_client())
    page = browser.get("/logga-in").text
    forms = re.findall(r"<form(.*?)</form>", page, re.DOTALL)
    (form,) = [form for form in forms if 'value="nils"' in form]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert "Sjuksköterska, Solgården" in page
    assert "Systemförvaltare, hela kommunen" in page
    assert location(browser.client.post("/logga-in", data=sent)) == "/"
    app.extensions["vardtrad"].database.engine.dispose()


def test_the_accessibility_statement_names_the_law_the_faults_and_where_to_complain(browser):
    page = browser.get("/tillganglighet").text
    for words in ("2018:1937", "Det vi vet brister", "digg.se/tdosanmalan", "Säg till"):
        assert words in page
