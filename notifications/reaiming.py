"""Reminders that have waited for their digest are told to those whose the step is by then."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from cases.chains import lock, write
from cases.changes import LATE
from cases.models import OPEN, Case, CaseStep
from notifications.firing import ESCALATED
from notifications.models import Notification
from notifications.recipients import Reach
from notifications.rungs import addressed, is_tell
from workflow.ladders import PARTY
from workflow.routines import Routines


@dataclass(frozen=True)
class _Waiting:
    id: int
    step_id: int
    rung: str
    recipient_id: int
    sending: str
    key: str
    item: str
    round: int
    roles: list[str]
    claimed_by: int | None
    case_id: int
    definition: str
    version: int
    unit_id: int


@dataclass
class _Moved:
    """A rung of a step: who is new behind it, and the notifications of those who are not there."""

    row: _Waiting
    new: tuple[int, ...]
    gone: list[int] = field(default_factory=list)


def re_aim(
    session: Session, routines: Routines, waiting: ColumnElement[bool], now: datetime
) -> None:
    """Drops what no longer concerns its recipient, and tells those whom it concerns instead.

    Each with a line in the log; a rung behind which nobody stands by then goes as it was armed.
    """
    rows = _rows(session, waiting)
    if not rows:
        return
    reach, told = Reach(session, routines, now), _told(session, {row.step_id for row in rows})
    moved: dict[tuple[int, str], _Moved] = {}
    for row in rows:
        definition = routines.engine(row.definition, row.version).definition
        to = [each for each in addressed(definition, row.key, row.rung, ()) if each != PARTY]
        people = reach.behind(row.unit_id, row.roles, row.claimed_by, to).people
        heard = told[row.step_id, row.rung]
        new = tuple(who for who in people if who not in heard)
        gone = bool(people) and row.recipient_id not in people
        if new or gone:
            each = moved.setdefault((row.step_id, row.rung), _Moved(row, new))
            each.gone += [row.id] if gone else []
    if moved:
        _move(session, list(moved.values()), now)


def _rows(session: Session, waiting: ColumnElement[bool]) -> list[_Waiting]:
    rows = session.execute(
        select(
            Notification.id, Notification.step_id, Notification.rung, Notification.recipient_id,
            Notification.sending, CaseStep.key, CaseStep.item, CaseStep.round, CaseStep.roles,
            CaseStep.claimed_by, Case.id.label("case_id"), Case.definition,
            Case.version, Case.unit_id,
        )
        .join(CaseStep, CaseStep.id == Notification.step_id)
        .join(Case, Case.id == Notification.case_id)
        .where(
            waiting,
            # What goes at once has not had time to grow old.
            Notification.created_at < Notification.send_after,
            CaseStep.condition == OPEN,
        )
    )  # fmt: skip
    # A late opening tells several rungs' people in one, a tell is of the case and not of the step.
    found = [_Waiting(**row) for row in rows.mappings()]
    return [each for each in found if each.rung != LATE and not is_tell(each.rung)]


def _told(session: Session, steps: Collection[int]) -> Mapping[tuple[int, str], set[int]]:
    told: dict[tuple[int, str], set[int]] = {}
    rows = session.execute(
        select(Notification.step_id, Notification.rung, Notification.recipient_id).where(
            Notification.step_id.in_(steps)
        )
    )
    for step_id, rung, who in rows:
        told.setdefault((step_id, rung), set()).add(who)
    return told


def _move(session: Session, moved: Sequence[_Moved], now: datetime) -> None:
    chains = lock(session, {each.row.case_id for each in moved})
    gone = [id_ for each in moved for id_ in each.gone]
    session.execute(
        update(Notification)
        .where(Notification.id.in_(gone))
        .values(dropped_at=now)
        .execution_options(synchronize_session=False)
    )
    for row, new in ((each.row, each.new) for each in moved if each.new):
        session.execute(
            insert(Notification),
            [
                {
                    "case_id": row.case_id, "step_id": row.step_id, "rung": row.rung,
                    "recipient_id": who, "sending": row.sending, "send_after": now,
                    "created_at": now,
                }
                for who in new
            ],
        )  # fmt: skip
        data = {"step": row.key, "item": row.item, "round": row.round, "rung": row.rung}
        more = {"to": list(new), "roles_without_anyone": [], "moved": True}
        chains[row.case_id].add(ESCALATED, now, data | more)
    write(session, chains.values())
    session.expire_all()
