"""What is known of each mail: when it was tried and taken, and whether it may have come twice."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import event, insert, select

from cases.models import Case, CaseStep
from notifications.channels import Channel, Receipt, SmtpChannel
from notifications.gathering import gather
from notifications.models import Notification
from notifications.trying import LEASE
from tests.notifications.test_channels import Strict
from tests.notifications.town import ASSESSMENT, DUE, FRIDAY, MINUTE, SOON, Town, texts
from tests.servers.smtp import Mailbox, receiving
from workflow.ladders import Sending

AGAIN = "Det här mejlet kan du redan ha fått: förra försöket fick inget svar."

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""07:00 in Stockholm."""


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Where the kind of database matters, a test says so."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def dropping() -> Iterator[Strict]:
    """A server that takes what nils is sent, but hangs up before it says so."""
    with receiving(Strict(drops=frozenset({"nils@exempelby.example"}))) as server:
        yield server


class Meanwhile:
    """A channel on which something happens after each mail has been answered."""

    def __init__(self, channel: Channel, happens: Callable[[], object]) -> None:
        self.channel, self.happens = channel, happens

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[Receipt]:
        for receipt in self.channel.deliver(messages):
            yield receipt
            self.happens()


@pytest.mark.usefixtures("reminded")
def test_a_mail_is_tried_and_then_taken(town: Town, channel: SmtpChannel):
    town.send(channel, SOON)
    [mail] = town.mails()
    assert mail.tried_at is not None
    assert mail.taken_at is not None
    assert SOON <= mail.tried_at <= mail.taken_at < SOON + MINUTE
    assert not mail.uncertain


@pytest.mark.usefixtures("reminded")
def test_a_mail_that_no_server_was_reached_for_has_not_been_sent(town: Town, unused_port: int):
    town.send(SmtpChannel(f"smtp://127.0.0.1:{unused_port}"), SOON)
    [mail] = town.mails()
    assert (mail.tried_at, mail.attempts, mail.uncertain) == (None, 1, False)


def test_a_mail_without_an_answer_says_that_it_may_have_come_before(
    town: Town, reminded: str, dropping: Strict, smtp: Mailbox, channel: SmtpChannel
):
    town.send(SmtpChannel(dropping.url), SOON)
    [first], [mail] = dropping.messages, town.mails()
    assert mail.uncertain
    assert mail.tried_at is not None
    assert AGAIN not in texts(first)["plain"]
    assert first["X-Vardtrad-Attempt"] is None
    town.send(channel, SOON + 2 * MINUTE)
    [second] = smtp.messages
    assert second["Message-ID"] == first["Message-ID"]
    assert second["X-Vardtrad-Attempt"] == "2"
    for text in texts(second).values():
        assert AGAIN in text
    [sent] = town.events(reminded, "mail_sent")
    assert sent.data["attempts"] == 2


@pytest.mark.usefixtures("reminded")
def test_a_mail_that_was_refused_for_now_did_not_come_and_says_nothing_of_it(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse()
    town.send(channel, SOON)
    smtp.accept()
    town.send(channel, SOON + 2 * MINUTE)
    [message] = smtp.messages
    assert message["X-Vardtrad-Attempt"] == "2"
    assert AGAIN not in texts(message)["plain"]


@pytest.mark.usefixtures("reminded")
def test_a_worker_that_vanished_leaves_a_mail_that_says_it_may_have_come_before(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    def die() -> None:
        raise KeyboardInterrupt

    class Dying(Meanwhile):
        def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[Receipt]:
            for _receipt in self.channel.deliver(messages):
                self.happens()
            yield from ()

    with pytest.raises(KeyboardInterrupt):
        town.send(Dying(channel, die), SOON)
    assert timedelta(minutes=2) >= LEASE
    town.send(channel, SOON + LEASE + MINUTE)
    first, second = smtp.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert AGAIN in texts(second)["plain"]


def test_a_step_done_while_the_mail_before_it_was_sent_is_not_reminded_of(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    first, second = (town.report(staff["wilma"], FRIDAY) for _ in range(2))
    town.sweep(SOON)

    def assess_the_second() -> None:
        town.do(staff["nils"], second, "assess", SOON, ASSESSMENT)

    town.send(Meanwhile(channel, assess_the_second), SOON)
    [message] = smtp.messages
    assert str(message["Subject"]).startswith(first)
    assert town.events(second, "mail_sent") == []


@on_both
def test_mails_about_one_case_are_one_conversation(town: Town, smtp: Mailbox, channel: SmtpChannel):
    reference, _other = (town.report(who, FRIDAY) for who in 2 * [town.staff()["wilma"]])
    for now in (SOON, DUE):
        town.sweep(now)
        town.send(channel, now)
    first, second = (
        m
        for m in smtp.messages
        if m["To"] == "nils@exempelby.example" and str(m["Subject"]).startswith(reference)
    )
    root = f"<{reference}@exempelby.example>"
    assert (first["In-Reply-To"], first["References"]) == (None, root)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["References"] == f"{root} {first['Message-ID']}"
    assert first["Thread-Topic"] == second["Thread-Topic"] == reference


def test_a_mail_about_several_cases_belongs_to_no_conversation(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    saturday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    for _ in range(2):
        town.report(staff["wilma"], saturday, called_at=saturday - timedelta(days=4))
    town.sweep(saturday)
    town.send(channel, saturday)
    at_once = len(smtp.messages)
    town.send(channel, MONDAY)
    [to_eva] = [m for m in smtp.messages[at_once:] if m["To"] == "eva@exempelby.example"]
    assert (to_eva["References"], to_eva["In-Reply-To"], to_eva["Thread-Topic"]) == 3 * (None,)


@on_both
def test_thousands_that_wait_become_mails_in_a_handful_of_statements(town: Town, reminded: str):
    recipient_id = town.notifications()[0].recipient_id
    with town.database.transaction() as session:
        step = session.scalars(
            select(CaseStep).join(Case).where(Case.reference == reminded)
        ).first()
        assert step is not None
        session.execute(
            insert(Notification),
            [
                {
                    "case_id": step.case_id, "step_id": step.id, "rung": str(n),
                    "recipient_id": recipient_id, "send_after": FRIDAY, "created_at": FRIDAY,
                    "sending": Sending.DIGEST if n % 2 else Sending.AT_ONCE,
                }
                for n in range(3000)
            ],
        )  # fmt: skip
    statements = list[str]()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    with town.database.transaction() as session:
        event.listen(session.connection(), "before_cursor_execute", count)
        gather(session, town.routines, "exempelby.example", SOON)
    assert len(statements) < 20
    held = [n.outbox_id for n in town.notifications()]
    assert None not in held
    assert len(set(held)) == len(town.mails()) == 1500 + 1 + 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_at_the_same_moment_do_not_split_a_digest(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    staff = town.staff()
    saturday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    for _ in range(3):
        town.report(staff["wilma"], saturday, called_at=saturday - timedelta(days=4))
    town.sweep(saturday)
    town.send(channel, saturday)
    at_once = len(smtp.messages)
    with town.database.transaction() as first:
        gather(first, town.routines, "exempelby.example", MONDAY)
        town.send(channel, MONDAY)
        assert len(smtp.messages) == at_once, "another is at it"
    town.send(channel, MONDAY)
    digests = [m["To"] for m in smtp.messages[at_once:]]
    assert len(digests) == len(set(digests)) == 3
