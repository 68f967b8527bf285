"""How it goes with those that are told of what happens."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.errors import NotFound
from cases.webhooks import Webhook, WebhookCall
from workflow.words import _


@dataclass(frozen=True)
class WebhookLine:
    """`failed` are given up; `error` is why the newest that is tried again was not taken."""

    id: int
    name: str
    url: str
    events: tuple[str, ...]
    created_at: datetime
    ended_at: datetime | None
    taken_at: datetime | None
    waiting: int
    failed: int
    error: str | None


def living_webhook(session: Session, webhook_id: int) -> Webhook:
    """Raises NotFound, also for one that has ended."""
    webhook = session.get(Webhook, webhook_id)
    if webhook is None or webhook.ended_at is not None:
        raise NotFound(_("Webhooken finns inte."))
    return webhook


def webhooks(session: Session) -> tuple[WebhookLine, ...]:
    """By name, those that have ended last."""
    calls = (
        select(
            WebhookCall.webhook_id,
            func.max(WebhookCall.taken_at).label("taken_at"),
            func.count(WebhookCall.next_attempt_at).label("waiting"),
            func.count(WebhookCall.failed_at).label("failed"),
        )
        .group_by(WebhookCall.webhook_id)
        .subquery()
    )
    error = (
        select(WebhookCall.last_error)
        .where(
            WebhookCall.webhook_id == Webhook.id,
            WebhookCall.next_attempt_at.is_not(None),
            WebhookCall.last_error.is_not(None),
        )
        .order_by(WebhookCall.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Webhook, calls.c.taken_at, calls.c.waiting, calls.c.failed, error)
        .outerjoin(calls, calls.c.webhook_id == Webhook.id)
        .order_by(Webhook.ended_at.is_not(None), Webhook.name, Webhook.id)
    )
    return tuple(
        WebhookLine(
            hook.id, hook.name, hook.url, tuple(hook.events), hook.created_at, hook.ended_at,
            taken_at, waiting or 0, failed or 0, fault,
        )
        for hook, taken_at, waiting, failed, fault in rows
    )  # fmt: skip
