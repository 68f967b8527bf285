"""That the time control had stood still: told at once to those who run it and to MAS."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, select
from sqlalchemy.orm import Session

from cases.access import Access, Right
from notifications.bulletin_parts import MOST, Entry, Group, Said
from notifications.bulletins import Kind, announce
from notifications.caught_up import CaughtUp, LateCase, caught_up
from notifications.messages import spoken
from notifications.models import Bulletin, CatchUp
from notifications.recipients import Reach
from workflow.messages import Message
from workflow.roles import Role
from workflow.routines import Routines
from workflow.time_words import in_words
from workflow.words import _

SETTLES_IN = timedelta(minutes=1)
"""So long the mail waits, until every worker that woke has counted what it sent late."""

OLD_AFTER = timedelta(days=7)


def untold_standstills(session: Session, now: datetime) -> Sequence[int]:
    """Ids of those of the last week; there hardly ever is any."""
    told = exists().where(Bulletin.kind == Kind.CATCH_UP, Bulletin.key == cast(CatchUp.id, String))
    untold = select(CatchUp.id).where(CatchUp.found_at > now - OLD_AFTER, ~told)
    return session.scalars(untold).all()


def announce_standstills(
    session: Session, routines: Routines, untold: Iterable[int], now: datetime
) -> None:
    """To MAS and to those who run the system."""
    reach = Reach(session, routines, now)
    to = (*reach.any_mas().people, *reach.anywhere(Role.ADMINISTRATOR).people)
    for id_ in untold:
        announce(session, Kind.CATCH_UP, str(id_), to, now, send_after=now + SETTLES_IN)


def said_of_standstill(session: Session, access: Access, id_: int) -> Said:
    """The cases only to those who watch over cases."""
    row = session.get_one(CatchUp, id_)
    watches = access.has(Right.OVERDUE)
    all_of_them = caught_up(session, row.found_at)
    stood = next(each for each in all_of_them if each.id == id_)
    cases = stood.cases if watches else ()
    more = len(cases) - MOST
    return Said(
        Message(_("Tidkontrollen stod stilla i %(length)s"), length=in_words(_length(stood))),
        _sentences(stood),
        "forsenat" if watches else "drift",
        _("Öppna listan över försenat") if watches else _("Öppna driftsidan"),
        (Group(_("Ärenden med sena påminnelser"), tuple(map(_entry, cases[:MOST]))),)
        if cases
        else (),
        Message(_("… och %(n)s till."), n=more) if more > 0 else "",
    )


def _length(stood: CaughtUp) -> timedelta:
    # By the clock as it is told in the mail, without seconds.
    found, since = (
        m.replace(second=0, microsecond=0) for m in (stood.found_at, stood.stood_still_from)
    )
    return found - since


def _sentences(stood: CaughtUp) -> tuple[str, ...]:
    latest = in_words(stood.latest)
    late = (
        Message(_("1 påminnelse gick ut %(latest)s för sent."), latest=latest)
        if stood.rungs == 1
        else Message(
            _("%(rungs)s påminnelser gick ut för sent, som mest %(latest)s."),
            rungs=stood.rungs, latest=latest,
        )
    )  # fmt: skip
    return (
        Message(
            _("Inga påminnelser gick ut från %(start)s till %(end)s."),
            start=spoken(stood.stood_still_from), end=spoken(stood.found_at),
        ),
        late,
        _("Det som missades har nu gått ut, en gång. Tidkontrollen går igen."),
    )  # fmt: skip


def _entry(case: LateCase) -> Entry:
    return Entry(case.reference, Message(_("påmint %(late)s för sent"), late=in_words(case.late)))
