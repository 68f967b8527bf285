"""What other programs are told, that it comes from us, and that nothing of a patient is in it."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from cases.access import Access, access_of
from cases.canary import open_canary
from cases.errors import Invalid, NotAllowed
from cases.models import Case, CaseStep
from cases.operations import Sent, act
from cases.people import Person
from cases.webhook_address import OwnNetwork
from cases.webhook_administration import add_webhook
from cases.webhooks import WebhookEvent
from notifications.next_due import next_due
from notifications.old_calls import drop_old_calls
from tests.notifications.listening import BASE_URL, INSIDE, Listening, told, verified
from tests.notifications.town import ASSESSMENT, DUE, FRIDAY, MINUTE, REPORT, Town, step_of
from tests.servers.receiver import Receiver
from workflow.roles import Role

LATER = FRIDAY + 10 * MINUTE

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture
def listening(town: Town) -> Listening:
    """On both databases."""
    return Listening(town)


@pytest.fixture
def here(town_on_sqlite: Town) -> Listening:
    return Listening(town_on_sqlite)


def withdraw(listening: Listening, reference: str, now: datetime) -> None:
    """Ends the case by the action that the routine has for it."""
    town = listening.town
    with town.database.transaction() as session:
        eva = access_of(session, session.get_one(Person, listening.staff["eva"]), now)
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        sent = Sent({"reason": "mistake", "explanation": "Fel."}, str(uuid4()), case.revision)
        act(session, town.routines, eva, reference, "withdraw", sent, now)


def test_a_program_hears_that_a_case_is_opened_a_step_done_and_overdue_and_the_case_closed(
    listening: Listening, receiver: Receiver
):
    listening.add(receiver.url)
    reference = listening.report()
    listening.call()
    listening.town.do(listening.staff["nils"], reference, "assess", LATER, ASSESSMENT)
    listening.call(LATER)
    late = FRIDAY + timedelta(days=10)
    listening.town.sweep(late)
    listening.call(late)
    withdraw(listening, reference, late)
    listening.call(late)
    assert told(receiver) == ["case_opened", "step_done", "step_overdue", "case_closed"]
    opened, done, overdue, closed = (json.loads(heard.body)["data"] for heard in receiver.heard)
    assert opened["case"]["reference"] == done["case"]["reference"] == reference
    assert [data.get("step", {}).get("key") for data in (opened, done, overdue, closed)] == [
        None, "assess", "event_report", None
    ]  # fmt: skip
    assert done["step"]["ended_at"] == LATER.isoformat()
    assert overdue["step"]["due_at"] == json.loads(receiver.heard[2].body)["timestamp"]
    assert closed["case"]["closed_at"] == late.isoformat()


def test_the_receiver_can_check_that_it_comes_from_us_and_is_new(
    here: Listening, receiver: Receiver
):
    _id, secret = here.add(receiver.url)
    reference = here.report()
    here.call(LATER)
    [heard] = receiver.heard
    body = verified(heard, secret)
    assert heard.path == "/in?key=a"
    assert body["id"] == heard.headers["webhook-id"]
    assert 0 <= int(heard.headers["webhook-timestamp"]) - LATER.timestamp() < 60
    assert body["data"]["case"]["url"] == f"{BASE_URL}api/v1/cases/{reference}"
    other = here.add(receiver.url)[1]
    with pytest.raises(AssertionError):
        verified(heard, other)


def test_the_check_that_the_documentation_gives_knows_ours_from_others_and_from_old_ones(
    here: Listening, receiver: Receiver
):
    found = re.search("```python\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)
    assert found
    given: dict[str, Any] = {}
    exec(found[1], given)  # noqa: S102  our own
    is_ours = given["is_ours"]
    now = datetime.now(UTC)
    _id, secret = here.add(receiver.url, now=now)
    here.report(now)
    here.call(now)
    here.report(now)
    here.call(now + 6 * MINUTE)
    fresh, stale = receiver.heard
    assert is_ours(fresh.headers, fresh.body, secret)
    assert not is_ours(fresh.headers, fresh.body + b" ", secret)
    assert not is_ours(fresh.headers, fresh.body, f"{secret[:-6]}AAAAA=")
    assert not is_ours(stale.headers, stale.body, secret)


def test_nothing_is_told_of_patients_and_people_nor_what_they_have_typed(
    here: Listening, receiver: Receiver
):
    here.add(receiver.url)
    reference = here.report()
    here.town.do(here.staff["nils"], reference, "assess", LATER, ASSESSMENT)
    here.call(LATER)
    done = json.loads(receiver.heard[-1].body)
    assert set(done) == {"id", "type", "timestamp", "data"}
    assert set(done["data"]["case"]) == {
        "reference", "definition", "unit", "opened_at", "closed_at", "url"
    }  # fmt: skip
    assert set(done["data"]["step"]) == {"id", "key", "round", "opened_at", "due_at", "ended_at"}
    everything = "".join(f"{heard.headers} {heard.body.decode()}" for heard in receiver.heard)
    typed = (REPORT["what_happened"], str(ASSESSMENT["own_assessment"]), "fall")
    for secret in ("Persson", "189001019802", "Wilma", "Nils", *typed):
        assert secret not in everything


def test_only_what_was_asked_for_is_told_and_nothing_from_before_that(
    here: Listening, receiver: Receiver
):
    here.report()
    here.add(receiver.url, [WebhookEvent.STEP_DONE])
    reference = here.report(LATER)
    here.town.do(here.staff["nils"], reference, "assess", LATER, ASSESSMENT)
    here.call(LATER)
    assert told(receiver) == ["step_done"]


def test_a_change_that_is_rolled_back_is_not_told(here: Listening, receiver: Receiver):
    here.add(receiver.url)
    with pytest.raises(NotAllowed):
        here.town.do(here.staff["wilma"], here.report(), "assess", LATER, ASSESSMENT)
    here.call(LATER)
    assert told(receiver) == ["case_opened"]


def test_a_program_that_has_ended_hears_nothing_more_not_even_what_waits(
    here: Listening, receiver: Receiver
):
    webhook_id, _secret = here.add(receiver.url)
    here.report()
    here.end(webhook_id)
    here.report(LATER)
    here.call(LATER)
    assert receiver.heard == []
    [waited] = here.calls()
    assert waited.dropped_at == FRIDAY


def test_the_daily_check_of_vardtrad_itself_is_not_told(here: Listening, receiver: Receiver):
    here.add(receiver.url)
    with here.database.transaction() as session:
        open_canary(session, here.town.routines, FRIDAY)
    here.town.sweep(DUE)
    here.call(DUE)
    assert receiver.heard == []


# Overdue


def test_an_overdue_step_is_told_once_however_often_it_is_swept(
    here: Listening, receiver: Receiver
):
    here.add(receiver.url, [WebhookEvent.STEP_OVERDUE])
    here.report()
    here.town.sweep(DUE)
    assert here.calls() == [], "the last moment is still in time"
    for minutes in (1, 2, 3):
        here.town.sweep(DUE + minutes * MINUTE)
    here.call(DUE + 3 * MINUTE)
    assert told(receiver) == ["step_overdue"]


def test_a_step_whose_time_is_moved_may_be_overdue_once_more(here: Listening, receiver: Receiver):
    here.add(receiver.url, [WebhookEvent.STEP_OVERDUE])
    reference = here.report()
    here.town.sweep(DUE + MINUTE)
    with here.database.transaction() as session:
        step_of(session, reference, "assess").due_at = DUE + timedelta(days=1)
    here.town.sweep(DUE + 2 * MINUTE)
    assert len(here.calls()) == 1
    here.town.sweep(DUE + timedelta(days=1, minutes=1))
    [first, *_others, again] = here.calls()
    assert (first.step_id, again.step_id) == (first.step_id, first.step_id)
    assert first.key != again.key


def test_what_was_overdue_before_the_program_asked_is_no_news_but_a_step_that_opens_late_is(
    here: Listening, receiver: Receiver
):
    here.report()
    here.add(receiver.url, [WebhookEvent.STEP_OVERDUE], DUE + 5 * MINUTE)
    here.town.sweep(DUE + 6 * MINUTE)
    assert here.calls() == []
    happened = FRIDAY - timedelta(days=3)
    late = here.town.report(here.staff["wilma"], DUE + 7 * MINUTE, happened)
    here.town.sweep(DUE + 8 * MINUTE)
    with here.database.reading() as session:
        steps = set(session.scalars(select(CaseStep.id).join(Case).where(Case.reference == late)))
    assert {call.step_id for call in here.calls()} == steps


def test_what_was_told_is_forgotten_after_a_month_but_not_that_a_step_is_still_late(
    here: Listening, receiver: Receiver
):
    here.add(receiver.url, [WebhookEvent.CASE_OPENED, WebhookEvent.STEP_OVERDUE])
    here.report()
    here.town.sweep(DUE + MINUTE)
    here.call(DUE + MINUTE)
    month_after = DUE + timedelta(days=31)
    with here.database.transaction() as session:
        drop_old_calls(session, month_after)
    assert [call.event for call in here.calls()] == ["step_overdue"]
    here.town.sweep(month_after)
    assert len([call for call in here.calls() if call.at == DUE]) == 1


# Who may add what


def test_an_address_that_is_no_https_address_is_refused(here: Listening):
    for url in (
        "http://system.example/in", "ftp://system.example", "system.example/in", "https://",
        "https://a:b@system.example/", "https://system.example/#a", "https://system.example/å",
        "https://system.example:port/",
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            here.add(url, own_network=OwnNetwork())
        assert set(refused.value.errors) == {"url"}, url


def test_plain_http_is_taken_for_hosts_in_the_own_network_alone(here: Listening):
    inside = OwnNetwork.of(["", " System.exempelby.example:8080 "])
    here.add("http://system.exempelby.example:8080/in", own_network=inside)
    for url in ("http://system.exempelby.example/in", "http://other.exempelby.example:8080/in"):
        with pytest.raises(Invalid):
            here.add(url, own_network=inside)


def test_only_an_administrator_may_add_one(here: Listening):
    data = {"name": "X", "url": "https://a.example", "events": ["case_opened"]}
    for role in set(Role) - {Role.ADMINISTRATOR}:
        someone = Access(here.staff["mia"], "Mia", frozenset({(role, None)}))
        with here.database.transaction() as session, pytest.raises(NotAllowed):
            add_webhook(session, someone, INSIDE, data, FRIDAY)


def test_the_next_call_is_when_a_sleeping_worker_wakes(here: Listening, receiver: Receiver):
    here.add(receiver.url)
    here.report()
    with here.database.reading() as session:
        assert next_due(session) == FRIDAY
    here.call()
    with here.database.reading() as session:
        assert next_due(session) == FRIDAY + timedelta(minutes=90)
