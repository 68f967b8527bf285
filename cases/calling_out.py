"""What happens in a case, put down for the programs that have asked to be told of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, insert, select
from sqlalchemy.orm import Session

from cases.models import Case, CaseStep
from cases.webhooks import Webhook, WebhookCall, WebhookEvent
from workflow.definitions import CHECKS

OWN_KINDS = tuple(check.key for check in CHECKS)
"""Kinds of cases that no other program hears of: Vårdtråd's own."""


def asks_for(event: WebhookEvent) -> ColumnElement[bool]:
    """The condition on Webhook for those that are told of such an event."""
    named = cast(Webhook.events, String).contains(f'"{event}"', autoescape=True)
    return and_(Webhook.ended_at.is_(None), named)


_ASKING = {event: select(Webhook.id).where(asks_for(event)) for event in WebhookEvent}


def call_out(
    session: Session, event: WebhookEvent, case: Case, now: datetime, step: CaseStep | None = None
) -> None:
    """In the transaction of the change itself; one small question when nobody has asked."""
    if case.definition in OWN_KINDS:
        return
    connection = session.connection()
    asking = connection.execute(_ASKING[event]).scalars().all()
    if not asking:
        return
    step_id = None if step is None else step.id
    key = f"{event}:{case.id if step is None else step.id}"
    calls = [waiting_call(each, key, event, case.id, step_id, now, now) for each in asking]
    connection.execute(insert(WebhookCall), calls)


def waiting_call(
    webhook_id: int,
    key: str,
    event: WebhookEvent,
    case_id: int,
    step_id: int | None,
    at: datetime,
    now: datetime,
) -> dict[str, object]:
    """A row of WebhookCall that is due at once; `at` is when it happened."""
    return {
        "webhook_id": webhook_id,
        "key": key,
        "event": event,
        "case_id": case_id,
        "step_id": step_id,
        "at": at,
        "created_at": now,
        "next_attempt_at": now,
    }
