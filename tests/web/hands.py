"""What a person does with a page: reads words and presses what bears them."""

import re

from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=10_000)  # a machine that runs several tests at once is slow


def press(page: Page | Locator, name: str) -> None:
    """The one button or link of that name, once it can be pressed."""
    both = page.get_by_role("button", name=name, exact=True)
    both.or_(page.get_by_role("link", name=name, exact=True)).click()


def write(page: Page | Locator, label: str, text: str) -> None:
    """In a field of text, number, day ("2026-12-02") or time ("2026-12-02T10:00")."""
    page.get_by_label(label).fill(text)


def choose(page: Page | Locator, question: str, *answers: str | re.Pattern[str]) -> None:
    """Radio buttons or check boxes under their question."""
    whole = re.compile(rf"^{re.escape(question)}( \(.+\))?$")  # perhaps with "(frivilligt)"
    asked = page.get_by_role("radiogroup", name=whole)
    asked = asked.or_(page.get_by_role("group", name=whole))
    for answer in answers:
        asked.get_by_label(answer, exact=True).check()


def quick(page: Page, label: str, word: str) -> None:
    """One of the buttons under a time that fill it in."""
    press(page.locator(".form-field").filter(has=page.get_by_label(label)), word)
    expect(page.get_by_label(label)).not_to_have_value("")


def row(page: Page, rows: str, number: int) -> Locator:
    """One of several alike, such as measures; 0 is the first."""
    return page.get_by_role("group", name=rows, exact=True).locator("[data-row]").nth(number)


def link_to(page: Page, step: str) -> Locator:
    """On the page of a case."""
    return page.get_by_role("link", name=re.compile(f"^Gör steget ?: {re.escape(step)}$"))


def begin(page: Page, step: str) -> None:
    """From the page of a case to the form of a step."""
    link_to(page, step).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(step)


def save(page: Page) -> None:
    """The form of a step, back to the page of the case."""
    press(page, "Spara och avsluta steget")
    done(page, "Tack. Det är sparat.")


def done(page: Page, words: str) -> None:
    """The page says that it was done."""
    expect(page.locator("#meddelanden")).to_contain_text(words)


def stands(page: Page, state: str) -> None:
    """Where the state map says that the case is."""
    here = page.locator(".states-row").locator("[data-mark=now], [data-mark=end]")
    expect(here).to_contain_text(state)


def happened(page: Page, title: str) -> Locator:
    """The lines of the timeline with that heading, marks left out."""
    heading = page.get_by_role("heading", name=title)
    return page.locator(".timeline li.line:not(.folded)").filter(has=heading)
