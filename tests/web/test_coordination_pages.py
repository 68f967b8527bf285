"""SIP and discharge at a glance, as pages: their words, their filters, and what is logged."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from cases.access_log import AccessLogEntry
from cases.people import Person
from tests.cases.chain import Chain
from tests.web import markup
from tests.web.conftest import Browser, Clock
from tests.web.parish import Parish

BOARDS = ("/sip", "/utskrivningar", "/tysta", "/inkommande")


@pytest.fixture
def chain(app: Flask, password_hash: str) -> Chain:
    """Its people have the password of the municipality."""
    wiring = app.extensions["vardtrad"]
    chain = Chain(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    return chain


@pytest.fixture
def see(
    chain: Chain, clock: Clock, logged_in: Callable[[str], Browser]
) -> Callable[..., TestResponse]:
    """Opens a page as somebody, at the chain's moment."""
    browsers: dict[str, Browser] = {}

    def open_page(who: str, path: str, form: Any = None) -> TestResponse:
        clock.now = chain.now
        browser = browsers.get(who) or browsers.setdefault(who, logged_in(who))
        if browser.get("/rutiner").status_code == 303:  # it was too long ago
            browser = browsers[who] = logged_in(who)
        return browser.get(path) if form is None else browser.post(path, form)

    return open_page


def words(answer: TestResponse) -> str:
    """The text of the page's main part, on one line."""
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())


def need(chain: Chain, who: str = "sam", **more: Any) -> str:
    given = {
        "trigger": "home_visit", "noticed_at": chain.now.date().isoformat(),
        "noticed_by": "Hemtjänsten", "reason": "Faller ofta.",
    }  # fmt: skip
    return chain.open(who, "sip", **given | more)


def called(chain: Chain) -> str:
    reference = need(chain)
    for step in ("assess_need", "consent", "pre_planning", "call"):
        chain.do("sam", reference, step)
    return reference


def reads(chain: Chain, action: str) -> list[tuple[int | None, int | None]]:
    with chain.database.reading() as session:
        rows = session.execute(
            select(AccessLogEntry.case_id, AccessLogEntry.patient_id)
            .where(AccessLogEntry.action == action)
            .order_by(AccessLogEntry.id)
        )
        return [(case_id, patient_id) for case_id, patient_id in rows]


# The SIP board


def test_a_line_says_step_clock_law_unit_holder_and_how_the_parties_have_answered(chain, see):
    reference = called(chain)
    step = chain.steps(reference, "answer")[0]
    chain.do("sam", reference, "answer", step.item)
    text = words(see("bodil", "/sip"))
    assert "1 öppen SIP" in text
    assert (
        "Svara på kallelsen SIP-2026-0001 7 dagar kvar – Tallen "
        "Samordnare Linden: kommer Exempelskolan: inget svar än"
    ) in text


def test_the_laws_two_days_stand_there_before_anybody_is_called(chain, see):
    chain.now = chain.now.replace(day=26)  # a Thursday
    need(chain, trigger="discharge", discharge_notice_at=chain.now.isoformat())
    text = words(see("bodil", "/sip"))
    assert "Kallelsen ska gå senast sön 29 nov. 2026 23:59" in text
    assert "senast enligt lag mån 30 nov. 2026 23:59" in text


def test_the_board_is_narrowed_by_state_unit_party_and_clock(chain, see):
    called(chain)
    chain.wait(days=1)
    new = need(chain)
    elsewhere = need(chain, unit="granen", patient=str(chain.patients[2]))
    page = see("sam", "/sip")
    (linden,) = re.findall(r'<option value="(\w+)">Linden<', page.text)
    shown = {
        query: re.findall(r'href="/arende/([^"]+)"', see("sam", f"/sip?{query}").text)
        for query in (
            "laget=answers", "enhet=Granen", f"part={linden}", "tid=today", "tid=late", "tid=later",
            "laget=need&enhet=Tallen", "laget=ingen",
        )
    }  # fmt: skip
    one = ["SIP-2026-0001"]
    assert shown == {
        "laget=answers": one, "enhet=Granen": [elsewhere], f"part={linden}": one, "tid=today": [],
        "tid=late": [], "tid=later": [new, elsewhere, *one], "laget=need&enhet=Tallen": [new],
        "laget=ingen": [],
    }  # fmt: skip
    chain.wait(days=1)
    assert new in see("sam", "/sip?tid=today").text
    chain.wait(days=1)
    assert new in see("sam", "/sip?tid=late").text


