"""Time going by after a fault, with one healthy worker whose clock the test moves."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from cases.models import PendingEscalation
from notifications.channels import Channel
from notifications.models import Notification, OutboxMail
from tests.notifications.town import MINUTE, Town

LONGEST = timedelta(days=4)
"""More than what any mail may wait for."""


def send_until_quiet(town: Town, channel: Channel, now: datetime) -> datetime:
    """Sends at each next time that a mail waits for; the moment of the last try.

    Raises TimeoutError for a mail that still waits after LONGEST.
    """
    until = now + LONGEST
    town.send(channel, now)
    while (waiting := _next_try(town)) is not None:
        now = max(now, waiting) + MINUTE
        if now > until:
            raise TimeoutError("a mail waits for ever")
        town.send(channel, now)
    return now


def _next_try(town: Town) -> datetime | None:
    with town.database.reading() as session:
        return session.scalar(select(func.min(OutboxMail.next_attempt_at)))


def due_rungs(town: Town, now: datetime) -> int:
    """How many rungs should have fired and have not."""
    return _number(town, select(PendingEscalation.id).where(PendingEscalation.at <= now))


def waiting_mails(town: Town) -> int:
    """How many mails the mail server has not answered for."""
    return _number(town, select(OutboxMail.id).where(OutboxMail.next_attempt_at.is_not(None)))


def quiet(town: Town, now: datetime) -> bool:
    """True when every rung due by then has fired and every mail about it has been taken."""
    ungathered = select(Notification.id).where(
        Notification.outbox_id.is_(None),
        Notification.dropped_at.is_(None),
        Notification.send_after <= now,
    )
    return not (due_rungs(town, now) or _number(town, ungathered) or waiting_mails(town))


def _number(town: Town, which: Select[int]) -> int:
    with town.database.reading() as session:
        return session.scalar(select(func.count()).select_from(which.subquery())) or 0
