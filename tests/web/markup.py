"""A page as a browser takes it: its elements, what its forms send, and what it calls wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
"""Elements without an end tag."""

TYPED = frozenset({"text", "search", "password", "datetime-local", "date"})
"""Types of input that hold text, as does a textarea."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tree, self.open = TreeBuilder(), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        self.open.append(tag)
        if tag in VOID:
            self.handle_endtag(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> ends nothing"
        self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        # Before and after the one root element there is only white space.
        if self.open:
            self.tree.data(data)


def read(text: str) -> Element:
    """The root element; fails for a page whose tags do not match."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader.tree.close()


def words(element: Element) -> str:
    """Its text on one line."""
    return " ".join("".join(element.itertext()).split())


def only(page: Element, place: str) -> Element:
    """The one element there."""
    (found,) = page.findall(place)
    return found


@dataclass(frozen=True)
class Control:
    """What stands under a name in a form: all its inputs, and the values they would send."""

    name: str
    kind: str
    elements: tuple[Element, ...]
    sent: tuple[str, ...]
    shown_when: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def is_typed(self) -> bool:
        """True where people write, rather than choose."""
        return self.kind in TYPED or self.kind == "textarea"

    @property
    def options(self) -> list[str]:
        """The values that can be chosen."""
        found = [o.attrib["value"] for e in self.elements for o in e.iter("option")]
        if self.kind in ("radio", "checkbox"):
            found += [element.attrib["value"] for element in self.elements]
        return [value for value in found if value]

    def is_shown(self, sent: Mapping[str, list[str]]) -> bool:
        """True when it fits what is chosen elsewhere in the form."""
        return all(set(sent.get(name, [])) & set(values) for name, values in self.shown_when)


@dataclass(frozen=True)
class Form:
    """A form of a page; `controls` by name, in the order of the page.

    `draft` is where what has been typed is sent while it is being written.
    """

    method: str
    action: str
    draft: str
    controls: dict[str, Control]

    def values(self) -> dict[str, list[str]]:
        """What the browser would send if nobody touched anything."""
        return {name: list(c.sent) for name, c in self.controls.items() if c.sent}


def forms(page: Element) -> list[Form]:
    """In the page's order."""
    return [
        Form(
            form.get("method", "get"),
            form.get("action", ""),
            form.get("data-draft", ""),
            _controls(form),
        )
        for form in page.iter("form")
    ]


def asked(page: Element) -> Form:
    """The form of the page's own, with most to fill in; it stands in <main>."""
    return max(forms(only(page, ".//main")), key=lambda form: len(form.controls))


def _controls(form: Element) -> dict[str, Control]:
    found: dict[str, list[tuple[Element, tuple[str, ...]]]] = {}
    for element, conditions in _drawn(form, ()):
        if element.tag in ("input", "select", "textarea") and element.get("name"):
            found.setdefault(element.attrib["name"], []).append((element, conditions))
    return {name: _control(name, drawn) for name, drawn in found.items()}


def _control(name: str, drawn: list[tuple[Element, tuple[str, ...]]]) -> Control:
    elements = tuple(element for element, _conditions in drawn)
    conditions = (each.partition(":") for each in drawn[0][1])
    return Control(
        name,
        _kind(elements[0]),
        elements,
        tuple(value for element in elements for value in _sent(element)),
        tuple((deciding, tuple(values.split(","))) for deciding, _colon, values in conditions),
    )


def _drawn(
    element: Element, conditions: tuple[str, ...]
) -> Iterator[tuple[Element, tuple[str, ...]]]:
    for child in element:
        # A template is only what scripts make more rows of.
        if child.tag != "template":
            own = (child.attrib["data-shown-when"],) if "data-shown-when" in child.attrib else ()
            yield child, conditions + own
            yield from _drawn(child, conditions + own)


def _kind(element: Element) -> str:
    return element.get("type", "text") if element.tag == "input" else element.tag


def _sent(element: Element) -> Iterator[str]:
    kind = _kind(element)
    if kind == "textarea":
        # The standard drops one line break right after the start tag.
        yield "".join(element.itertext()).removeprefix("\n")
    elif kind == "select":
        options = list(element.iter("option"))
        chosen = [each for each in options if "selected" in each.attrib] or options[:1]
        yield from (each.attrib["value"] for each in chosen)
    elif kind not in ("checkbox", "radio") or "checked" in element.attrib:
        yield element.get("value", "")


def told(page: Element) -> dict[str, str]:
    """Name of each input called wrong, and what stands beside it for eyes and screen readers."""
    by_id = {each.attrib["id"]: each for each in page.iter() if "id" in each.attrib}
    wrong: dict[str, str] = {}
    for element in page.iter():
        beside = [by_id[id_] for id_ in element.get("aria-describedby", "").split()]
        said = [words(each) for each in beside if each.get("class") == "ds-validation-message"]
        if element.tag in ("input", "select", "textarea"):
            assert (element.get("aria-invalid") == "true") == bool(said)
        if said:
            name = element.get("name") or element.attrib["id"].removeprefix("f-")
            wrong[name] = " ".join(said).removeprefix("Fel: ")
    return wrong


def summary(page: Element) -> dict[str, str]:
    """Where each line of the list above the form leads ("" for nowhere), and what it says."""
    box = page.find(".//*[@id='fel']")
    ids = {each.attrib["id"] for each in page.iter() if "id" in each.attrib}
    lines: dict[str, str] = {}
    for line in box.iter("li") if box is not None else ():
        link = line.find("a")
        target = link.attrib["href"].removeprefix("#") if link is not None else ""
        assert not target or target in ids, f"#{target} leads nowhere"
        lines[target.removeprefix("f-")] = words(line)
    return lines
