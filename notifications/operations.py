"""Whether reminders go out: the last sweep, the workers, the queues, and how late things were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from cases.canary import CanaryState, canary_state
from cases.letters import Letter
from cases.models import PendingEscalation
from cases.webhooks import WebhookCall
from notifications.failed_calls import given_up
from notifications.failed_mails import not_arrived
from notifications.models import Bulletin, CatchUp, Notification, OutboxMail, Sweep, Worker
from notifications.presence import living

LATE_AFTER_SWEEPS = 5
"""A last sweep older than so many intervals is called late."""


@dataclass(frozen=True)
class LastSweep:
    """`at` is None before the first, which is late too."""

    at: datetime | None
    late: bool


@dataclass(frozen=True)
class Queues:
    """`rungs` are due now; `notifications`, `letters` and `bulletins` wait for their time.

    `mails` wait for their first attempt and `again` for another; `failed` are given up but needed.
    `calls` to other programs wait, and `missed` are those that were given up.
    """

    rungs: int
    notifications: int
    letters: int
    bulletins: int
    mails: int
    again: int
    failed: int
    calls: int
    missed: int


@dataclass(frozen=True)
class Lateness:
    """Of passes that found something due: the last one, and the middle and worst of a day."""

    last: timedelta
    typical: timedelta
    worst: timedelta


@dataclass(frozen=True)
class Operations:
    """`alive` and `dead` workers; one that has ended as it should is neither.

    `catch_ups` are all there have been.
    """

    last_sweep: LastSweep
    queues: Queues
    lateness: Lateness | None
    alive: tuple[Worker, ...]
    dead: tuple[Worker, ...]
    catch_ups: int
    canary: CanaryState


def state_of_operations(session: Session, now: datetime, every: timedelta) -> Operations:
    """`every` is the longest time between two sweeps, and two heartbeats of a worker."""
    alive = living(session, now, every)
    return Operations(
        last_sweep(session, now, every),
        queues(session, now),
        lateness(session, now),
        alive,
        gone_silent(session, alive),
        session.scalars(select(func.count()).select_from(CatchUp)).one(),
        canary_state(session, now),
    )


_LAST_SWEEP = select(Sweep.finished_at).order_by(Sweep.id.desc()).limit(1)


def last_sweep(session: Session, now: datetime, every: timedelta) -> LastSweep:
    """By the newest row, which the sweep that finished last has written."""
    at = session.scalar(_LAST_SWEEP)
    return LastSweep(at, at is None or now - at > LATE_AFTER_SWEEPS * every)


def gone_silent(session: Session, alive: Sequence[Worker]) -> tuple[Worker, ...]:
    """Those that have not ended as they should, and are not among the living; latest seen first."""
    running = session.scalars(
        select(Worker).where(Worker.ended_at.is_(None)).order_by(Worker.seen_at.desc(), Worker.id)
    )
    return tuple(worker for worker in running if worker not in alive)


def queues(session: Session, now: datetime) -> Queues:
    """Counted in one statement."""
    mails = OutboxMail.next_attempt_at.is_not(None)
    counted = (
        _count(PendingEscalation.at <= now),
        _count(Notification.outbox_id.is_(None), Notification.dropped_at.is_(None)),
        _count(Letter.gathered_at.is_(None)),
        _count(Bulletin.gathered_at.is_(None)),
        _count(mails, OutboxMail.attempts == 0),
        _count(mails, OutboxMail.attempts > 0),
        _count(not_arrived()).select_from(OutboxMail),
        _count(WebhookCall.next_attempt_at.is_not(None)),
        _count(given_up()),
    )
    return Queues(*session.execute(select(*(each.scalar_subquery() for each in counted))).one())


def _count(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).where(*conditions)


def lateness(session: Session, now: datetime) -> Lateness | None:
    """None when no pass has found anything due for a day."""
    of_a_day = (Sweep.fired > 0, Sweep.started_at > now - timedelta(days=1))
    late = session.scalars(
        select(Sweep.late_seconds).where(*of_a_day).order_by(Sweep.id.desc())
    ).all()
    if not late:
        return None
    by_size = sorted(late)
    return Lateness(
        *(timedelta(seconds=n) for n in (late[0], by_size[len(late) // 2], by_size[-1]))
    )
