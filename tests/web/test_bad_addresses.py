"""Addresses, queries and fields that no page has made: not found, on both databases."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from cases.people import Membership, Person
from notifications.sweep import sweep
from tests.web.parish import Parish
from workflow.moments import day_of
from workflow.roles import Role

pytestmark = pytest.mark.usefixtures("nothing_is_logged")

ODD_PARTS = (
    "0", "2147483648", "9223372036854775808", "%00", "1%00", "%ED%A0%80", "..%2Fetc", "å" * 300,
)  # fmt: skip
ODD_VALUES = ("-1", "2147483648", "1\x00\ud800", "9999-12-31", "0001-01-01")

PARAMETERS = (
    "sida", "dag", "enhet", "slag", "typ", "steg", "stilla", "ordning", "q", "person", "reference",
    "from_day", "to_day", "vidare", "purpose", "patient", "other", "sok", "language", "username",
    "password", "new_password", "note", "name", "role", "unit", "starts_at", "what_happened",
)  # fmt: skip
"""Of addresses and of forms: all that any page reads."""


@pytest.fixture
def everything(hamlet: Parish) -> tuple[Parish, FlaskClient]:
    """The browser of somebody in all roles everywhere, and one case to point at."""
    hamlet.report()
    sweep(hamlet.database, hamlet.routines, hamlet.now)
    with hamlet.database.transaction() as session:
        alma = Person(username="alma", name="Alma", sort_name="alma", email="alma@a.example")
        alma.memberships = [Membership(role=role, from_day=day_of(hamlet.now)) for role in Role]
        session.add(alma)
        session.flush()
        hamlet.people["alma"] = alma.id
    return hamlet, hamlet.client("alma")


def paths(parish: Parish, odd: Iterable[str] = ("1",)) -> Iterator[tuple[str, set[str]]]:
    """Every address that names something, with odd parts in each place and good ones elsewhere.

    Without those for programs, where no browser is let in: tests/web/test_api_access.py has them.
    """
    good = {"reference": "AVV-2026-0001", "definition": "deviation", "key": "deviation"}
    good |= {"action": "withdraw", "filename": "vard.css"}
    rules = [r for r in parish.app.url_map.iter_rules() if not r.endpoint.startswith("api.")]
    for rule in rules:
        for name in rule.arguments:
            for part in odd:
                path = rule.rule
                for each in rule.arguments:
                    value = part if each == name else good.get(each, "1")
                    path = re.sub(rf"<([a-z]+:)?{each}>", value, path)
                yield path, set(rule.methods or ()) & {"GET", "POST"}


def plain_paths(parish: Parish) -> Iterator[tuple[str, set[str]]]:
    """Every address that names nothing, but the one that logs out."""
    for rule in parish.app.url_map.iter_rules():
        if not rule.arguments and rule.endpoint != "signing_in.log_out":
            yield rule.rule, set(rule.methods or ()) & {"GET", "POST"}


def test_an_address_that_nothing_has_is_not_found_and_never_a_fault(everything):
    parish, client = everything
    token, before = parish.token(client), parish.counted()
    answers = {}
    for path, methods in paths(parish, ODD_PARTS):
        for method in methods:
            sent = token | parish.tokens() if method == "POST" else None
            answer = client.open(path, method=method, data=sent, buffered=True)
            answers[method, path] = answer.status_code
    assert {key: code for key, code in answers.items() if code not in (404, 405, 308)} == {}
    assert parish.counted() == before


def test_nothing_in_the_query_of_an_address_is_a_fault(everything):
    parish, client = everything
    for path in {p for p, methods in [*paths(parish), *plain_paths(parish)] if "GET" in methods}:
        for value in ODD_VALUES:
            query = urlencode(dict.fromkeys(PARAMETERS, value), errors="surrogatepass")
            answer = client.get(f"{path}?{query}", buffered=True)
            assert (path, value, answer.status_code < 500) == (path, value, True)


def test_nothing_in_any_field_is_a_fault(everything):
    parish, client = everything
    token = parish.token(client)
    for path, methods in {**dict(paths(parish)), **dict(plain_paths(parish))}.items():
        for value in ODD_VALUES if "POST" in methods else ():
            sent = dict.fromkeys(PARAMETERS, value) | parish.tokens() | token
            body = urlencode(sent, errors="surrogatepass")
            kind = "application/x-www-form-urlencoded"
            answer = client.post(path, data=body, content_type=kind)
            assert (path, value, answer.status_code < 500) == (path, value, True)
