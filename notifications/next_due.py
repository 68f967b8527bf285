"""When the next rung, mail or call is due, by indexes alone: what a sleeping worker must know."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from cases.database import UTCDateTime
from cases.letters import Letter
from cases.models import PendingEscalation
from cases.webhooks import WebhookCall
from notifications.models import Bulletin, Notification, OutboxMail

Column = InstrumentedAttribute[Any]

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def _earliest(at: Column, *empty: Column) -> ScalarSelect[Any]:
    """Of the rows whose `empty` columns are: with `at` they are an index, in that order."""
    waiting = [column.is_(None) for column in empty]
    future = at > bindparam("after", type_=UTCDateTime())
    # All of the index is in the order: PostgreSQL does not see that a column that is null is a
    # constant, and would sort what waits.
    return select(at).where(*waiting, future).order_by(*empty, at).limit(1).scalar_subquery()


_RUNG = _earliest(PendingEscalation.at)
_MAILS = (
    _earliest(Notification.send_after, Notification.outbox_id, Notification.dropped_at),
    _earliest(Letter.send_after, Letter.gathered_at),
    _earliest(Bulletin.send_after, Bulletin.gathered_at),
    _earliest(OutboxMail.next_attempt_at),
)
_CALL = _earliest(WebhookCall.next_attempt_at)


def next_due(session: Session) -> datetime | None:
    """The earliest moment, past or to come, at which a worker has something to fire or send."""
    return _first(session, _RUNG, *_MAILS, _CALL)


def next_rung(session: Session, after: datetime | None = None) -> datetime | None:
    """The earliest pending rung; `after` leaves out those that an earlier pass had to leave."""
    return _first(session, _RUNG, after=after)


def next_mail(session: Session, after: datetime | None = None) -> datetime | None:
    """The earliest to be written or sent; `after` as in `next_rung`."""
    return _first(session, *_MAILS, after=after)


def next_call(session: Session, after: datetime | None = None) -> datetime | None:
    """The earliest to be made to another program; `after` as in `next_rung`."""
    return _first(session, _CALL, after=after)


def _first(
    session: Session, *earliest: ScalarSelect[Any], after: datetime | None = None
) -> datetime | None:
    moments = session.execute(select(*earliest), {"after": after or _EVER}).one()
    return min(filter(None, moments), default=None)
