"""Mails the server does not take: tried again, given up, and told on the timeline."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from cases.models import Case
from cases.people import Person
from notifications.channels import Answer, SmtpChannel
from notifications.trying import wait_after
from tests.notifications.town import DUE, FRIDAY, MINUTE, SOON, Town
from tests.servers.smtp import Mailbox


def test_a_refusal_for_now_is_tried_again_after_growing_waits_with_the_same_message_id(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse("451 4.3.0 nils@exempelby.example is busy")
    now = SOON
    for wait in (1, 5, 15, 60, 240, 240):
        town.send(channel, now)
        [mail] = town.mails()
        assert mail.last_error == "DATA 451"
        assert mail.next_attempt_at is not None
        assert timedelta() <= mail.next_attempt_at - now - wait * MINUTE < MINUTE
        town.send(channel, mail.next_attempt_at - timedelta(seconds=1))
        now = mail.next_attempt_at
    smtp.accept()
    town.send(channel, now)
    [message] = smtp.messages
    [mail] = town.mails()
    assert message["Message-ID"] == mail.message_id
    assert mail.attempts == 7
    assert len(town.events(reminded, "mail_sent")) == 1


def test_after_three_days_of_refusals_a_mail_is_given_up_and_the_case_says_so(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse()
    town.send(channel, SOON)
    while (waiting := town.mails()[0].next_attempt_at) is not None:
        now = waiting
        town.send(channel, now)
    assert timedelta(days=3) <= now - SOON < timedelta(days=3, hours=4)
    [event] = town.events(reminded, "mail_failed")
    assert event.data["error"] == "DATA 451"
    smtp.accept()
    town.send(channel, now + timedelta(days=30))
    assert smtp.messages == []


@pytest.mark.parametrize("reply", ["550 5.1.1 No such person", "554 5.7.1 Refused"])
def test_a_refusal_for_good_is_told_at_once_and_never_tried_again(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel, reply: str
):
    smtp.refuse(reply)
    report = town.send(channel, SOON)
    assert report.answers == {Answer.REFUSED: 1}
    [mail] = town.mails()
    assert (mail.last_error, mail.next_attempt_at) == (f"DATA {reply[:3]}", None)
    assert mail.failed_at is not None
    [event] = town.events(reminded, "mail_failed")
    assert event.data["to"] == [mail.recipient_id]
    smtp.accept()
    town.send(channel, SOON + timedelta(days=1))
    assert smtp.messages == []


def test_a_server_out_of_reach_costs_one_mail_one_attempt_and_nothing_is_lost(
    town: Town, smtp: Mailbox, channel: SmtpChannel, unused_port: int
):
    wilma = town.staff()["wilma"]
    for _ in range(3):
        town.report(wilma, FRIDAY)
    town.sweep(SOON)
    away = SmtpChannel(f"smtp://127.0.0.1:{unused_port}")
    report = town.send(away, SOON)
    assert report.answers == {Answer.UNREACHABLE: 1}
    errors = [mail.last_error for mail in town.mails()]
    assert errors == ["CONNECT ConnectionRefusedError", None, None]
    town.send(channel, SOON + 2 * MINUTE)
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
    town.send(channel, DUE)
    assert [m["To"] for m in smtp.messages] == ["eva@exempelby.example"]
    failed = town.events(reference, "mail_failed")
    assert [e.data["error"] for e in failed] == ["ADDRESS", "ADDRESS"]


def test_mails_of_a_broken_case_wait_and_the_others_go(town: Town, channel: SmtpChannel):
    wilma = town.staff()["wilma"]
    for _ in range(2):
        town.report(wilma, FRIDAY)
    town.sweep(SOON)
    broken = town.notifications()[0].case_id
    with town.database.transaction() as session:
        session.execute(update(Case).where(Case.id == broken).values(version=99))
    report = town.send(channel, SOON)
    assert report.answers == {Answer.LATER: 1, Answer.TAKEN: 1}
    assert {mail.last_error for mail in town.mails()} == {"WRITE KeyError", None}


def test_waits_grow_and_never_shrink():
    waits = [wait_after(attempts) for attempts in range(1, 20)]
    assert waits == sorted(waits)
    assert waits[0] == MINUTE
    assert waits[-1] == timedelta(hours=4)
