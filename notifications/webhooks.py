"""Calls on their way to other programs: tried until taken, refused or given up."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from cases.database import Database
from cases.webhook_address import OwnNetwork
from cases.webhook_administration import signing_key
from cases.webhooks import WebhookCall
from notifications.channels import Answer, Receipt
from notifications.handover import Handover
from notifications.next_due import next_call
from notifications.trying import GIVEN_UP_AFTER, begin, conclude, drop
from notifications.webhook_body import body_of, signed
from notifications.webhook_posting import post


@dataclass(frozen=True)
class Caller:
    """Whose links the calls hold, the key their secrets are made of, and what may be called."""

    base_url: str
    secret_key: str = field(repr=False)
    own_network: OwnNetwork


@dataclass(frozen=True)
class TakenCall:
    """One attempt at a call; nobody needs it any more when there is no `url`."""

    call_id: int
    attempt: int
    url: str = field(default="", repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""

    def __str__(self) -> str:
        return f"webhook call {self.call_id}"


def call_webhooks(
    database: Database,
    caller: Caller,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> Counter[Answer]:
    """Makes each call that is due, at least once; how many met each answer."""
    handover = Handover(database, partial(take_call, caller=caller), settle_call, now)
    with database.reading() as session:
        due = next_call(session)
    if due is None or due > now:
        return handover.answers
    try:
        while not stopping() and (taken := handover.next()):
            if taken.url:
                handover.answer(
                    taken, post(taken.url, taken.headers, taken.body, caller.own_network)
                )
    finally:
        handover.settle()
    return handover.answers


def take_call(session: Session, now: datetime, caller: Caller) -> TakenCall | None:
    """Committed before the call is made."""
    call = session.scalar(
        select(WebhookCall)
        .where(WebhookCall.next_attempt_at <= now)
        .order_by(WebhookCall.next_attempt_at, WebhookCall.id)
        .limit(1)
        .options(joinedload(WebhookCall.webhook, innerjoin=True))
        .with_for_update(of=WebhookCall, skip_locked=True)
    )
    if call is None:
        return None
    if call.webhook.ended_at is not None:
        drop(call, now)
        return TakenCall(call.id, call.attempts)
    begin(call, now)
    call.tried_at = now
    body = body_of(session, call, caller.base_url)
    headers = signed(call.key, body, signing_key(call.webhook, caller.secret_key), now)
    return TakenCall(call.id, call.attempts, call.webhook.url, headers, body)


def settle_call(session: Session, taken: TakenCall, receipt: Receipt, now: datetime) -> None:
    """When the receiver is out of reach, its other calls wait for this one's next attempt."""
    call = session.get_one(WebhookCall, taken.call_id, with_for_update=True)
    if not conclude(call, taken.attempt, receipt, now) or receipt.answer is not Answer.UNREACHABLE:
        return
    others = update(WebhookCall).where(
        WebhookCall.webhook_id == call.webhook_id, WebhookCall.next_attempt_at <= now
    )
    if call.next_attempt_at is not None:
        session.execute(others.values(next_attempt_at=call.next_attempt_at))
        return
    # Given up, and with it all that has waited as long: each would else be tried in vain alone.
    session.execute(
        others.where(WebhookCall.created_at <= now - GIVEN_UP_AFTER).values(
            next_attempt_at=None, failed_at=now, last_error=receipt.error
        )
    )
