"""Who has been told about which steps, for the lists that show it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.people import Person
from notifications.models import Notification, OutboxMail


@dataclass(frozen=True)
class Told:
    """A person, when the newest mail about the step was taken, and when the case was then opened.

    None while the mail waits, and until it is opened.
    """

    name: str
    at: datetime | None
    opened_at: datetime | None


def told_about(session: Session, step_ids: Collection[int]) -> dict[int, tuple[Told, ...]]:
    """Step to those told, in the order they were told; a mail that was dropped tells nobody."""
    rows = session.execute(
        select(Notification.step_id, Person.name, OutboxMail.taken_at, Notification.opened_at)
        .join(Notification.recipient)
        .outerjoin(Notification.mail)
        .where(
            Notification.step_id.in_(step_ids),
            Notification.dropped_at.is_(None),
            OutboxMail.dropped_at.is_(None),
            OutboxMail.failed_at.is_(None),
        )
        .order_by(Notification.id)
    )
    told: dict[int, dict[str, Told]] = {}
    for step_id, name, taken_at, opened_at in rows:
        people = told.setdefault(step_id, {})
        before = people.get(name)
        people[name] = Told(name, taken_at or (before.at if before else None), opened_at)
    return {step_id: tuple(people.values()) for step_id, people in told.items()}
