"""Calls that have come to their end are kept for a month, for whoever asks what was told."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, or_
from sqlalchemy.orm import Session

from cases.models import OPEN, CaseStep
from cases.webhooks import Webhook, WebhookCall, WebhookEvent

KEPT = timedelta(days=30)


def drop_old_calls(session: Session, now: datetime) -> None:
    """Not what a living webhook has missed, nor what says that an open step's lateness is told."""
    until = now - KEPT
    ended = exists().where(Webhook.id == WebhookCall.webhook_id, Webhook.ended_at < until)
    over = or_(WebhookCall.taken_at < until, WebhookCall.dropped_at < until, ended)
    still_late = and_(
        WebhookCall.event == WebhookEvent.STEP_OVERDUE,
        exists().where(CaseStep.id == WebhookCall.step_id, CaseStep.condition == OPEN),
        ~ended,
    )
    session.execute(
        delete(WebhookCall).where(over, ~still_late).execution_options(synchronize_session=False)
    )
