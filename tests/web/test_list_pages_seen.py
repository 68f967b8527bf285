"""The lists in a real browser: on a phone, on a desk and on paper, without faults for axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cases.people import Person
from notifications.sweep import sweep
from tests.cases.village import Village
from tests.servers.live import answering
from tests.web.conftest import PASSWORD, Clock


@pytest.fixture
def village(app: Flask, clock: Clock, password_hash: str) -> Village:
    """With something overdue, somebody unreachable, and a conference today."""
    wiring = app.extensions["vardtrad"]
    village = Village(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    village.do_all(village.report(), "conference")
    village.report(kind="rehabilitation")
    village.report("otto", unit="granen", patient=str(village.patients[2]))
    village.wait(hours=3, minutes=10)
    sweep(village.database, village.routines, village.now)
    village.report()
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
    faults = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]
    assert faults == [], page.url
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert fits, f"{page.url} scrolls sideways"


@pytest.mark.usefixtures("village")
def test_a_search_that_finds_patients_has_no_fault(site: str, phone: Page) -> None:
    log_in(phone, site, "nina")
    phone.goto(f"{site}/sok")
    phone.fill("#f-sok", "test")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="2 patienter")).to_be_visible()
    assert_sound(phone)


def test_the_board_reads_itself_and_leaves_the_focus_where_it_was(
    village: Village, clock: Clock, site: str, desk: Page
) -> None:
    desk.clock.install()
    log_in(desk, site, "nina")
    desk.goto(f"{site}/tavla")
    last = desk.locator(".board a").last
    last.focus()
    expect(desk.locator(".board li")).to_have_count(2)
    village.report(kind="medication", medication_kind="wrong_dose")
    village.wait(minutes=1)
    clock.now = village.now
    desk.clock.fast_forward(30_000)
    expect(desk.locator(".board li")).to_have_count(3)
    expect(desk.get_by_role("status").filter(has_text="kan inte vänta")).to_contain_text("3 steg")
    assert last.evaluate("link => document.activeElement.href") == desk.locator(".board a").nth(
        1
    ).evaluate("link => link.href")


def test_a_board_left_open_ends_at_the_login(
    village: Village, clock: Clock, site: str, desk: Page
) -> None:
    desk.clock.install()
    log_in(desk, site, "nina")
    desk.goto(f"{site}/tavla")
    village.wait(hours=13)
    clock.now = village.now
    desk.clock.fast_forward(30_000)
    desk.wait_for_url(f"{site}/logga-in?vidare=/tavla")


@pytest.mark.parametrize(
    ("path", "reference"),
    [("/tavla", "Tavla 2 h, utskriven tis 24 nov. 2026 11:40"),
     ("/konferenser", "Patientkonferens · Tallen · tisdag 24 november 2026")],
)  # fmt: skip
@pytest.mark.usefixtures("village")
def test_on_paper_a_list_has_its_reference_and_nothing_to_press(
    site: str, desk: Page, path: str, reference: str
) -> None:
    log_in(desk, site, "nina")
    desk.goto(f"{site}{path}")
    desk.emulate_media(media="print")
    expect(desk.get_by_text(reference, exact=True)).to_be_visible()
    for pressed in desk.locator("button, nav, select").all():
        expect(pressed).to_be_hidden()


@pytest.mark.usefixtures("village")
def test_a_board_keeps_what_it_shows_when_the_server_fails(site: str, desk: Page) -> None:
    desk.clock.install()
    log_in(desk, site, "nina")
    desk.goto(f"{site}/tavla")
    desk.route("**/tavla", lambda route: route.fulfill(status=500, body="<main>Fel</main>"))
    with desk.expect_response("**/tavla") as answer:
        desk.clock.fast_forward(30_000)
    answer.value.finished()
    desk.wait_for_timeout(200)
    expect(desk.locator(".board li")).to_have_count(2)
