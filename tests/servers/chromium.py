"""A real Chromium, with pages the size of a phone and of a desk screen."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    sync_playwright,
)

from tests.servers import chromium_package
from tests.servers.chromium_package import Environment

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
# The sandbox needs rights that root in a container lacks; the rest keeps it off the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def installed() -> str | None:
    """The machine's own browser, or the one that CHROMIUM names."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this worker."""
    executable = installed()
    environment: Environment = dict(os.environ)
    if executable is None:
        executable, needed = chromium_package.unpacked()
        environment |= needed
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, env=environment, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of a size with its own cookies (`options` as Browser.new_context takes them).

    A script fault on any of them fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(size: ViewportSize, **options: Any) -> Page:
        phone = size["width"] < DESK["width"]
        context = chromium.new_context(
            viewport=size,
            is_mobile=phone,
            has_touch=phone,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.extend(_fault(message)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, faults


def _fault(message: ConsoleMessage) -> list[str]:
    # An answer of 4xx is logged too; whether it was right is for the test to say.
    refused_answer = message.text.startswith("Failed to load resource")
    return [message.text] if message.type == "error" and not refused_answer else []


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a phone of 390 × 844."""
    return open_page(PHONE)


@pytest.fixture
def desk(open_page: Callable[..., Page]) -> Page:
    """A page on a screen of 1280 × 900."""
    return open_page(DESK)
