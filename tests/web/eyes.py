"""What any page is looked at for: by axe, by its outline, and by those with little room."""

from itertools import pairwise

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_UNFOLD = """() => {
    document.querySelectorAll("details").forEach(one => one.open = true);
    for (const part of document.querySelectorAll("[data-shown-when]")) {
        part.hidden = false;
        part.querySelectorAll(":disabled").forEach(one => one.disabled = false);
    }
}"""

_AXE = """async options => {
    const {violations} = await axe.run(document, {resultTypes: ["violations"], ...options});
    return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target}`));
}"""

_LEVELS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter(one => one.checkVisibility())
    .map(one => Number(one.tagName[1]))"""

# A phone zooms out until all is seen, so that its own width says nothing.
_WIDE = """() => {
    const wider = one => one.getBoundingClientRect().right > 321;
    const scrolls = one => one.scrollWidth > one.clientWidth + 1
        && ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    return [...document.querySelectorAll("body *")]
        .filter(one => one.checkVisibility() && !one.closest(".ds-sr-only, .ds-skip-link, thead"))
        .filter(one => wider(one) || scrolls(one))
        .map(one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`);
}"""


def unfold(page: Page) -> None:
    """Shows all that a click or an answer would show, so that it is looked at too."""
    page.evaluate(_UNFOLD)


def axe_faults(page: Page) -> list[str]:
    """As "rule: element", in the light and in the dark; the page is left in the light."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    light: list[str] = page.evaluate(_AXE, {})
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(_AXE, {"runOnly": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    return light + [f"in the dark: {fault}" for fault in dark]


def outline_faults(page: Page) -> list[str]:
    """One h1, which comes first, and no level left out on the way down."""
    levels: list[int] = page.evaluate(_LEVELS)
    if levels[:1] != [1] or levels.count(1) != 1:
        return [f"headings of levels {levels}"]
    return [f"h{above} → h{below}" for above, below in pairwise(levels) if below > above + 1]


def too_wide(page: Page) -> list[str]:
    """What would scroll sideways on a screen of 320 pixels; the page is left at that width."""
    page.set_viewport_size({"width": 320, "height": 640})
    found: list[str] = page.evaluate(_WIDE)
    return found