def test_what_somebody_typed_is_in_no_address(chain, see):
    called(chain)
    for path in ("/sip", "/inkommande"):
        page = see("sam", path).text
        addresses = re.findall(r'(?:href|action|value)="([^"]*)"', page)
        assert "Linden" in page
        assert [a for a in addresses if "linden" in a.casefold() or "skola" in a.casefold()] == []


@pytest.mark.parametrize(("path", "action"), [("/sip", "sip_board"), ("/inkommande", "awaited")])
def test_a_case_whose_parties_are_named_is_a_row_in_the_access_log(chain, see, path, action):
    reference = called(chain)
    need(chain)
    see("bodil", path)
    assert reads(chain, action) == [(chain.case(reference).id, chain.patients[0])]


# Discharges


def test_a_stay_says_day_colours_readiness_sip_and_what_is_next(chain, see):
    reference = chain.admit()
    chain.do_chain(reference, "planning")
    chain.do("sam", reference, "set_colour", own_colour="red", own_reason="Bor ensam.")
    text = words(see("bodil", "/utskrivningar"))
    assert "UTS-2026-0001 Planeras sön 29 nov. Grön Kommunen ser: Röd" in text
    assert "SoL: inte än HSL: inte än Rehab: inte än Inte bedömt än" in text


def test_who_waits_in_hospital_stands_above_the_units(chain, see):
    chain.admit("gun", unit="granen", patient=str(chain.patients[2]))
    reference, sip = chain.needs_sip()
    chain.do("bodil", reference, "ready_sol")
    chain.wait(days=2)
    text = words(see("sam", "/utskrivningar"))
    assert text.index("Utskrivningsklara men kvar på sjukhuset") < text.index("UTS-2026-0001")
    assert f"{reference} Utskrivningsklar · Tallen Har väntat 2 dagar" in text
    assert "SoL: klar HSL: inte än Rehab: inte än" in text
    assert f"{sip} : inte kallad än" in text


def test_one_unit_at_a_time_can_be_shown_and_printed(chain, see):
    chain.admit()
    other = chain.admit("gun", unit="granen", patient=str(chain.patients[2]))
    page = see("sam", "/utskrivningar?enhet=granen").text
    assert re.findall(r'href="/arende/([^"]+)"', page) == [other]
    assert "data-print" in page


# Quiet


def test_a_quiet_case_says_since_when_and_what_is_next(chain, see):
    need(chain)
    chain.wait(days=15)
    text = words(see("bodil", "/tysta"))
    assert "SIP-2026-0001 Behov uppmärksammat 15 dagar sedan tis 24 nov. 2026 08:30" in text
    assert "Bedöm om en SIP behövs" in text


# Answers


def test_an_organisation_stands_with_since_when_it_was_asked(chain, see):
    called(chain)
    chain.wait(days=9)
    text = words(see("bodil", "/inkommande"))
    assert "2 svar. De som sällan svarar i tid står först." in text
    assert "Linden 0 av 1 svar i tid" in text
    assert "tis 1 dec. 2026 23:59 tis 24 nov. 2026 08:30 Inte än" in text


def test_one_organisation_can_be_chosen(chain, see):
    called(chain)
    page = see("bodil", "/inkommande").text
    (linden,) = re.findall(r'<option value="(\w+)">Linden<', page)
    headings = re.findall(r"<h2[^>]*>([^<]+)", see("bodil", f"/inkommande?part={linden}").text)
    assert headings == ["Linden"]
    assert "Inget svar väntas från den" in words(see("bodil", "/inkommande?part=0"))


# All of them


@pytest.mark.parametrize("path", BOARDS)
def test_an_empty_board_says_what_it_is_for(see, path):
    page = see("sam", path).text
    assert '<div class="empty">' in page
    assert "<table" not in page


