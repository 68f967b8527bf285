"""Other programs told of steps that have become overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, exists, insert, or_, select
from sqlalchemy.orm import Session

from cases.calling_out import OWN_KINDS, asks_for, waiting_call
from cases.database import Database
from cases.models import Case, CaseStep
from cases.overdue import overdue
from cases.webhooks import Webhook, WebhookCall, WebhookEvent

BATCH = 1000
"""Calls put down in one transaction."""

_EVENT = WebhookEvent.STEP_OVERDUE


def call_out_overdue(database: Database, now: datetime) -> int:
    """Once for each time a step has run out of; how many calls that came to."""
    with database.reading() as session:
        asking = session.execute(select(Webhook.id, Webhook.created_at).where(asks_for(_EVENT)))
        # Looked for as a reader, so that an idle pass keeps no writer waiting.
        behind = [_Untold(*row, now) for row in asking.all()]
        behind = [each for each in behind if each.found(session, 1)]
    return sum(_tell(database, each) for each in behind)


@dataclass(frozen=True)
class _Untold:
    webhook_id: int
    since: datetime
    now: datetime

    def found(self, session: Session, most: int) -> Sequence[Row[int, int, datetime]]:
        told = exists().where(
            WebhookCall.case_id == CaseStep.case_id,
            WebhookCall.step_id == CaseStep.id,
            WebhookCall.webhook_id == self.webhook_id,
            WebhookCall.event == _EVENT,
            WebhookCall.at == CaseStep.due_at,
        )
        # What was late before the program asked is no news.
        news = or_(CaseStep.due_at >= self.since, CaseStep.opened_at >= self.since)
        return session.execute(
            select(CaseStep.id, CaseStep.case_id, CaseStep.due_at)
            .join(CaseStep.case)
            .where(overdue(self.now), news, Case.definition.not_in(OWN_KINDS), ~told)
            .order_by(CaseStep.due_at, CaseStep.id)
            .limit(most)
        ).all()

    def put_down(self, session: Session) -> int:
        rows = self.found(session, BATCH)
        if rows:
            session.execute(insert(WebhookCall), [self._call(*row) for row in rows])
        return len(rows)

    def _call(self, step_id: int, case_id: int, due_at: datetime) -> dict[str, object]:
        # A step whose time is moved may be overdue more than once.
        key = f"{_EVENT}:{step_id}:{int(due_at.timestamp())}"
        return waiting_call(self.webhook_id, key, _EVENT, case_id, step_id, due_at, self.now)


def _tell(database: Database, untold: _Untold) -> int:
    total = 0
    while put_down := database.run(untold.put_down):
        total += put_down
    return total
