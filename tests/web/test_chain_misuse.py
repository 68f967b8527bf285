"""Bad luck and mistakes on the pages of a discharge and a SIP: clear words, and nothing lost."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cases.people import Person
from tests.cases.chain import Chain
from tests.web import markup
from tests.web.conftest import Browser, Clock
from tests.web.parish import flat
from tests.workflow.discharging import admission

PLAN: dict[str, Any] = {
    "goals": "Laga mat.", "needed_efforts": "Stöd.", "measures_by_others": "Inget.",
    "overall_principal": "municipality", "overall_contact": "Kim", "crisis_contact": "1177",
    "follow_up_date": "2027-02-24",
    "efforts": [
        {"effort": "Hembesök", "principal": "region", "organisation": "Linden",
         "responsible": "Kim", "due": "2026-12-20"},
    ],
}  # fmt: skip
CHANGED = "Ärendet har ändrats sedan du öppnade sidan."


@pytest.fixture
def chain(app: Flask, password_hash: str, clock: Clock) -> Chain:
    wiring = app.extensions["vardtrad"]
    chain = Chain(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    clock.now = chain.now
    return chain


def text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def drawn(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.get(path)
    assert answer.status_code == 200
    return values(answer.text)


def values(page: str) -> dict[str, Any]:
    """What the page's form would send if nobody touched it."""
    return dict(markup.asked(markup.read(page)).values())


def planned(chain: Chain) -> str:
    """A SIP whose meeting has been held, so that the plan is to be written."""
    _reference, sip = chain.needs_sip()
    for step in ("consent", "pre_planning", "call_by_law"):
        chain.do("bodil", sip, step)
    for answer in chain.steps(sip, "answer"):
        chain.do("bodil", sip, "answer", answer.item)
    chain.do(
        "bodil", sip, "hold_meeting", outcome="held", reason=None, held_at=chain.now.isoformat(),
        held_form="home", person_took_part="present", chair="Kim", secretary="Bo",
        attendance=[{"organisation": "Linden", "came": "came"}],
    )  # fmt: skip
    return sip


def test_of_two_who_write_the_plan_the_second_gets_the_text_back(chain: Chain, logged_in):
    sip = planned(chain)
    path = f"/steg/{chain.step(sip, 'write_plan')[0]}"
    sam, bodil = logged_in("sam"), logged_in("bodil")
    forms = {browser: drawn(browser, path) for browser in (sam, bodil)}
    assert sam.post(path, forms[sam] | flat(PLAN)).status_code == 303
    mine = PLAN | {"goals": "Promenera till torget varje dag."}
    late = bodil.post(path, forms[bodil] | flat(mine))
    assert late.status_code == 409
    assert "Det du skrev är inte sparat." in text(late.text)
    assert "Promenera till torget varje dag." in text(late.text)
    (written,) = [e for e in chain.events(sip, "step_done") if e.data["step"] == "write_plan"]
    assert written.text
    assert written.text.body
    assert written.text.body["form"]["goals"] == "Laga mat."


def test_of_two_who_correct_the_plan_the_second_is_asked_to_read_and_keeps_the_text(
    chain: Chain, logged_in
):
    sip = planned(chain)
    chain.do("bodil", sip, "write_plan", **PLAN)
    (written,) = [e for e in chain.events(sip, "step_done") if e.data["step"] == "write_plan"]
    path = f"/arende/{sip}/ratta/{written.sequence}"
    bodil, ulla = logged_in("bodil"), logged_in("ulla")
    forms = {browser: drawn(browser, path) for browser in (bodil, ulla)}
    why = {"reason_for_correction": ["Fel i planen."]}
    goals = {"goals": ["Baka bröd."]}
    assert bodil.post(path, forms[bodil] | goals | why).status_code == 303
    late = ulla.post(path, forms[ulla] | {"goals": ["Åka buss själv."]} | why)
    assert late.status_code == 409
    assert CHANGED in text(late.text)
    assert values(late.text)["goals"] == ["Åka buss själv."]


def test_a_duplicate_notice_is_refused_beside_the_patient_and_nothing_typed_is_lost(
    chain: Chain, logged_in
):
    reference = chain.admit()
    bodil = logged_in("bodil")
    form = drawn(bodil, "/ny/discharge")
    told = admission(chain.now, patient=str(chain.patients[0]), ward="Nyköping, avdelning 7")
    sent = {
        name: [value[0][:16] if name.endswith("_at") else value[0]]
        for name, value in flat(told).items()
    }
    again = bodil.post("/ny/discharge", form | sent)
    assert again.status_code == 422
    words = f"Patienten har redan ett öppet ärende: {reference}. Fortsätt i det."
    assert words in text(again.text)
    assert values(again.text)["ward"] == ["Nyköping, avdelning 7"]
    assert chain.count("discharge") == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"notice_sent_at": "2026-11-23T08:00"}, "Tiden är före inskrivningen."),
        (
            {"notice_received_at": "2026-11-24T06:00"},
            "Meddelandet kan inte ha kommit innan det skickades.",
        ),
        ({"admitted_at": "2026-11-25T08:00"}, "Tiden kan inte ligga i framtiden."),
    ],
)
def test_times_that_cannot_be_are_told_beside_them(
    chain: Chain, logged_in, changed: dict[str, str], words: str
):
    sam = logged_in("sam")
    form = drawn(sam, "/ny/discharge")
    told = admission(chain.now, patient=str(chain.patients[0])) | changed
    sent = {
        name: [value[0][:16] if name.endswith("_at") else value[0]]
        for name, value in flat(told).items()
    }
    refused = sam.post("/ny/discharge", form | sent)
    assert refused.status_code == 422
    assert words in text(refused.text)
    assert values(refused.text)["ward"] == [told["ward"]]
    assert chain.count("discharge") == 0


def test_a_meeting_in_the_past_and_a_call_to_nobody_are_told_and_kept(chain: Chain, logged_in):
    _reference, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    bodil = logged_in("bodil")
    path = f"/steg/{chain.step(sip, 'call_by_law')[0]}"
    form = drawn(bodil, path) | {
        "called_at": ["2026-11-24T08:00"], "called_by": ["Kim, Linden"], "place": ["Rum 4"],
        "meeting_at": ["2026-11-20T10:00"], "minutes": ["60"], "meeting_form": ["home"],
    }  # fmt: skip
    refused = bodil.post(path, form)
    assert refused.status_code == 422
    assert "Mötet måste vara senare än beslutet om det." in text(refused.text)
    assert values(refused.text)["place"] == ["Rum 4"]
    assert chain.case(sip).state == "calling"
