"""Calls to other programs that were given up: for whoever can put things right."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.admin_log import record
from cases.administration import refuse_unless
from cases.models import Case
from cases.webhook_faults import webhook_fault_words
from cases.webhook_list import living_webhook
from cases.webhooks import Webhook, WebhookCall
from notifications.trying import revive
from workflow.messages import Message

MOST = 100
"""Shown; a receiver that was away for long has missed more than anybody reads."""


@dataclass(frozen=True)
class FailedCall:
    """`reference` of the case, which says nothing of whom it is about."""

    id: int
    webhook: str
    event: str
    reference: str
    error: Message
    attempts: int
    failed_at: datetime


def given_up() -> ColumnElement[bool]:
    """The condition on WebhookCall for those that a living webhook has missed."""
    living = select(Webhook.id).where(Webhook.ended_at.is_(None))
    return and_(WebhookCall.failed_at.is_not(None), WebhookCall.webhook_id.in_(living))


def failed_calls(session: Session) -> tuple[FailedCall, ...]:
    """The newest hundred, newest first."""
    rows = session.execute(
        select(
            WebhookCall.id, Webhook.name, WebhookCall.event, Case.reference,
            WebhookCall.last_error, WebhookCall.attempts, WebhookCall.failed_at,
        )
        .join(WebhookCall.webhook)
        .join(Case, Case.id == WebhookCall.case_id)
        .where(given_up())
        .order_by(WebhookCall.failed_at.desc(), WebhookCall.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return tuple(
        FailedCall(id_, name, event, reference, webhook_fault_words(error), attempts, failed_at)
        for id_, name, event, reference, error, attempts, failed_at in rows
        if failed_at is not None
    )


def call_again(session: Session, access: Access, webhook_id: int, now: datetime) -> int:
    """All that the webhook has missed, with three days again; how many. Raises NotFound."""
    refuse_unless(access, Right.WEBHOOKS)
    webhook = living_webhook(session, webhook_id)
    missed = session.scalars(
        select(WebhookCall)
        .where(WebhookCall.webhook_id == webhook_id, WebhookCall.failed_at.is_not(None))
        .with_for_update()
    ).all()
    for call in missed:
        revive(call, now)
    if missed:
        record(session, access, "webhook_retried", now, data={"name": webhook.name})
    return len(missed)
