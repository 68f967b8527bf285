"""What every answer carries: a strict policy, nothing inline, and help when something fails."""

import logging
import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from cases.access import Right
from tests.web.markup import only, read, words
from tests.web.parish import Parish
from tests.web.strolling import STROLLERS, Seen, page_endpoints
from web.app import create_app
from web.door import Work, asks, work_out
from web.settings import read_settings

BY_MAIL = {"answering.answer"}
"""Reached by a link in a mail alone, by people outside who have no other page."""

POLICY = {
    "default-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}


def test_every_page_can_be_reached_by_following_links(strolled, filled_parish):
    pages = page_endpoints(filled_parish.app)
    assert {seen.endpoint for seen in strolled if seen.page is not None} == pages - BY_MAIL


def test_no_link_leads_to_a_page_that_is_missing_or_closed(strolled):
    assert [(str(seen), seen.status) for seen in strolled if seen.status not in (200, 303)] == []


@pytest.mark.parametrize("who", STROLLERS)
def test_every_answer_has_a_strict_policy_and_is_not_kept(strolled, who):
    for seen in strolled:
        if seen.who == who:
            directives = [d.split() for d in seen.headers["Content-Security-Policy"].split(";")]
            assert {name: sources for name, *sources in directives} == POLICY
            assert seen.headers["X-Content-Type-Options"] == "nosniff"
            assert seen.headers["X-Frame-Options"] == "DENY"
            assert seen.headers["Referrer-Policy"] == "same-origin"
            assert seen.headers["Cache-Control"] == "no-store"
            assert seen.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize("who", STROLLERS)
def test_every_cookie_is_closed_to_scripts_to_other_sites_and_to_http(strolled, who):
    cookies = [c for s in strolled if s.who == who for c in s.headers.getlist("Set-Cookie")]
    kept = [cookie.split("; ") for cookie in cookies if "Max-Age=0" not in cookie]
    assert {frozenset(parts[1:]) for parts in kept} == {
        frozenset({"HttpOnly", "SameSite=Lax", "Secure", "Path=/"})
    }


@pytest.mark.parametrize("who", STROLLERS)
def test_no_page_holds_a_style_or_a_script_that_the_policy_would_refuse(strolled, who):
    faults = [fault for seen in strolled if seen.who == who for fault in inline(seen)]
    assert faults == []


def inline(seen: Seen) -> list[str]:
    """Each place that would not work, or would weaken the policy."""
    found = []
    for element in seen.page.iter() if seen.page is not None else ():
        if element.tag == "style" or (element.tag == "script" and "src" not in element.attrib):
            found.append(f"{seen}: <{element.tag}>")
        if element.tag == "script" and words(element):
            found.append(f"{seen}: text in <script>")
        for name, value in element.attrib.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                found.append(f"{seen}: {name}=")
            if value.strip().lower().startswith(("javascript:", "data:")):
                found.append(f"{seen}: {name}={value[:20]}")
        loaded = element.get("src") or (element.tag == "link" and element.get("href")) or ""
        if urlsplit(loaded).netloc:
            found.append(f"{seen}: {loaded}")
    return found


@pytest.mark.parametrize("who", STROLLERS)
def test_every_page_has_a_language_a_title_and_one_heading(strolled, who):
    for seen in strolled:
        if seen.who == who and seen.page is not None:
            assert seen.page.attrib["lang"] == "sv"
            assert words(only(seen.page, "head/title"))
            assert (str(seen), len(list(seen.page.iter("h1")))) == (str(seen), 1)


def test_what_every_page_loads_may_be_kept_and_is_no_page(parish):
    answer = parish.client().get("/static/vard.js", buffered=True)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] != "no-store"
    assert answer.mimetype == "text/javascript"


# The language


@pytest.mark.parametrize("path", ["/", "/arende/AVV-2026-0001?ordning=aldst", "/steg/1"])
def test_the_language_is_switched_on_the_page_one_is_at_and_back_again(parish, path):
    client = parish.client("nina")
    swedish = words(only(read(client.get(path).text), ".//main"))
    for language in ("en", "sv"):
        sent = parish.token(client) | {"language": language}
        there = {"Referer": f"http://localhost{path}"}
        answer = client.post("/sprak", data=sent, headers=there)
        assert (answer.status_code, answer.location) == (303, path)
        page = read(client.get(path).text)
        assert page.attrib["lang"] == language
        assert (words(only(page, ".//main")) == swedish) == (language == "sv")


