"""Several workers, slow ones and killed ones: no mail lost, none told twice."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from threading import Barrier

import pytest
from sqlalchemy import select

from cases.database import Database
from cases.events import faults_of_log
from notifications.channels import Answer, Channel, Receipt, SmtpChannel
from notifications.models import OutboxMail
from notifications.outbox import deliver
from notifications.trying import LEASE
from tests.notifications.town import DUE, FRIDAY, MINUTE, SENDER, SOON, Town
from tests.servers.smtp import Mailbox


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

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[Receipt]:
        for _receipt in self.channel.deliver(messages):
            raise KeyboardInterrupt
        yield Receipt(Answer.UNREACHABLE)


def test_a_worker_killed_in_the_middle_loses_no_mail(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(DUE)
    with pytest.raises(KeyboardInterrupt):
        town.send(Dying(channel), DUE)
    [under_way] = [m["Message-ID"] for m in smtp.messages]
    town.send(channel, DUE + LEASE - MINUTE)
    rest = [m["Message-ID"] for m in smtp.messages[1:]]
    assert len(set(rest)) == 2
    assert under_way not in rest, "another worker must not take what may be under way"
    town.send(channel, DUE + LEASE + MINUTE)
    assert [m["Message-ID"] for m in smtp.messages[3:]] == [under_way]
    assert len(town.events(reference, "mail_sent")) == 3


class Slow:
    """A worker so slow that its lease runs out and another sends the same mail."""

    def __init__(self, channel: Channel, meanwhile: Callable[[], object]) -> None:
        self.channel, self.meanwhile = channel, meanwhile

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[Receipt]:
        for message in messages:
            self.meanwhile()
            yield from self.channel.deliver([message])


def test_a_mail_sent_by_two_workers_is_told_once(
    town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel
):
    town.send(Slow(channel, lambda: town.send(channel, SOON + LEASE + MINUTE)), SOON)
    assert len({m["Message-ID"] for m in smtp.messages}) == 1
    assert len(smtp.messages) == 2
    assert len(town.events(reminded, "mail_sent")) == 1
    sent_at = town.mails()[0].taken_at
    assert sent_at is not None
    assert sent_at >= SOON + LEASE + MINUTE, "the first to be marked stands"


def test_a_mail_in_another_workers_hands_does_not_hold_up_the_others(
    town_on_postgresql: Town, smtp: Mailbox, channel: SmtpChannel
):
    town = town_on_postgresql
    town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(DUE)
    smtp.refuse()
    town.send(channel, DUE)
    smtp.accept()
    with town.database.transaction() as session:
        held = session.scalars(select(OutboxMail).limit(1).with_for_update()).one()
        town.send(channel, DUE + 2 * MINUTE)
        assert len(smtp.messages) == 2
        assert held.message_id not in [m["Message-ID"] for m in smtp.messages]
