"""Reading in an earlier system's deviations as a MAS sees it on a phone."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from tests.servers.live import answering
from tests.web.conftest import PASSWORD, Municipality
from tests.web.eyes import axe_faults, outline_faults, too_wide, unfold
from workflow.roles import Role

HEADINGS = "reference,occurred_at,reported_at,category,unit,closed_at\n"
ROWS = "".join(
    f"{year}-{n},{year}-03-04 14:00,{year}-03-04 15:10,{kind},Solgården,{year}-04-01\n"
    for year in range(2019, 2025)
    for n, kind in enumerate(("fall", "läkemedel", "hjälpmedel", "rehabilitering"))
)
WRONG = "A,2022-05-04 14:00,nyss,brand,Eken,\nB,2022-05-04,2022-05-04,fall,Eken,2022-06-01\n"


@pytest.fixture
def site(app: Flask, town: Municipality) -> Iterator[str]:
    """The address of the application, where Mats is MAS."""
    town.unit("Solgården")
    town.hire("mats", Role.MAS)
    addresses: list[str] = []

    def make(address: str) -> Flask:
        addresses.append(address)
        return app

    with answering(make):
        yield addresses[0]


def assert_sound(page: Page) -> None:
    unfold(page)
    assert axe_faults(page) == []
    assert outline_faults(page) == []
    assert too_wide(page) == []


def test_six_years_are_looked_through_and_read_in_on_a_phone(site: str, phone: Page) -> None:
    phone.goto(f"{site}/logga-in")
    phone.fill("#f-username", "mats")
    phone.fill("#f-password", PASSWORD)
    phone.click("main button[type=submit]")
    phone.goto(f"{site}/import")
    content = (HEADINGS + ROWS + WRONG).encode("cp1252")
    file = FilePayload(name="gnesta.csv", mimeType="text/csv", buffer=content)
    phone.get_by_label("Välj filen").set_input_files(file)
    phone.get_by_role("button", name="Visa vad det blir").press("Enter")
    expect(phone.get_by_role("heading", name="2 rader är fel")).to_be_visible()
    expect(phone.get_by_text("Rad 26: Enhet: Enheten finns inte")).to_be_visible()
    assert_sound(phone)
    phone.get_by_role("button", name="Läs in 24 och hoppa över de felaktiga").press("Enter")
    expect(phone.get_by_text("24 ärenden är inlästa.")).to_be_visible()
    expect(phone.get_by_role("link", name="Till statistiken")).to_be_visible()
    assert_sound(phone)
