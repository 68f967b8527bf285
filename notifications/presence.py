"""Which workers there are: each shows itself at every heartbeat, and is else taken for dead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from notifications.models import Worker

HEARTBEATS_MISSED = 3
"""So many in a row, and a worker is taken for dead."""

KEPT = timedelta(weeks=1)
"""For so long it can be seen that there was such a worker."""


@dataclass(frozen=True)
class Presence:
    """One worker, from its start to its end, on its host and under its process number."""

    id: str
    host: str
    pid: int
    started_at: datetime

    @classmethod
    def of(cls, host: str, pid: int, now: datetime) -> "Presence":
        """A new worker, which nobody has seen yet."""
        return cls(str(uuid4()), host[:120], pid, now)

    def show(self, session: Session, now: datetime) -> None:
        """Alive at `now`; also forgets who has been dead for more than a week."""
        self._row(session, now).ended_at = None
        session.execute(delete(Worker).where(Worker.seen_at < now - KEPT))

    def leave(self, session: Session, now: datetime) -> None:
        """Ended as it should."""
        self._row(session, now).ended_at = now

    def _row(self, session: Session, now: datetime) -> Worker:
        # Made when it is missing: the database may have been away when the worker started.
        row = session.get(Worker, self.id)
        if row is None:
            row = Worker(id=self.id, host=self.host, pid=self.pid, started_at=self.started_at)
            session.add(row)
        row.seen_at = now
        session.flush()
        return row


def living(session: Session, now: datetime, heartbeat: timedelta) -> tuple[Worker, ...]:
    """Those seen lately that have not ended, the oldest first."""
    seen_since = now - HEARTBEATS_MISSED * heartbeat
    workers = select(Worker).where(Worker.ended_at.is_(None), Worker.seen_at > seen_since)
    return tuple(session.scalars(workers.order_by(Worker.started_at)))
