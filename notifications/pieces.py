"""What is done each day: the log sealed, what is old dropped, the canary, the morning's lists."""

import logging
from datetime import datetime, time

from sqlalchemy.orm import Session

from cases.canary import LASTS, check_canaries, open_canary, shown_steps
from cases.drafts import drop_old_drafts
from cases.events import seal_day, unsealed
from notifications.bulletins import Kind, announce
from notifications.canary_alarm import announce_missed
from notifications.day import MIDNIGHT, Piece, Span, Today, Write
from notifications.old_calls import drop_old_calls
from notifications.orphan_mails import data_of
from notifications.orphans import orphans
from notifications.recipients import Reach
from notifications.summaries import those_with_overdue
from workflow.moments import day_of
from workflow.routines import Routines

logger = logging.getLogger(__name__)

CANARY_OPENS, CANARY_MISSED, TOO_LATE = time(4), time(6), time(22)
"""In Stockholm; done with before a working day's first mails, and on the day that it began."""

CANARY_OPEN = "canary_open"


def _all_day(today: Today) -> Span:
    return today.at(MIDNIGHT), today.ends


def _from_four(today: Today) -> Span:
    return today.at(CANARY_OPENS), today.at(TOO_LATE)


def _after_the_canary(today: Today) -> Span:
    opened = today.done.get(CANARY_OPEN)
    if opened is None:
        return today.at(CANARY_MISSED), today.at(TOO_LATE)
    return opened + LASTS, today.ends


def _morning(today: Today) -> Span | None:
    """From the first digest of a working day; whoever starts late sends it in the window still."""
    window, calendar = today.routines.window, today.routines.calendar
    if calendar.next_working_day(today.day) != today.day:
        return None
    return today.at(window.digest_times[0]), today.at(window.closes)


def _drafts(_session: Session, _routines: Routines, now: datetime) -> Write:
    return lambda session: drop_old_drafts(session, now)


def _calls(_session: Session, _routines: Routines, now: datetime) -> Write:
    return lambda session: drop_old_calls(session, now)


def _seal(session: Session, _routines: Routines, now: datetime) -> Write:
    heads = unsealed(session)

    def write(session: Session) -> None:
        seal_day(session, now, heads)

    return write


def _open_canary(_session: Session, routines: Routines, now: datetime) -> Write:
    def write(session: Session) -> None:
        open_canary(session, routines, now)

    return write


def _check_canary(session: Session, routines: Routines, now: datetime) -> Write:
    try:
        shown = shown_steps(session, routines, now)
    except Exception as fault:  # noqa: BLE001  a list that cannot be made shows nothing
        logger.error("canary: %s", type(fault).__name__)
        shown = frozenset()

    def write(session: Session) -> None:
        missed = check_canaries(session, routines, shown, now)
        announce_missed(session, routines, missed, now)

    return write


def _summaries(session: Session, _routines: Routines, now: datetime) -> Write:
    to = those_with_overdue(session, now)
    return lambda session: announce(session, Kind.OVERDUE, day_of(now).isoformat(), to, now)


def _orphans(session: Session, routines: Routines, now: datetime) -> Write:
    found = orphans(session, routines, now)
    to = Reach(session, routines, now).any_mas().people if found else ()
    data, key = data_of(found), day_of(now).isoformat()
    return lambda session: announce(session, Kind.ORPHANS, key, to, now, data)


PIECES = (
    Piece("seal", _all_day, _seal),
    Piece("drafts", _all_day, _drafts),
    Piece("calls", _all_day, _calls),
    Piece(CANARY_OPEN, _from_four, _open_canary),
    Piece("canary_check", _after_the_canary, _check_canary),
    Piece("overdue", _morning, _summaries),
    Piece("orphans", _morning, _orphans),
)