# When it fails


@pytest.fixture
def failing(filled_parish, tmp_path):
    """A parish with a page that fails in the midst of writing."""
    parish = filled_parish.moved(tmp_path)

    @parish.app.get("/faller")
    @asks(Right.WORK)
    def fall() -> None:
        def operation(work: Work) -> None:
            work.read("search")
            work.session.flush()
            raise RuntimeError("Test Persson, 18900101-9802, hittad på golvet")

        work_out(operation)

    yield parish
    parish.database.engine.dispose()


def fail(parish: Parish, client: FlaskClient, code: int):
    token = parish.token(client)
    match code:
        case 400:
            return client.post("/utkast?purpose=hittepå", data=token)
        case 403:
            return client.get("/personer")
        case 404:
            return client.get("/finns-inte")
        case 405:
            return client.post("/rutiner", data=token)
        case 413:
            return client.post("/ny/deviation", data=token | {"what_happened": "x" * 5_000_000})
        case _:
            return client.get("/faller")


TITLES = {
    400: "Det gick inte att förstå",
    403: "Du har inte tillgång",
    404: "Sidan finns inte",
    405: "Det går inte att göra så",
    413: "För mycket på en gång",
    500: "Något gick fel",
}


@pytest.mark.parametrize("code", TITLES)
def test_a_page_about_a_failure_says_in_swedish_what_to_do_and_is_as_strict_as_others(
    failing, code
):
    answer = fail(failing, failing.client("siv"), code)
    page = read(answer.text)
    assert answer.status_code == code
    assert page.attrib["lang"] == "sv"
    assert words(only(page, ".//h1")) == TITLES[code]
    assert words(only(page, ".//p[@class='lead']"))
    links = [a.attrib["href"] for a in only(page, ".//main").iter("a")]
    assert links
    assert [failing.client("siv").get(link).status_code for link in links] == [200] * len(links)
    assert answer.headers["Cache-Control"] == "no-store"
    assert inline(Seen("siv", "", "", code, answer.headers, "", page)) == []


@pytest.mark.parametrize("code", TITLES)
def test_a_page_about_a_failure_is_there_in_english_too(failing, code):
    client = failing.client("siv")
    client.post("/sprak", data=failing.token(client) | {"language": "en"})
    page = read(fail(failing, client, code).text)
    assert page.attrib["lang"] == "en"
    assert words(only(page, ".//h1")) != TITLES[code]


@pytest.mark.parametrize("code", [404, 405, 413])
def test_nobody_logged_in_gets_the_same_help(failing, code):
    page = read(fail(failing, failing.client(), code).text)
    assert words(only(page, ".//h1")) == TITLES[code]


def test_a_fault_of_ours_is_logged_by_number_kind_and_place_and_by_nothing_else(failing, caplog):
    reads = len(failing.reads_since(0))
    with caplog.at_level(logging.DEBUG, "web"):
        answer = failing.client("nina").get("/faller")
    number = re.search(r"Fel nummer ([0-9a-f]{8})\.", answer.text)
    assert number
    (record,) = [record for record in caplog.records if record.name == "web"]
    assert re.fullmatch(
        rf"fel {number[1]}: RuntimeError vid test_headers\.py:\d+", record.getMessage()
    )
    assert record.exc_info is None
    for secret in ("Persson", "9802", "golvet"):
        assert secret not in caplog.text + answer.text
    assert len(failing.reads_since(0)) == reads


def test_a_database_that_does_not_answer_gives_a_page_and_a_line_too(tmp_path, caplog):
    nowhere = read_settings({}, database_url=f"sqlite:///{tmp_path}/no/such/folder.db")
    client = create_app(nowhere).test_client()
    token = only(read(client.get("/logga-in").text), ".//main//input[@name='csrf_token']")
    sent = {"csrf_token": token.attrib["value"], "username": "nina", "password": "gul häst"}
    answer = client.post("/logga-in", data=sent)
    assert answer.status_code == 500
    assert words(only(read(answer.text), ".//h1")) == TITLES[500]
    (record,) = caplog.records
    assert re.fullmatch(r"fel [0-9a-f]{8}: OperationalError vid \S+:\d+", record.getMessage())
    assert record.exc_info is None
