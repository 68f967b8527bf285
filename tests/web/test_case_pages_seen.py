"""The pages around one case in a real browser: on a phone, a desk and paper, and by axe."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cases.models import Draft
from cases.people import Person
from notifications.sweep import sweep
from tests.cases.village import TUESDAY, Village, verdicts
from tests.servers.live import answering
from tests.web.conftest import PASSWORD, Clock
from workflow.roles import Role


@pytest.fixture
def village(app: Flask, clock: Clock, password_hash: str) -> Village:
    """AVV-2026-0001 in its second round, 0002 just reported, 0003 reported late."""
    wiring = app.extensions["vardtrad"]
    village = Village(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    village.on_duty("nina", Role.NURSE, hours=200)
    village.now -= timedelta(days=3)
    looped = village.report(kind="medication", medication_kind="missed_dose", systolic="135")
    village.do("nina", looped, "assess", home_visit=True)
    village.wait(hours=6)
    visited = village.now - timedelta(hours=4)
    village.do("nina", looped, "home_visit", visited_at=visited.isoformat())
    village.correct("siv", looped, 1, "Fel rum.", what_happened="Hittad i hallen.")
    village.note("stina", looped, "Dottern ringde.")
    village.do_all(looped, "follow_up")
    keys = [row["measure"] for row in village.plain(looped, "evaluate_unit")["verdicts"]]
    village.do("ulla", looped, "evaluate_unit", **verdicts(keys, "not_enough"))
    village.do("nina", looped, "discuss")
    village.now = TUESDAY
    village.report()
    early = (village.now - timedelta(hours=9)).isoformat()
    village.report(occurred_at=early, discovered_at=early, called_at=early)
    village.link("nina", looped, "AVV-2026-0002")
    sweep(village.database, village.routines, village.now)
    clock.now = village.now
    return village


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the application, served while the test lasts."""
    addresses: list[str] = []

    def make(address: str) -> Flask:
        addresses.append(address)
        return app

    with answering(make):
        yield addresses[0]


def log_in(page: Page, site: str, who: str) -> None:
    page.goto(f"{site}/logga-in")
    page.fill("#f-username", who)
    page.fill("#f-password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site}/")


def assert_sound(page: Page) -> None:
    found = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]
    assert found == [], page.url
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert fits, f"{page.url} scrolls sideways"


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desk", "light")])
@pytest.mark.usefixtures("village")
def test_a_case_with_much_behind_it_has_no_fault_and_does_not_scroll_sideways(
    site: str, request: pytest.FixtureRequest, size: str, scheme: str
) -> None:
    page: Page = request.getfixturevalue(size)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    log_in(page, site, "nina")
    page.goto(f"{site}/arende/AVV-2026-0001?ordning=aldst")
    for folded in page.locator("main details").all():
        folded.evaluate("details => details.open = true")
    assert_sound(page)


def test_a_refused_form_has_no_fault_and_the_list_takes_the_focus(
    village: Village, site: str, phone: Page
) -> None:
    log_in(phone, site, "nina")
    phone.goto(f"{site}/steg/{village.step('AVV-2026-0002', 'assess')[0]}")
    phone.get_by_role("button", name="Spara och avsluta steget").click()
    expect(phone.locator("#fel")).to_be_focused()
    phone.locator("#fel a").first.click()
    expect(phone.locator("#f-home_visit")).to_be_focused()
    assert_sound(phone)


def test_on_a_phone_the_first_screen_says_where_it_stands_and_who_has_the_ball(
    village: Village, site: str, phone: Page
) -> None:
    log_in(phone, site, "siv")
    phone.goto(f"{site}/arende/AVV-2026-0003")
    for words in ("Steg 1 av 8: Rapporterad", "Sjuksköterska skulle ha gjort det senast"):
        expect(phone.get_by_text(words).first).to_be_in_viewport()
    assert village.case("AVV-2026-0003").state == "reported"


def test_what_is_typed_on_a_phone_is_saved_by_itself_and_found_again(
    village: Village, site: str, phone: Page
) -> None:
    log_in(phone, site, "siv")
    phone.goto(f"{site}/ny/deviation")
    phone.get_by_label("Läkemedel", exact=True).check()
    phone.get_by_label("Utebliven dos").check()
    phone.get_by_label("Vad hände?").fill("Kvällsdosen glömdes.")
    expect(phone.locator("[data-draft-state]")).to_contain_text("Utkast sparat")
    with village.database.reading() as session:
        assert session.scalars(select(Draft.purpose)).all() == ["open:deviation"]
    phone.goto(f"{site}/ny/deviation")
    expect(phone.get_by_text("Du har ett utkast från")).to_be_visible()
    expect(phone.get_by_label("Vad hände?")).to_have_value("Kvällsdosen glömdes.")
    expect(phone.get_by_label("Utebliven dos")).to_be_checked()
    assert_sound(phone)
    phone.get_by_role("button", name="Släng utkastet").click()
    expect(phone.get_by_label("Vad hände?")).to_have_value("")


def test_a_report_is_made_on_a_phone_and_says_whom_to_call(
    village: Village, site: str, phone: Page
) -> None:
    log_in(phone, site, "siv")
    phone.goto(f"{site}/ny/deviation")
    phone.get_by_label("Fall", exact=True).check()
    phone.get_by_label("Vilken patient?").select_option(str(village.patients[1]))
    phone.get_by_label("Vad hände?").fill("Hittad på golvet.")
    phone.get_by_label("Något hände", exact=True).check()
    phone.get_by_role("radiogroup", name="Kom patienten till skada?").get_by_label("Nej").check()
    phone.get_by_role("button", name="Skicka rapporten").click()
    phone.wait_for_url(f"{site}/arende/AVV-2026-0004")
    expect(phone.get_by_text("Sjuksköterska: Nina Nord.")).to_be_visible()
    assert_sound(phone)


@pytest.mark.usefixtures("village")
def test_a_case_on_paper_has_its_reference_all_its_text_and_nothing_to_press(
    site: str, desk: Page
) -> None:
    log_in(desk, site, "nina")
    desk.goto(f"{site}/arende/AVV-2026-0001")
    desk.emulate_media(media="print")
    expect(desk.get_by_text("AVV-2026-0001 · utskriven tis 24 nov. 2026 08:30")).to_be_visible()
    expect(desk.get_by_text("Hittad i hallen.").first).to_be_visible()
    for pressed in desk.locator("button, nav, a.ds-button").all():
        expect(pressed).to_be_hidden()
