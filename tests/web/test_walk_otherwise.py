"""Without a mouse, without a script, and on paper."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.servers.chromium import DESK, PHONE
from tests.web.hands import begin, choose, done, happened, press, save, write
from tests.web.living import Living
from workflow.roles import Role


def test_a_report_and_an_assessment_work_without_script(living: Living):
    siv = living.browser(PHONE, java_script_enabled=False)
    siv.goto(living.url)
    living.log_in(siv, "siv")
    press(siv.get_by_role("main"), "Rapportera")
    press(siv, "Skicka rapporten")
    expect(siv.get_by_role("group", name="5 svar behöver rättas")).to_be_visible()
    choose(siv, "Vad gäller det?", "Fall")
    siv.get_by_label("Vilken patient?").select_option(label="Test Persson, 1890")
    write(siv, "När hände det?", "2026-11-24T08:10")
    siv.get_by_label("Vad hände?", exact=True).fill("Satt på golvet.")
    choose(siv, "Hände det, eller kunde det ha hänt?", "Något hände")
    choose(siv, "Kom patienten till skada?", "Nej")
    siv.get_by_role("heading", name="Kontroller").click()
    choose(siv, "Slog personen i huvudet?", "Nej")
    press(siv, "Skicka rapporten")
    done(siv, "Tack. Det är sparat som AVV-2026-0001.")

    nina = living.browser(DESK, java_script_enabled=False)
    nina.goto(f"{living.url}/arende/AVV-2026-0001")
    living.log_in(nina, "nina")
    begin(nina, "Bedöm om hembesök behövs")
    choose(nina, "Behövs hembesök?", "Nej")
    write(nina, "Din bedömning", "Ingen skada.")
    choose(nina, "Allvarlighetsgrad", re.compile("^1 Mindre"))
    choose(nina, "Sannolikhet för upprepning", re.compile("^1 Mycket liten"))
    choose(nina, "Inblandade professioner", "Sjuksköterska")
    choose(nina, "Är kontrollerna dokumenterade i journalen?", "Ja")
    choose(nina, "Är SBAR-rapporten dokumenterad i journalen?", "Ja")
    save(nina)
    expect(happened(nina, "Bedömd")).to_contain_text("Ingen skada.")


_STOPS = """() => {
    const names = new Set();
    const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    return [...document.querySelectorAll(all)].filter(one => {
        if (one.disabled || one.type == "hidden" || !one.checkVisibility()) return false;
        if (one.type != "radio") return true;
        const known = names.has(one.name);
        names.add(one.name);
        return !known;
    }).map((one, number) => one.dataset.stop = String(number));
}"""
_HERE = """() => {
    const one = document.activeElement;
    const parts = [[one, ""], [one, "::after"], [one.closest(".option") ?? one, ""]];
    const lines = parts.map(([element, part]) => getComputedStyle(element, part));
    const marked = lines.some(line => line.outlineStyle != "none" || line.boxShadow != "none");
    const inside = !one.matches(":focus");  // the browser's own calendar button, in a field of time
    return [one.dataset.stop ?? "", marked || inside];
}"""


def walked_by_tab(page: Page) -> tuple[list[str], list[str]]:
    """The stops that there are, in the page's own order, and those that the key came to."""
    expected: list[str] = page.evaluate(_STOPS)
    reached: list[str] = []
    page.evaluate("document.activeElement.blur()")
    while True:
        page.keyboard.press("Tab")
        stop, marked = page.evaluate(_HERE)
        if not stop:
            return expected, reached
        assert marked, page.evaluate("document.activeElement.outerHTML")
        if stop not in reached[-1:]:  # a field of time has several parts
            reached.append(stop)


