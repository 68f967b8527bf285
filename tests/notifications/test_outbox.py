"""Mails from the outbox to a real server: gathered, taken once, and told on the timeline."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels import Answer, SmtpChannel
from tests.notifications.town import ASSESSMENT, DUE, FRIDAY, MINUTE, SOON, Town, texts
from tests.servers.smtp import Mailbox

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""07:00 in Stockholm."""


def test_a_reminder_reaches_its_one_recipient_and_the_timeline(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    report = town.send(channel, SOON)
    assert report.answers == {Answer.TAKEN: 1}
    assert str(report) == "1 mejl skickade, 0 försöks igen senare, 0 gick inte att skicka."
    [message] = smtp.messages
    assert message["To"] == "nils@exempelby.example"
    [mail] = town.mails()
    assert (mail.attempts, mail.next_attempt_at, mail.failed_at, mail.last_error) == (
        1, None, None, None
    )  # fmt: skip
    assert mail.taken_at is not None
    assert SOON <= mail.taken_at < SOON + MINUTE
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
    town.send(channel, DUE)
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
    town.send(channel, saturday)
    at_once = len(smtp.messages)
    town.send(channel, MONDAY - MINUTE)
    assert len(smtp.messages) == at_once
    town.send(channel, MONDAY)
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
    town.send(channel, MONDAY + timedelta(days=1))
    assert len(smtp.messages) == at_once + 3


def test_a_digest_names_a_step_once_though_two_of_its_rungs_wait(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.do(staff["nils"], reference, "assess", FRIDAY + MINUTE, ASSESSMENT)
    tuesday = MONDAY + timedelta(days=1)
    town.sweep(tuesday)
    town.send(channel, tuesday)
    [to_eva] = [m for m in smtp.messages if m["To"] == "eva@exempelby.example"]
    assert texts(to_eva)["plain"].count("Rapportera händelsen") == 1
    rungs = [e.data["rung"] for e in town.events(reference, "mail_sent")]
    assert rungs == ["soon", "due"]


def test_a_step_done_in_between_is_not_reminded_of(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    nils = town.notifications()[0].recipient_id
    town.do(nils, reminded, "assess", SOON, ASSESSMENT)
    town.send(channel, SOON + MINUTE)
    assert smtp.messages == []
    [notification], [mail] = town.notifications(), town.mails()
    assert notification.dropped_at is not None
    assert (mail.dropped_at, mail.attempts) == (notification.dropped_at, 0)
    assert town.events(reminded, "mail_sent", "mail_failed") == []


def test_a_step_done_while_its_mail_waits_for_another_try_is_not_reminded_of(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse()
    town.send(channel, SOON)
    smtp.accept()
    town.do(town.notifications()[0].recipient_id, reminded, "assess", SOON, ASSESSMENT)
    town.send(channel, SOON + timedelta(days=1))
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
    town.send(channel, MONDAY)
    smtp.accept()
    report = {
        "happened_at": (saturday - timedelta(days=2)).isoformat(),
        "what_happened": "Föll.",
        "worked": [str(staff["wilma"])],
        "multiparty_dialogue": False,
    }
    town.do(staff["eva"], done, "event_report", MONDAY, report)
    town.send(channel, MONDAY + 2 * MINUTE)
    [to_eva] = [m for m in smtp.messages if m["To"] == "eva@exempelby.example"]
    assert to_eva["Subject"].startswith(left)
    assert done not in texts(to_eva)["plain"]
    assert [e.data["step"] for e in town.events(done, "mail_sent")] == []


def test_a_tell_is_sent_though_its_step_is_done(town: Town, smtp: Mailbox, channel: SmtpChannel):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.do(staff["nils"], reference, "assess", FRIDAY, ASSESSMENT | {"severity": "4"})
    town.sweep(FRIDAY)
    town.send(channel, FRIDAY)
    [message] = smtp.messages
    assert message["To"] == "mia@exempelby.example"
    assert message["Subject"] == f"{reference}: Allvarlig händelse"


def test_nothing_to_send_connects_to_no_server(town: Town, unused_port: int):
    report = town.send(SmtpChannel(f"smtp://127.0.0.1:{unused_port}"), FRIDAY)
    assert report.answers == {}


def test_what_the_timeline_says_of_a_person_is_an_id_and_never_an_address(
    town: Town, reminded: str, channel: SmtpChannel
):
    town.send(channel, SOON)
    events = town.events(reminded, "escalated", "mail_sent")
    assert len(events) == 2
    assert "@" not in str([event.data for event in events])


@pytest.mark.usefixtures("reminded")
def test_the_kept_mail_says_what_was_sent(town: Town, smtp: Mailbox, channel: SmtpChannel):
    town.send(channel, SOON)
    [message], [mail] = smtp.messages, town.mails()
    assert message["Subject"] == mail.subject
    assert texts(message)["plain"].strip() == mail.text.strip()
    assert texts(message)["html"].strip() == mail.html.strip()
