"""People who type something recognisable wherever they can, and mend what is called wrong."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlencode, urljoin, urlsplit

from werkzeug.test import TestResponse

from tests.web.markup import Control, Form, forms, read, told
from tests.web.parish import Parish
from tests.web.strolling import NO_PAGES, Seen
from workflow.holidays import STOCKHOLM

MARK = "qzvx"
"""Begins every word that is typed, and nothing else."""

OFTEN = Counter({"step.form": 12, "case.show": 4})
"""How many pages of a kind each of them opens; of other kinds OTHERWISE."""

OTHERWISE = 2

TRIES = 7
"""A form that is still refused after so many is left."""

ENOUGH = 2
"""So many people try a kind of form until one of them has it taken."""

SHIFTS = (0, 1 / 24, -1 / 24, 1, 14, -1, 30, 7, 90)
"""In days from now: what is tried in a field of time, one after the other."""


@dataclass
class Pen:
    """`wrappings` are put around the words: signs that programs take for more than text."""

    chance: Random
    wrappings: Sequence[tuple[str, str]]
    number: str
    written: int = 0

    def word(self) -> str:
        self.written += 1
        return f"{MARK}{self.written:05d}"

    def text(self, name: str, attempt: int) -> str:
        """At first with everything around it, then as plain as it goes."""
        if "email" in name:
            return f"brev{self.written}@a.example"
        before, after = self.chance.choice(self.wrappings) if not attempt else ("", "")
        plain = (self.word(), "000-000 00 00", "2", "08:00")
        return before + plain[max(attempt - 1, 0) % len(plain)] + after


@dataclass
class Typists:
    """`tried` are kinds of form, by where they are sent and what they ask; `taken` how often."""

    parish: Parish
    pen: Pen
    tried: Counter[tuple[str, frozenset[str]]] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    seen: list[Seen] = field(default_factory=list)

    def typist(self, who: str) -> "Typist":
        return Typist(self, who)

    @property
    def reached(self) -> set[str]:
        """The endpoints at which something has been typed."""
        return {endpoint for endpoint, _names in self.tried}


@dataclass
class Typist:
    """One person's way through the pages."""

    all: Typists
    who: str

    def __post_init__(self) -> None:
        self.client = self.all.parish.client(self.who)
        self.ways = self.all.parish.app.url_map.bind("localhost")

    def go_about(self, *starts: str) -> None:
        """Follows links from there, filling in the forms; to end cases comes last."""
        ahead, known, opened = deque(starts), set(starts), Counter[str]()
        ends = list[str]()
        while ahead or ends:
            path = ahead.popleft() if ahead else ends.pop()
            endpoint = self._endpoint(path)
            opened[endpoint] += 1
            if opened[endpoint] > (OFTEN[endpoint] or OTHERWISE) or endpoint in NO_PAGES:
                continue
            for onward in sorted(self.visit(path) - known):
                known.add(onward)
                (ends if self._endpoint(onward) == "case.do_action" else ahead).append(onward)

    def visit(self, path: str) -> set[str]:
        """Types in what stands there, and gives the paths that its links lead to."""
        page = self.look(path).page
        if page is None:
            return set()
        for form in forms(page):
            if form.method == "post" and _asks(form):
                self._fill(path, form)
        links = (urlsplit(urljoin(path, a.get("href", ""))) for a in page.iter("a"))
        return {link.path for link in links if not (link.netloc or link.scheme)}

    def look(self, path: str) -> Seen:
        return self._saw(path, self.client.get(path))

    def _fill(self, path: str, form: Form) -> None:
        place = urljoin(path, form.action) if form.action else path
        endpoint = self._endpoint(place, "POST")
        kind = (endpoint, frozenset(form.controls))
        if self.all.tried[kind] >= ENOUGH:
            return
        values = form.values()
        for name in _asks(form):
            self._answer(form.controls[name], values, 0)
        if form.draft:
            draft = urljoin(path, form.draft)
            self.send(draft, values)
            self.all.tried[self._endpoint(draft, "POST"), frozenset()] += 1
        for attempt in range(1, TRIES):
            answer = self.send(place, values)
            wrong = told(answer.page) if answer.page is not None else {}
            if not wrong:
                break
            for name in form.controls.keys() & _asked_about(wrong, form):
                self._answer(form.controls[name], values, attempt)
        taken = answer.status == 303
        self.all.taken[endpoint] += taken
        self.all.tried[kind] += ENOUGH if taken else 1

    def _answer(self, control: Control, values: dict[str, list[str]], attempt: int) -> None:
        if control.kind in ("radio", "select", "checkbox"):
            if control.options:
                values[control.name] = [self.all.pen.chance.choice(control.options)]
        elif control.kind in ("date", "datetime-local"):
            values[control.name] = [_time(self.all.parish.now, control.kind, attempt)]
        elif "numeric" in control.elements[0].get("inputmode", ""):
            values[control.name] = [self.all.pen.number]
        elif control.elements[0].get("inputmode"):
            values[control.name] = [str(attempt + 1)]
        elif control.kind != "file":
            values[control.name] = [self.all.pen.text(control.name, attempt)]

    def send(self, path: str, values: Mapping[str, str | list[str]]) -> Seen:
        body = urlencode(values, doseq=True)
        kind = "application/x-www-form-urlencoded"
        return self._saw(path, self.client.post(path, data=body, content_type=kind))

    def _saw(self, path: str, answer: TestResponse) -> Seen:
        is_page = answer.mimetype == "text/html" and answer.status_code != 303
        page = read(answer.text) if is_page else None
        text = answer.text if (answer.mimetype or "").startswith("text/") else ""
        seen = Seen(
            self.who, path, self._endpoint(path), answer.status_code, answer.headers, text, page
        )
        self.all.seen.append(seen)
        return seen

    def _endpoint(self, path: str, method: str = "GET") -> str:
        allowed = self.ways.allowed_methods(urlsplit(path).path)
        if not allowed:
            return ""
        chosen = method if method in allowed else next(iter(allowed))
        return str(self.ways.match(urlsplit(path).path, chosen)[0])


def _asks(form: Form) -> list[str]:
    """What people answer; nothing in a form that is only a button."""
    names = [name for name, control in form.controls.items() if control.kind != "hidden"]
    return names if any(form.controls[name].is_typed for name in names) else []


def _asked_about(wrong: dict[str, str], form: Form) -> Iterator[str]:
    """The inputs that a fault is told of; of a group of rows, all in it."""
    for name in wrong:
        yield name
        yield from (other for other in form.controls if other.startswith(f"{name}-"))


def _time(now: datetime, kind: str, attempt: int) -> str:
    moment = now.astimezone(STOCKHOLM) + timedelta(days=SHIFTS[attempt % len(SHIFTS)])
    return moment.date().isoformat() if kind == "date" else f"{moment:%Y-%m-%dT%H:%M}"
