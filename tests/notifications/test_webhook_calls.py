"""Receivers that are away, slow or where nobody may call; workers that race or are killed."""

import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier
from time import monotonic

import pytest
import trustme

from cases.database import Database
from cases.webhook_address import OwnNetwork
from notifications import webhook_posting
from notifications.channels import Answer
from notifications.failed_calls import failed_calls
from notifications.trying import GIVEN_UP_AFTER, LEASE
from notifications.webhook_posting import post
from notifications.webhooks import call_webhooks, take_call
from tests.notifications.listening import CALLER, INSIDE, Listening
from tests.notifications.town import FRIDAY, MINUTE, Town
from tests.servers.receiver import Receiver, receiving

AWAY = "http://127.0.0.1:{}/"


@pytest.fixture
def here(town_on_sqlite: Town) -> Listening:
    return Listening(town_on_sqlite)


def waits(here: Listening) -> list[datetime | None]:
    return [call.next_attempt_at for call in here.calls()]


# Tried again


def test_a_call_that_was_answered_with_a_fault_is_made_again_with_the_same_id_until_it_is_taken(
    here: Listening, receiver: Receiver
):
    receiver.status = 500
    here.add(receiver.url, ["case_opened"])
    here.report()
    assert here.call() == {Answer.LATER: 1}
    assert here.call(FRIDAY + MINUTE / 2) == {}
    receiver.status = 202
    assert here.call(FRIDAY + 2 * MINUTE) == {Answer.TAKEN: 1}
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1
    assert len({heard.headers["webhook-signature"] for heard in receiver.heard}) == 2
    [call] = here.calls()
    assert (call.attempts, call.next_attempt_at, call.last_error) == (2, None, None)


def test_after_three_days_it_is_given_up_and_shown_and_an_administrator_can_have_it_made_again(
    here: Listening, receiver: Receiver
):
    receiver.status = 404
    webhook_id, _secret = here.add(receiver.url, ["case_opened"])
    reference = here.report()
    here.call()
    later = FRIDAY + GIVEN_UP_AFTER
    here.call(later)
    with here.database.reading() as session:
        [failed] = failed_calls(session)
    assert (failed.reference, failed.event, failed.attempts) == (reference, "case_opened", 2)
    assert failed.error == "Det finns inget på adressen (svar 404)."
    receiver.status = 200
    assert [here.again(webhook_id, later), here.again(webhook_id, later)] == [1, 0]
    assert here.call(later) == {Answer.TAKEN: 1}
    with here.database.reading() as session:
        assert failed_calls(session) == ()


def test_a_receiver_that_wants_no_more_is_not_called_about_it_again(
    here: Listening, receiver: Receiver
):
    receiver.status = 410
    here.add(receiver.url, ["case_opened"])
    here.report()
    assert here.call() == {Answer.REFUSED: 1}
    assert waits(here) == [None]


def test_what_waits_for_a_receiver_that_is_away_waits_together_and_holds_up_no_other(
    here: Listening, receiver: Receiver, unused_port: int
):
    here.add(AWAY.format(unused_port), ["case_opened"])
    here.add(receiver.url, ["case_opened"])
    for _ in range(3):
        here.report()
    assert here.call() == {Answer.UNREACHABLE: 1, Answer.TAKEN: 3}
    away = [call for call in here.calls() if call.taken_at is None]
    assert [call.attempts for call in away] == [1, 0, 0]
    assert len({call.next_attempt_at for call in away}) == 1
    assert here.call(FRIDAY + GIVEN_UP_AFTER)[Answer.UNREACHABLE] == 1
    assert all(call.failed_at for call in here.calls() if call.taken_at is None)


def test_a_receiver_with_too_much_to_do_is_left_alone_for_a_while(
    here: Listening, receiver: Receiver
):
    receiver.status = 429
    here.add(receiver.url, ["case_opened"])
    here.report()
    here.report()
    assert here.call() == {Answer.UNREACHABLE: 1}
    assert len(receiver.heard) == 1


