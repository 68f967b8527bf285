"""The lines about pages."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks.pages.bare import bare_app
from benchmarks.pages.crowded import NOW, OPEN_OF_TEN, Crowded, build
from benchmarks.table import Line
from cases.accounts import LoginSession
from web.app import create_app
from web.settings import read_settings
from workflow.routines import Routines

EVENTS, FEW = 30, 10

VISITS, WARM_UP = 25, 3
"""Each page is opened so often, ours and the bare one in turns; the median is told."""

AT_MOST = 3

BROWSER = "Bench/1.0"


def figures(url: str, kind: str, routines: Routines, cases: int, late: int) -> Iterator[Line]:
    """Without a server between, so that only the pages differ."""
    place = build(url, routines, cases, EVENTS)
    ours, bare = _signed_in(place, url), bare_app(url, NOW).test_client()
    short, long = f"/arende/{place.short}", f"/arende/{place.long}"
    place.make_late(FEW)
    few = {"list": _queries(ours, "/forsenat"), "case": _queries(ours, short)}
    place.make_late(late)
    is_open = f"{cases * OPEN_OF_TEN // 10:,} of them open"
    list_ = f"{kind}: the overdue list of {late:,} among {cases:,} cases"
    case = f"{kind}: the case page with {EVENTS} events"
    yield from _page(ours, "/forsenat", bare, "/late", list_, is_open)
    yield from _page(ours, long, bare, f"/case/{place.long}", case, "")
    many = {"list": _queries(ours, "/forsenat"), "case": _queries(ours, long)}
    less = {"list": f"with {FEW} late", "case": "of a case just opened"}
    for page, what in (("list", list_), ("case", case)):
        yield Line(f"{what}, queries", many[page], "queries", few[page], less[page], at_most=1)
    place.village.database.engine.dispose()


def _page(
    ours: FlaskClient, our_path: str, bare: FlaskClient, bare_path: str, what: str, note: str
) -> Iterator[Line]:
    waits: tuple[list[float], list[float]] = ([], [])
    for _ in range(VISITS):
        for client, path, seconds in ((ours, our_path, waits[0]), (bare, bare_path, waits[1])):
            begun = perf_counter()
            answer = client.get(path)
            seconds.append((perf_counter() - begun) * 1000)
            assert answer.status_code == 200, (path, answer.status_code)
    mine, other = (median(each[WARM_UP:]) for each in waits)
    yield Line(what, mine, "ms", other, "a bare Flask page", at_most=AT_MOST, note=note)


def _queries(client: FlaskClient, path: str) -> int:
    """Of the second visit: the first may note that a case was opened."""
    client.get(path)
    with _counted(client.application.extensions["vardtrad"].database.engine) as asked:
        client.get(path)
    return len(asked)


@contextmanager
def _counted(engine: Any) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def _signed_in(place: Crowded, url: str) -> FlaskClient:
    """The MAS's browser, who sees every unit."""
    settings = read_settings({}, database_url=url, secret_key="k" * 32)
    client, token = create_app(settings, lambda: NOW).test_client(), uuid4().hex
    with place.village.database.transaction() as session:
        session.add(
            LoginSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                person_id=place.village.people["mats"], created_at=NOW, last_seen_at=NOW,
                must_change=False,
            )
        )  # fmt: skip
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    with client.session_transaction() as cookie:
        cookie.update(_user_id=token, _id=BROWSER, _fresh=True)
    return client