@pytest.mark.parametrize("path", BOARDS)
def test_nothing_of_a_patient_stands_on_a_board(chain, see, path):
    called(chain)
    chain.needs_sip()
    chain.wait(days=20)
    page = see("sam", path).text
    assert "/arende/" in page
    for secret in ("Persson", "18900101", "Faller ofta", "Hemtjänsten", "Kim", "Bo hemma"):
        assert secret not in page


@pytest.mark.parametrize("path", ["/utskrivningar", "/tysta"])
def test_a_board_with_nothing_typed_is_no_read_of_a_case(chain, see, path):
    called(chain)
    chain.needs_sip()
    chain.wait(days=20)
    see("sam", path)
    with chain.database.reading() as session:
        assert session.scalars(select(AccessLogEntry.action)).all() == []


@pytest.mark.parametrize("path", BOARDS)
def test_a_board_stands_under_its_line_of_the_menu_and_leads_to_the_others(see, path):
    page = see("bodil", path).text
    assert '<a href="/sip" aria-current="page">SIP och utskrivning</a>' in page
    beside = page.partition('aria-label="SIP och utskrivning"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', beside) == list(BOARDS)
    assert re.findall(r'href="([^"]+)" aria-current="page"', beside) == [path]


@pytest.mark.parametrize("path", BOARDS)
def test_a_board_is_there_in_english_too(chain, see, path):
    called(chain)
    chain.wait(days=20)
    see("sam", "/sprak", {"language": "en"})
    answer = see("sam", path)
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


# Opening


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("siv", ["deviation", "sip"]),
        ("nina", ["deviation", "sip", "discharge"]),
        ("sam", ["sip", "discharge"]),
        ("bodil", ["sip", "discharge"]),
    ],
)
def test_a_new_case_is_chosen_among_those_that_the_person_may_open(see, who, kinds):
    page = see(who, "/ny").text.partition("<main")[2]
    assert re.findall(r'href="/ny/(\w+)"', page) == kinds
    for kind in kinds:
        assert see(who, f"/ny/{kind}").status_code == 200


@pytest.mark.parametrize(("path", "current"), [("/ny/deviation", "/ny/deviation"),
                                               ("/ny/sip", "/ny"), ("/ny", "/ny")])  # fmt: skip
def test_the_menu_marks_one_line_when_a_case_is_opened(see, path, current):
    page = see("nina", path).text.partition('<ul class="nav">')[2].partition("</ul>")[0]
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == [current]


def test_a_form_opened_from_a_patients_page_starts_with_that_patient(chain, see):
    mine, others = chain.patients[1], chain.patients[2]
    page = see("bodil", f"/ny/sip?patient={mine}").text
    assert f'<option value="{mine}" selected>' in page
    for unknown in (others, "x", ""):
        page = see("bodil", f"/ny/sip?patient={unknown}").text
        assert not re.search(r'<option value="\d+" selected>', page)


def test_a_coordinator_sees_no_deviation_anywhere(chain, see):
    reference = chain.report()
    answer = see("bodil", f"/arende/{reference}")
    assert answer.status_code == 404
    with chain.database.reading() as session:
        (row,) = session.scalars(select(AccessLogEntry).where(AccessLogEntry.action == "case"))
        assert (row.case_id, row.allowed) == (chain.case(reference).id, False)
    for form in ({"sok": reference}, {"sok": "Persson"}):
        found = see("bodil", "/sok", form)
        assert f"/arende/{reference}" not in found.text


def test_a_care_worker_sees_of_a_stay_what_the_care_at_home_needs(chain, see):
    stay = chain.admitted_and_ready()
    chain.do("bodil", stay, "ready_sol", performer="Hemtjänsten Norr")
    chain.do("sam", stay, "went_home", remark="Dottern följde med.")
    for who, performer in (("nina", True), ("siv", False)):
        page = see(who, f"/arende/{stay}").text
        assert ("Hemtjänsten Norr" in page) is performer
        assert ("18900101-9802" in page) is performer
        assert "Dottern följde med." in page


def test_steps_that_are_due_later_than_in_a_week_are_folded(parish: Parish):
    page = markup.read(parish.client("sara").get("/").text)
    folded = markup.words(markup.only(page, ".//details[@class='ds-details']"))
    assert "Svara på kallelsen" in folded
    assert "Bekräfta för socialtjänsten" not in folded
    assert "Bekräfta för socialtjänsten" in markup.words(page)