# Workers


def test_two_workers_at_once_make_each_call_once(town: Town, receiver: Receiver):
    listening = Listening(town)
    listening.add(receiver.url, ["case_opened"])
    for _ in range(10):
        listening.report()
    start = Barrier(2)

    def work() -> None:
        database = Database(town.url)
        start.wait()
        call_webhooks(database, CALLER, FRIDAY)
        database.engine.dispose()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(work) for _ in range(2)]:
            future.result()
    assert len(receiver.heard) == 10
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 10


def test_a_call_in_the_hands_of_a_killed_worker_is_made_again_when_its_lease_has_run_out(
    here: Listening, receiver: Receiver
):
    here.add(receiver.url, ["case_opened"])
    here.report()
    with here.database.transaction() as session:
        assert take_call(session, FRIDAY, CALLER)
    assert here.call(FRIDAY + LEASE - MINUTE) == {}
    assert here.call(FRIDAY + LEASE + MINUTE) == {Answer.TAKEN: 1}
    assert [call.uncertain for call in here.calls()] == [True]


# Where nobody may call


def test_the_own_machine_and_network_are_not_called_unless_they_are_named(
    here: Listening, receiver: Receiver
):
    here.add(receiver.url, ["case_opened"])
    here.report()
    assert here.call(own_network=OwnNetwork()) == {Answer.UNREACHABLE: 1}
    assert [call.last_error for call in here.calls()] == ["PLAIN"]
    for host in ("127.0.0.1", "localhost", "10.1.2.3", "[::1]", "[::ffff:10.1.2.3]", "169.254.1.1"):
        refused = post(f"https://{host}:{receiver.port}/", {}, b"", OwnNetwork())
        assert refused.error == "PRIVATE", host
    assert receiver.heard == []


def test_a_host_that_is_named_with_another_port_is_not_called(receiver: Receiver):
    other = OwnNetwork(frozenset({f"127.0.0.1:{receiver.port + 1}"}))
    assert post(receiver.url, {}, b"", other).answer is Answer.UNREACHABLE
    assert post(receiver.url, {}, b"{}", INSIDE).answer is Answer.TAKEN


def test_a_receiver_cannot_lead_the_call_somewhere_else(here: Listening, receiver: Receiver):
    with receiving(Receiver()) as inside:
        receiver.status, receiver.location = 307, inside.url
        here.add(receiver.url, ["case_opened"])
        here.report()
        here.call()
    assert inside.heard == []
    assert [call.last_error for call in here.calls()] == ["HTTP 307"]


def test_an_unknown_name_and_a_closed_port_are_told_apart(unused_port: int):
    named = OwnNetwork(frozenset({"127.0.0.1", "nowhere.invalid", "x" * 70}))
    faults = [
        post(url, {}, b"", named).error
        for url in (AWAY.format(unused_port), "http://nowhere.invalid/", f"http://{'x' * 70}/")
    ]
    assert faults == ["CONNECT ConnectionRefusedError", "NAME", "NAME"]


def test_a_receiver_that_answers_a_byte_at_a_time_is_cut_off_and_may_have_got_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(webhook_posting, "TIMEOUT_SECONDS", 0.4)
    receiver.drips = 0.1
    started = monotonic()
    receipt = post(receiver.url, {}, b"{}", INSIDE)
    assert monotonic() - started < 2
    assert (receipt.answer, receipt.uncertain) == (Answer.UNREACHABLE, True)
    assert receipt.error is not None
    assert receipt.error.startswith("LOST")


def test_only_a_certificate_that_is_trusted_is_told_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with receiving(Receiver(), context) as receiver:
        assert post(receiver.url, {}, b"{}", INSIDE).error == "CERTIFICATE"
        assert receiver.heard == []
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert post(receiver.url, {}, b"{}", INSIDE).answer is Answer.TAKEN
    [heard] = receiver.heard
    assert heard.headers["host"] == f"127.0.0.1:{receiver.port}"
