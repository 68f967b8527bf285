"""Following every link, as people of different roles, until nothing new is found."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.datastructures import Headers

from tests.web.markup import read
from tests.web.parish import Parish

STROLLERS = {
    "": "/", "siv": "/", "nina": "/", "ulla": "/", "mats": "/", "ada": "/personer", "sara": "/",
}  # fmt: skip
"""Nobody, and those who together see every page; each with the page that a login leads to."""

NO_PAGES = {
    "static", "monitoring.alive", "monitoring.ready", "monitoring.metrics", "routines.picture",
    "documents.show", "calendars.of_case", "calendars.of_party", "calendars.feed",
    "mailbox.calendar_of", "api_reference.openapi", "statistics.files.table",
    "statistics.files.workbook", "statistics.files.appendix", "statistics.control.paper",
}  # fmt: skip
"""What answers to GET with a file: for a machine, for paper, or for a calendar."""

OFTEN = 6
"""How many pages of a kind each of them opens."""

HERE = "https://localhost"

ADDRESSES = ("href", "src", "action", "formaction", "data-draft", "hx-get", "hx-post")
"""Attributes that lead somewhere."""


@dataclass(frozen=True)
class Seen:
    """An answer to one of them; `page` is None for what is no page."""

    who: str
    path: str
    endpoint: str
    status: int
    headers: Headers
    text: str
    page: Element | None

    def __str__(self) -> str:
        return f"{self.who or 'nobody'} at {self.path}"

    @property
    def leads_to(self) -> list[str]:
        """Every address in it."""
        found = [self.headers.get("Location", "")]
        for element in self.page.iter() if self.page is not None else ():
            found += [element.attrib[name] for name in ADDRESSES if name in element.attrib]
        return [urljoin(self.path, address) for address in found if address]


def page_endpoints(app: Flask) -> set[str]:
    """What answers to GET with a page."""
    rules = app.url_map.iter_rules()
    found = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - NO_PAGES
    return {endpoint for endpoint in found if not endpoint.startswith("api.")}


def stroll(parish: Parish, who: str) -> Iterator[Seen]:
    """`parish` is served at HERE."""
    client, counted = parish.client(who), Counter[str]()
    ways = parish.app.url_map.bind("localhost")
    known = {STROLLERS[who], "/healthz"}
    ahead = deque(known)
    while ahead:
        path = ahead.popleft()
        endpoint, _values = ways.match(urlsplit(path).path, "GET")
        counted[endpoint] += 1
        if counted[endpoint] > OFTEN or endpoint == "static":
            continue
        answer = client.get(path, base_url=HERE)
        is_page = answer.mimetype == "text/html" and answer.status_code == 200
        page = read(answer.text) if is_page else None
        text = answer.get_data().decode(errors="replace")
        seen = Seen(who, path, endpoint, answer.status_code, answer.headers, text, page)
        yield seen
        onward = [seen.headers.get("Location", "")]
        onward += [a.attrib["href"] for a in page.iter("a")] if page is not None else []
        for address in onward:
            there = urlsplit(urljoin(path, address))
            target = f"{there.path}?{there.query}" if there.query else there.path
            if not there.netloc and not there.scheme and target not in known:
                known.add(target)
                ahead.append(target)
