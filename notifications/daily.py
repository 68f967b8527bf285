"""The daily work, each piece done once by whichever of the workers comes first."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.database import Database
from notifications.day import Piece, Today
from notifications.models import DailyWork
from notifications.pieces import PIECES
from notifications.standstills import announce_standstills, untold_standstills
from workflow.moments import day_of
from workflow.routines import Routines

logger = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=5)


def run(database: Database, routines: Routines, now: datetime) -> datetime:
    """Does what is due, each piece by itself; answers when there is more to do, in UTC."""
    with database.reading() as session:
        today, untold = _today(session, routines, now), untold_standstills(session, now)
    if untold:
        telling = partial(announce_standstills, routines=routines, untold=untold, now=now)
        _try("standstills", partial(database.run, telling))
    coming = [today.ends]
    for piece in PIECES:
        due = None if piece.key in today.done else piece.due(today)
        if due is None or now >= due[1]:
            continue
        if now < due[0]:
            coming.append(due[0])
            continue
        if not _try(piece.key, partial(_do, database, routines, piece, today.day, now)):
            coming.append(now + TRY_AGAIN)
        with database.reading() as session:
            today = _today(session, routines, now)
    return min(coming)


def _do(database: Database, routines: Routines, piece: Piece, day: date, now: datetime) -> None:
    with database.reading() as session:
        write = piece.read(session, routines, now)

    def once(session: Session) -> None:
        if session.get(DailyWork, (piece.key, day)) is None:
            # A worker that comes at the same time waits here, and then sees that it is done.
            session.add(DailyWork(piece=piece.key, day=day, done_at=now))
            session.flush()
            write(session)

    database.run(once)


def _today(session: Session, routines: Routines, now: datetime) -> Today:
    day = day_of(now)
    rows = session.execute(select(DailyWork.piece, DailyWork.done_at).where(DailyWork.day == day))
    return Today(routines, day, dict(rows.all()))


def _try(key: str, work: Callable[[], None]) -> bool:
    """False when it failed."""
    try:
        work()
    except Exception as fault:  # noqa: BLE001  the other pieces must still be done
        # Never the message: it may hold what somebody typed.
        logger.error("daily: %s: %s", key, type(fault).__name__)
        return False
    return True
