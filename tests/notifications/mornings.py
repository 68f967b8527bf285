"""Mornings of the town: the daily work at a clock time, and the mails about many cases."""

from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from cases.people import Person
from notifications.channels import SmtpChannel
from notifications.daily import run
from notifications.models import Bulletin, OutboxMail
from tests.notifications.town import Town, texts
from tests.servers.smtp import Mailbox
from workflow.holidays import STOCKHOLM

LINK = "https://vardtrad.exempelby.example/"


def at(text: str) -> datetime:
    """A clock time in Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def daily(town: Town, now: datetime) -> datetime:
    return run(town.database, town.routines, now)


def told_by(town: Town, kind: str) -> list[tuple[str, str]]:
    """(key, user name) of every bulletin of the kind, in the order they were made."""
    with town.database.reading() as session:
        rows = session.execute(
            select(Bulletin.key, Person.username)
            .join(Person, Person.id == Bulletin.recipient_id)
            .where(Bulletin.kind == kind)
            .order_by(Bulletin.id)
        )
        return [(key, who) for key, who in rows]


def bulletins_sent(town: Town, smtp: Mailbox, kind: str, now: datetime) -> dict[str, EmailMessage]:
    """Those of the kind mailed at that moment, by user name."""
    smtp.messages.clear()
    town.send(SmtpChannel(smtp.url), now)
    with town.database.reading() as session:
        ids = session.scalars(
            select(OutboxMail.message_id).join(OutboxMail.bulletin).where(Bulletin.kind == kind)
        ).all()
    return {m["To"].split("@")[0]: m for m in smtp.messages if m["Message-ID"] in ids}


def plain(message: EmailMessage) -> str:
    return texts(message)["plain"]
