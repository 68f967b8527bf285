"""Mails that were given up: who sees them, in what words, and sending them again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from cases.access import access_of
from cases.admin_log import AdminEvent
from cases.errors import NotFound, Refused
from cases.people import Person
from notifications.channels import SmtpChannel
from notifications.failed_mails import OUTSIDE, FailedMail, failed_mails, try_again
from tests.notifications.calling import Calling
from tests.notifications.town import ASSESSMENT, DUE, MINUTE, SOON, Town, texts
from tests.servers.smtp import Mailbox
from workflow.roles import Role

NOBODY = "550 5.1.1 No such person"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The last test is the one for which the kind of database matters."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def failed(town: Town, reminded: str, smtp: Mailbox, channel: SmtpChannel) -> str:
    """The case whose first reminder was refused for good."""
    smtp.refuse(NOBODY)
    town.send(channel, SOON)
    smtp.accept()
    return reminded


def person(town: Town, username: str) -> int:
    with town.database.reading() as session:
        return session.scalars(select(Person.id).where(Person.username == username)).one()


def seen_by(town: Town, person_id: int) -> tuple[FailedMail, ...]:
    with town.database.reading() as session:
        access = access_of(session, session.get_one(Person, person_id), SOON)
        return failed_mails(session, access)


def again(town: Town, person_id: int, mail_id: int, now: Any = SOON + MINUTE) -> None:
    with town.database.transaction() as session:
        access = access_of(session, session.get_one(Person, person_id), now)
        try_again(session, access, mail_id, now)


def test_the_list_says_who_was_not_reached_about_what_and_why(town: Town, failed: str):
    [mail] = seen_by(town, person(town, "mia"))
    assert (mail.to, mail.error.msgid, mail.attempts, mail.references) == (
        "Nils", "Mejlservern tog inte emot mejlet.", 1, (failed,)
    )  # fmt: skip
    assert mail.subject.startswith(failed)
    assert SOON <= mail.failed_at < SOON + MINUTE


@pytest.mark.usefixtures("failed")
def test_an_administrator_sees_that_a_mail_failed_but_not_about_which_case(town: Town):
    [mail] = seen_by(town, town.hire("ada", Role.ADMINISTRATOR, everywhere=True))
    assert (mail.to, mail.references, mail.subject) == ("Nils", (), "")


@pytest.mark.usefixtures("failed")
def test_a_mas_of_another_unit_does_not_see_it_and_cannot_send_it(town: Town):
    elsewhere = town.hire("moa", Role.MAS, unit_id=town.unit("lunden"))
    assert seen_by(town, elsewhere) == ()
    with pytest.raises(NotFound):
        again(town, elsewhere, town.mails()[0].id)


def test_a_corrected_address_gets_the_mail_which_says_that_it_is_the_second_try(
    town: Town, failed: str, smtp: Mailbox, channel: SmtpChannel
):
    with town.database.transaction() as session:
        session.execute(
            update(Person).where(Person.username == "nils").values(email="nils@b.example")
        )
    again(town, person(town, "mia"), town.mails()[0].id)
    town.send(channel, SOON + MINUTE)
    [message] = smtp.messages
    assert (message["To"], message["X-Vardtrad-Attempt"]) == ("nils@b.example", "2")
    assert "redan ha fått" not in texts(message)["plain"], "the first was refused and never came"
    assert seen_by(town, person(town, "mia")) == ()
    [sent] = town.events(failed, "mail_sent")
    assert sent.data["attempts"] == 2


@pytest.mark.usefixtures("failed")
def test_whoever_sends_a_mail_again_stands_in_the_admin_log(town: Town):
    mia = person(town, "mia")
    again(town, mia, town.mails()[0].id)
    with town.database.reading() as session:
        [event] = session.scalars(select(AdminEvent))
    assert (event.action, event.actor_id, event.person_id) == (
        "mail_retried", mia, person(town, "nils")
    )  # fmt: skip


@pytest.mark.usefixtures("failed")
def test_pressing_twice_sends_once_and_is_written_once(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    for _ in range(2):
        again(town, person(town, "mia"), town.mails()[0].id)
    town.send(channel, SOON + MINUTE)
    assert len(smtp.messages) == 1
    with town.database.reading() as session:
        assert len(session.scalars(select(AdminEvent)).all()) == 1


@pytest.mark.usefixtures("failed")
def test_a_mail_that_came_after_all_is_not_sent_again(town: Town, channel: SmtpChannel):
    mia, mail_id = person(town, "mia"), town.mails()[0].id
    again(town, mia, mail_id)
    town.send(channel, SOON + MINUTE)
    with pytest.raises(Refused, match="redan kommit fram"):
        again(town, mia, mail_id, SOON + 2 * MINUTE)


def test_a_mail_about_what_has_been_done_is_no_longer_listed_and_cannot_be_sent(
    town: Town, failed: str
):
    town.do(person(town, "nils"), failed, "assess", SOON, ASSESSMENT)
    mia = person(town, "mia")
    assert seen_by(town, mia) == ()
    with pytest.raises(Refused, match="behövs inte längre"):
        again(town, mia, town.mails()[0].id)


@pytest.mark.usefixtures("failed")
def test_a_mail_tried_again_after_a_week_has_three_new_days(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    later = SOON + timedelta(days=7)
    again(town, person(town, "mia"), town.mails()[0].id, later)
    smtp.refuse()
    town.send(channel, later)
    assert town.mails()[0].next_attempt_at is not None


def test_a_letter_that_failed_names_the_party_only_to_who_sees_the_case(town: Town, smtp: Mailbox):
    mia = town.hire("mia", Role.MAS, everywhere=True)
    ada = town.hire("ada", Role.ADMINISTRATOR, everywhere=True)
    calling = Calling(town, smtp).begin()
    calling.call()
    smtp.refuse(NOBODY)
    calling.sent()
    smtp.accept()
    assert {mail.to for mail in seen_by(town, ada)} == {OUTSIDE}
    named = {mail.to for mail in seen_by(town, mia)}
    assert named == {"Linden", "Exempelskolan"}
    for mail in seen_by(town, mia):
        again(town, mia, mail.id, calling.now)
    assert len(calling.sent()) == 2


def test_when_nobody_hears_of_a_rung_the_next_is_told_at_once(
    town: Town, failed: str, smtp: Mailbox, channel: SmtpChannel
):
    town.sweep(SOON + MINUTE)
    town.send(channel, SOON + MINUTE)
    told = {message["To"] for message in smtp.messages}
    assert "eva@exempelby.example" in told, "who is otherwise told when the time is out"
    assert {e.data["rung"] for e in town.events(failed, "escalated")} == {"soon", "due"}


def test_who_has_been_reached_about_a_rung_is_given_its_time(
    town: Town, channel: SmtpChannel, reminded: str
):
    nora = town.hire("nora", Role.NURSE)
    other = town.report(nora, SOON - timedelta(minutes=90))
    town.sweep(SOON)
    with town.database.transaction() as session:
        session.execute(update(Person).where(Person.username == "nora").values(email="nora"))
    town.send(channel, SOON)
    assert {m.last_error for m in town.mails()} == {"ADDRESS", None}
    town.sweep(DUE - MINUTE)
    assert {e.data["rung"] for e in town.events(other, "escalated")} == {"soon"}
    assert {e.data["rung"] for e in town.events(reminded, "escalated")} == {"soon"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_list_and_the_second_try_work_on_postgresql_too(
    town: Town, failed: str, smtp: Mailbox, channel: SmtpChannel
):
    elsewhere = town.hire("moa", Role.MAS, unit_id=town.unit("lunden"))
    assert seen_by(town, elsewhere) == ()
    mia = person(town, "mia")
    [mail] = seen_by(town, mia)
    again(town, mia, mail.id)
    town.send(channel, SOON + MINUTE)
    assert len(smtp.messages) == 1
    assert len(town.events(failed, "mail_failed", "mail_sent")) == 2