def tab_to(page: Page, wanted: Locator) -> None:
    """As many times as there can be stops on a page."""
    for _n in range(120):
        if wanted.evaluate("one => one == document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()


def test_the_key_tab_comes_to_all_of_a_case_in_the_order_it_is_read(living: Living):
    reference = living.report()
    living.do("ulla", reference, "event_report")
    page = living.case_page("nina", reference)
    expected, reached = walked_by_tab(page)
    assert reached == expected
    page.locator("summary").evaluate_all("all => all.forEach(one => one.parentElement.open = true)")
    expected, reached = walked_by_tab(page)
    assert reached == expected


def test_a_case_is_opened_folded_out_and_worked_on_by_keys_alone(living: Living):
    living.report()
    page = living.open(living.seat("nina"), "/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Bedöm om hembesök behövs"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedöm om hembesök behövs")
    why = page.get_by_text("Varför den tiden?")
    tab_to(page, why)
    page.keyboard.press("Enter")
    reason = page.get_by_text("Källa: Kungsörs modell, fas 1")
    expect(reason).to_be_visible()
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    expect(why).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Jag tar det", exact=True))
    page.keyboard.press("Enter")
    done(page, "Påminnelserna väntar så länge.")


def test_the_menu_of_a_phone_opens_and_closes_by_keys(living: Living):
    page = living.open(living.seat("nina", PHONE), "/")
    menu = page.locator("summary").filter(has_text="Meny")
    tab_to(page, menu)
    page.keyboard.press("Enter")
    board = page.get_by_role("link", name="Tavla 2 h")
    expect(board).to_be_visible()
    page.keyboard.press("Escape")
    expect(board).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_report_is_written_and_sent_by_keys_alone(living: Living):
    page = living.open(living.seat("siv"), "/ny/deviation")
    expected, reached = walked_by_tab(page)
    assert reached == expected
    tab_to(page, page.get_by_label("Fall", exact=True))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Vilken patient?"))
    page.keyboard.type("Test P")
    quick = page.locator(".form-field").filter(has=page.get_by_label("När hände det?"))
    tab_to(page, quick.get_by_role("button", name="För en stund sedan"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Vad hände?", exact=True))
    page.keyboard.type("Satt på golvet.")
    tab_to(page, page.get_by_label("Något hände", exact=True))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Det var nära att något hände")).to_be_checked()
    harm = page.get_by_role("radiogroup", name="Kom patienten till skada?")
    tab_to(page, harm.get_by_label("Ja"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("summary").filter(has_text="Kontroller"))
    page.keyboard.press("Enter")
    head = page.get_by_role("radiogroup", name="Slog personen i huvudet?")
    tab_to(page, head.get_by_label("Ja"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Skicka rapporten"))
    page.keyboard.press("Enter")
    done(page, "Tack. Det är sparat som AVV-2026-0001.")
    line = happened(page, "Rapporterad: Fall")
    for answer in ("Satt på golvet.", "Det var nära att något hände", "Slog personen i huvudet?"):
        expect(line).to_contain_text(answer)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/tavla", ["Tavla 2 h, utskriven tis 24 nov. 2026 08:30", "Bedöm om hembesök behövs"]),
        ("/konferenser", ["Patientkonferens · Tallen · tisdag 24 november 2026", "Test Persson"]),
        ("/arende/AVV-2026-0001", ["AVV-2026-0001 · utskriven", "Hittad på golvet i badrummet."]),
    ],
    ids=["board", "agenda", "case"],
)
def test_on_paper_there_is_nothing_to_press_and_nothing_is_left_out(
    living: Living, path: str, shown: list[str]
):
    living.on_duty("nina", Role.NURSE, living.units["tallen"])
    living.do_all(living.report(), until="conference")
    living.report()
    page = living.open(living.seat("nina"), path)
    expect(page.get_by_role("navigation").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Skriv ut"))).to_be_visible()
    page.emulate_media(media="print")
    for role in ("banner", "navigation", "contentinfo", "button", "textbox", "combobox"):
        expect(page.get_by_role(role)).to_have_count(0)
    for words in shown:
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
