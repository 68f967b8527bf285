"""Mails from the outbox to a real server: once taken, marked; refused, tried again or told."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from threading import Barrier

import pytest
from sqlalchemy import update

from cases.database import Database
from cases.events import faults_of_log
from cases.people import Person
from notifications.channels import Answer, Channel, Receipt, SmtpChannel
from notifications.outbox import LEASE, DeliveryReport, deliver
from notifications.settling import wait_after
from tests.notifications.town import ASSESSMENT, FRIDAY, SENDER, Town, texts
from tests.servers.smtp import Mailbox

SOON = FRIDAY + timedelta(minutes=90)
DUE = FRIDAY + timedelta(hours=2)
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""07:00 in Stockholm."""


def send(town: Town, channel: Channel, now: datetime) -> DeliveryReport:
    return deliver(town.database, town.routines, channel, SENDER, now)


@pytest.fixture
def channel(smtp: Mailbox) -> SmtpChannel:
    return SmtpChannel(smtp.url)


@pytest.fixture
def reminded(town: Town) -> str:
    """A case whose assessment nils has just been reminded of."""
    reference = town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(SOON)
    return reference


def test_a_reminder_reaches_its_one_recipient_and_the_timeline(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    report = send(town, channel, SOON)
    assert report.answers == {Answer.TAKEN: 1}
    [message] = smtp.messages
    assert message["To"] == "nils@exempelby.example"
    [mail] = town.mails()
    assert (mail.attempts, mail.next_attempt_at, mail.failed_at, mail.last_error) == (
        1, None, None, None
    )  # fmt: skip
    assert mail.sent_at is not None
    assert SOON <= mail.sent_at < SOON + MINUTE
    [event] = town.events(reminded, "mail_sent")
    assert event.data == {
        "step": "assess", "item": "", "round": 1, "rung": "soon", "to": [mail.recipient_id],
        "mail": mail.id,
    }  # fmt: skip


def test_what_goes_at_once_is_one_mail_for_each_person_and_rung(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(DUE)
    send(town, channel, DUE)
    assert sorted(m["To"] for m in smtp.messages) == [
        "eva@exempelby.example", "nils@exempelby.example", "nils@exempelby.example"
    ]  # fmt: skip


def test_a_digest_waits_for_monday_and_gathers_everything_for_one_person(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    saturday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    first, second = (
        town.report(staff["wilma"], saturday, called_at=saturday - timedelta(days=4))
        for _ in range(2)
    )
    town.sweep(saturday)
    send(town, channel, saturday)
    at_once = len(smtp.messages)
    send(town, channel, MONDAY - MINUTE)
    assert len(smtp.messages) == at_once
    send(town, channel, MONDAY)
    digests = {m["To"]: texts(m)["plain"] for m in smtp.messages[at_once:]}
    assert sorted(digests) == [
        f"{name}@exempelby.example" for name in ("eva", "hans", "mia")
    ]  # fmt: skip
    assert len(smtp.messages) == at_once + 3
    for text in digests.values():
        assert text.count("Rapportera händelsen") == 2
        assert f"https://vardtrad.exempelby.example/arende/{first}\n" in text
        assert f"https://vardtrad.exempelby.example/arende/{second}\n" in text
    assert len(town.events(first, "mail_sent")) == len(town.events(second, "mail_sent"))
    send(town, channel, MONDAY + timedelta(days=1))
    assert len(smtp.messages) == at_once + 3


def test_a_digest_names_a_step_once_though_two_of_its_rungs_wait(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.do(staff["nils"], reference, "assess", FRIDAY + MINUTE, ASSESSMENT)
    tuesday = MONDAY + timedelta(days=1)
    town.sweep(tuesday)
    send(town, channel, tuesday)
    [to_eva] = [m for m in smtp.messages if m["To"] == "eva@exempelby.example"]
    assert texts(to_eva)["plain"].count("Rapportera händelsen") == 1
    rungs = [e.data["rung"] for e in town.events(reference, "mail_sent")]
    assert rungs == ["soon", "due"]


def test_a_step_done_in_between_is_not_reminded_of(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    nils = town.notifications()[0].recipient_id
    town.do(nils, reminded, "assess", SOON, ASSESSMENT)
    send(town, channel, SOON + MINUTE)
    assert smtp.messages == []
    [notification], [mail] = town.notifications(), town.mails()
    assert notification.dropped_at is not None
    assert (mail.dropped_at, mail.attempts) == (notification.dropped_at, 0)
    assert town.events(reminded, "mail_sent", "mail_failed") == []


def test_a_step_done_while_its_mail_waits_for_another_try_is_not_reminded_of(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse()
    send(town, channel, SOON)
    smtp.accept()
    town.do(town.notifications()[0].recipient_id, reminded, "assess", SOON, ASSESSMENT)
    send(town, channel, SOON + timedelta(days=1))
    assert smtp.messages == []


def test_a_digest_tried_again_leaves_out_what_has_been_done(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    saturday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    done, left = (
        town.report(staff["wilma"], saturday, called_at=saturday - timedelta(days=1, hours=20))
        for _ in range(2)
    )
    for reference in (done, left):
        town.do(staff["nils"], reference, "assess", saturday, ASSESSMENT)
    town.sweep(MONDAY)
    smtp.refuse()
    send(town, channel, MONDAY)
    smtp.accept()
    report = {
        "happened_at": (saturday - timedelta(days=2)).isoformat(),
        "what_happened": "Föll.",
        "worked": [str(staff["wilma"])],
        "multiparty_dialogue": False,
    }
    town.do(staff["eva"], done, "event_report", MONDAY, report)
    send(town, channel, MONDAY + 2 * MINUTE)
    [to_eva] = [m for m in smtp.messages if m["To"] == "eva@exempelby.example"]
    assert to_eva["Subject"].startswith(left)
    assert done not in texts(to_eva)["plain"]
    assert [e.data["step"] for e in town.events(done, "mail_sent")] == []


def test_a_tell_is_sent_though_its_step_is_done(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.do(staff["nils"], reference, "assess", FRIDAY, ASSESSMENT | {"severity": "4"})
    town.sweep(FRIDAY)
    send(town, channel, FRIDAY)
    [message] = smtp.messages
    assert message["To"] == "mia@exempelby.example"
    assert message["Subject"] == f"{reference}: Allvarlig händelse"


def test_a_refusal_for_now_is_tried_again_after_growing_waits_with_the_same_message_id(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse("451 4.3.0 nils@exempelby.example is busy")
    now = SOON
    for wait in (1, 5, 15, 60, 240, 240):
        send(town, channel, now)
        [mail] = town.mails()
        assert mail.last_error == "DATA 451"
        assert mail.next_attempt_at is not None
        assert timedelta() <= mail.next_attempt_at - now - wait * MINUTE < MINUTE
        send(town, channel, mail.next_attempt_at - timedelta(seconds=1))
        now = mail.next_attempt_at
    smtp.accept()
    send(town, channel, now)
    [message] = smtp.messages
    [mail] = town.mails()
    assert message["Message-ID"] == mail.message_id
    assert mail.attempts == 7
    assert len(town.events(reminded, "mail_sent")) == 1


def test_after_three_days_of_refusals_a_mail_is_given_up_and_the_case_says_so(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse()
    send(town, channel, SOON)
    while (waiting := town.mails()[0].next_attempt_at) is not None:
        now = waiting
        send(town, channel, now)
    assert timedelta(days=3) <= now - SOON < timedelta(days=3, hours=4)
    [event] = town.events(reminded, "mail_failed")
    assert event.data["error"] == "DATA 451"
    smtp.accept()
    send(town, channel, now + timedelta(days=30))
    assert smtp.messages == []


@pytest.mark.parametrize("reply", ["550 5.1.1 No such person", "554 5.7.1 Refused"])
def test_a_refusal_for_good_is_told_at_once_and_never_tried_again(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel, reply: str
):
    smtp.refuse(reply)
    report = send(town, channel, SOON)
    assert report.answers == {Answer.REFUSED: 1}
    [mail] = town.mails()
    assert (mail.last_error, mail.next_attempt_at) == (f"DATA {reply[:3]}", None)
    assert mail.failed_at is not None
    [event] = town.events(reminded, "mail_failed")
    assert event.data["to"] == [mail.recipient_id]
    smtp.accept()
    send(town, channel, SOON + timedelta(days=1))
    assert smtp.messages == []


def test_a_server_out_of_reach_costs_one_attempt_and_nothing_is_lost(
    town: Town, smtp: Mailbox, channel: SmtpChannel, unused_port: int
):
    wilma = town.staff()["wilma"]
    for _ in range(3):
        town.report(wilma, FRIDAY)
    town.sweep(SOON)
    away = SmtpChannel(f"smtp://127.0.0.1:{unused_port}")
    report = send(town, away, SOON)
    assert report.answers == {Answer.UNREACHABLE: 3}
    assert {mail.last_error for mail in town.mails()} == {"CONNECT ConnectionRefusedError"}
    send(town, channel, SOON + 2 * MINUTE)
    assert len(smtp.messages) == 3


@pytest.mark.parametrize(
    "address", ["nils@exempelby.example, eva@exempelby.example", "nils", "nils@\nexempelby.example"]
)
def test_what_is_not_one_address_fails_and_the_others_get_theirs(
    town: Town, smtp: Mailbox, channel: SmtpChannel, address: str
):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(DUE)
    with town.database.transaction() as session:
        session.execute(update(Person).where(Person.username == "nils").values(email=address))
    send(town, channel, DUE)
    assert [m["To"] for m in smtp.messages] == ["eva@exempelby.example"]
    failed = town.events(reference, "mail_failed")
    assert [e.data["error"] for e in failed] == ["ADDRESS", "ADDRESS"]


def test_two_workers_at_once_send_each_mail_once_and_tell_so_once(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    wilma = town.staff()["wilma"]
    references = [town.report(wilma, FRIDAY) for _ in range(30)]
    town.sweep(SOON)
    start = Barrier(2)

    def work() -> None:
        database = Database(town.database.engine.url.render_as_string(hide_password=False))
        start.wait()
        deliver(database, town.routines, channel, SENDER, SOON)
        database.engine.dispose()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(work) for _ in range(2)]:
            future.result()
    assert len(smtp.messages) == 30
    assert len({m["Message-ID"] for m in smtp.messages}) == 30
    assert all(len(town.events(reference, "mail_sent")) == 1 for reference in references)
    with town.database.reading() as session:
        assert list(faults_of_log(session)) == []


class Dying:
    """A worker that is killed after the server has taken the mail, before that is written down."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def deliver(self, messages: Sequence[EmailMessage]) -> Iterator[Receipt]:
        for _receipt in self.channel.deliver(messages[:1]):
            raise KeyboardInterrupt
        yield Receipt(Answer.UNREACHABLE)


def test_a_worker_killed_in_the_middle_loses_no_mail(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(DUE)
    with pytest.raises(KeyboardInterrupt):
        send(town, Dying(channel), DUE)
    send(town, channel, DUE + LEASE - MINUTE)
    assert len(smtp.messages) == 1, "another worker must not take what may be under way"
    send(town, channel, DUE + LEASE + MINUTE)
    assert len(smtp.messages) == 4
    assert len({m["Message-ID"] for m in smtp.messages}) == 3
    assert len(town.events(reference, "mail_sent")) == 3


def test_mails_of_a_broken_case_wait_and_the_others_go(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    wilma = town.staff()["wilma"]
    for _ in range(2):
        town.report(wilma, FRIDAY)
    town.sweep(SOON)
    broken = town.notifications()[0].case_id
    with town.database.transaction() as session:
        session.connection().exec_driver_sql(f"UPDATE cases SET version = 99 WHERE id = {broken}")
    report = send(town, channel, SOON)
    assert report.answers == {Answer.LATER: 1, Answer.TAKEN: 1}
    assert {mail.last_error for mail in town.mails()} == {"WRITE KeyError", None}


def test_nothing_to_send_connects_to_no_server(town: Town, unused_port: int):
    report = send(town, SmtpChannel(f"smtp://127.0.0.1:{unused_port}"), FRIDAY)
    assert report.answers == {}


def test_what_the_timeline_says_of_a_person_is_an_id_and_never_an_address(
    town: Town, reminded: str, channel: SmtpChannel
):
    send(town, channel, SOON)
    events = town.events(reminded, "escalated", "mail_sent")
    assert len(events) == 2
    assert "@" not in str([event.data for event in events])


def test_waits_grow_and_never_shrink():
    waits = [wait_after(attempts) for attempts in range(1, 20)]
    assert waits == sorted(waits)
    assert waits[0] == MINUTE
    assert waits[-1] == timedelta(hours=4)


def test_the_kept_mail_says_what_was_sent(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    send(town, channel, SOON)
    [message], [mail] = smtp.messages, town.mails()
    assert message["Subject"] == mail.subject
    assert texts(message)["plain"].strip() == mail.text.strip()
    assert texts(message)["html"].strip() == mail.html.strip()
