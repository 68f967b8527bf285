"""Saying "jag tar det" on the pages: which times are offered, what is said, and who sees it."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from cases.people import Person
from tests.cases.village import Village
from tests.web.conftest import Browser, Clock


@pytest.fixture
def village(app: Flask, password_hash: str, clock: Clock) -> Village:
    wiring = app.extensions["vardtrad"]
    village = Village(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    clock.now = village.now
    return village


@pytest.fixture
def taken_from(village: Village) -> str:
    """The address of the step page of an assessment reported just now, at 8.30."""
    return f"/steg/{village.step(village.report(), 'assess')[0]}"


def words(answer: TestResponse) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())


def waits(answer: TestResponse) -> dict[str, str]:
    """The choices of the form "Jag tar det": what is sent by what is read."""
    select_ = answer.text.partition('name="until"')[2].partition("</select>")[0]
    drawn = re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)</option>', select_)
    return {read: unescape(sent) for sent, read in drawn}


HALF, WHOLE = "tis 24 nov. 2026 09:00", "tis 24 nov. 2026 09:30"
AS_USUAL = "vänta inte, påminn som vanligt"


def test_a_step_is_taken_until_a_time_and_everybody_sees_it(
    taken_from: str, logged_in: Callable[[str], Browser]
):
    nina, ulla = logged_in("nina"), logged_in("ulla")
    offered = waits(nina.get(taken_from))
    assert [*offered] == [HALF, WHOLE, AS_USUAL]
    answer = nina.post(f"{taken_from}/ta", {"until": offered[HALF]})
    assert (answer.status_code, answer.location) == (303, taken_from)
    said = words(nina.get(taken_from))
    assert f"Du tar det till {HALF}. Påminnelserna väntar så länge." in said
    reference = "AVV-2026-0001"
    told = f"Nina Nord tar det till {HALF}, och påminnelserna väntar så länge."
    for page in (taken_from, f"/arende/{reference}"):
        assert told in words(ulla.get(page))
    assert f"Påminnelserna väntar till {HALF}" in words(ulla.get(f"/arende/{reference}"))
    assert f"påminnelserna väntar till {HALF}" in words(nina.get("/"))
    assert f"Taget av Nina Nord · påminnelserna väntar till {HALF}" in words(ulla.get("/tavla"))


def test_when_the_time_is_out_nobody_is_said_to_have_it_in_hand(
    taken_from: str, logged_in: Callable[[str], Browser], clock: Clock
):
    nina = logged_in("nina")
    nina.post(f"{taken_from}/ta", {"until": waits(nina.get(taken_from))[HALF]})
    clock.forward(minutes=30)
    for page in (taken_from, "/arende/AVV-2026-0001"):
        assert "påminnelserna väntar så länge" not in words(nina.get(page))
    assert "påminnelserna väntar" not in words(nina.get("/"))


def test_the_reminders_are_let_go_again(taken_from: str, logged_in: Callable[[str], Browser]):
    nina = logged_in("nina")
    nina.post(f"{taken_from}/ta", {"until": waits(nina.get(taken_from))[HALF]})
    nina.post(f"{taken_from}/ta", {"until": waits(nina.get(taken_from))[AS_USUAL]})
    page = words(nina.get(taken_from))
    assert "Påminnelserna går som vanligt igen." in page
    assert "Du har bollen" in page
    assert "Du tar det till" not in page
    assert AS_USUAL not in waits(nina.get(taken_from)), "nothing waits any more"
    assert "Lät påminnelserna gå som vanligt igen" in words(nina.get("/arende/AVV-2026-0001"))


def test_a_step_is_taken_with_its_reminders_as_usual(
    taken_from: str, logged_in: Callable[[str], Browser]
):
    nina = logged_in("nina")
    nina.post(f"{taken_from}/ta", {"until": waits(nina.get(taken_from))[AS_USUAL]})
    page = words(nina.get(taken_from))
    assert "Du har tagit steget. Påminnelser går nu till dig." in page
    assert "påminnelserna väntar" not in page


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-11-24T08:00:00+01:00", "Tiden du valde har redan gått. Välj en ny."),
        ("2026-11-25T08:00:00+01:00", "Så länge kan påminnelserna inte vänta."),
        ("2026-11-24T09:00:00", "Välj hur länge påminnelserna ska vänta."),
        ("9999-12-31T23:59:59-12:00", "Välj hur länge påminnelserna ska vänta."),
        ("snart", "Välj hur länge påminnelserna ska vänta."),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_a_new_one_is_asked_for(
    taken_from: str, logged_in: Callable[[str], Browser], until: str, said: str
):
    nina = logged_in("nina")
    nina.post(f"{taken_from}/ta", {"until": until})
    page = nina.get(taken_from)
    assert said in words(page)
    assert HALF in waits(page)
    assert "Nina Nord tar det" not in words(page)


def test_the_unit_manager_may_only_say_until_when(
    taken_from: str, logged_in: Callable[[str], Browser]
):
    ulla = logged_in("ulla")
    offered = waits(ulla.get(taken_from))
    assert [*offered] == [HALF, WHOLE]
    assert ulla.post(f"{taken_from}/ta", {}).status_code == 403
    ulla.post(f"{taken_from}/ta", {"until": offered[WHOLE]})
    assert f"Du tar det till {WHOLE}" in words(ulla.get(taken_from))
    assert f"Ulla Udd tar det till {WHOLE}" in words(logged_in("nina").get(taken_from))


def test_those_who_cannot_do_it_are_offered_nothing(
    taken_from: str, logged_in: Callable[[str], Browser]
):
    assert "Jag tar det" not in logged_in("siv").get(taken_from).text
    assert "Jag tar det" not in logged_in("siv").get("/arende/AVV-2026-0001").text
