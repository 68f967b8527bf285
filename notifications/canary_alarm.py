"""That the list of the overdue did not show the daily check: told at once, it may hide more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.canary import newest_canary
from notifications.bulletin_parts import Said
from notifications.bulletins import Kind, announce
from notifications.recipients import Reach
from workflow.messages import Message
from workflow.moments import day_of
from workflow.roles import Role
from workflow.routines import Routines
from workflow.words import _


def announce_missed(
    session: Session, routines: Routines, missed: Collection[str], now: datetime
) -> None:
    """Each check that was not shown, and a day without a check; nobody hears of one twice."""
    newest = newest_canary(session)
    alarms = {reference: {"reference": reference} for reference in missed}
    if newest is None or day_of(newest.opened_at) != day_of(now):
        alarms[day_of(now).isoformat()] = {"reference": ""}
    if not alarms:
        return
    reach = Reach(session, routines, now)
    to = (*reach.anywhere(Role.ADMINISTRATOR).people, *reach.any_mas().people)
    for key, data in alarms.items():
        announce(session, Kind.CANARY, key, to, now, data)


def said_of_missed(access: Access, reference: str) -> Said:
    """To those who watch over cases that they cannot trust the list, to the others what to do."""
    watches = access.has(Right.OVERDUE)
    happened = (
        Message(_("I dag syntes det inte (%(reference)s)."), reference=reference)
        if reference
        else _("I dag gick provet inte att göra.")
    )
    to_do = (
        _("Lita inte på listan förrän det är rättat. Gå igenom enheternas öppna ärenden.")
        if watches
        else _("Ta reda på varför, och säg till när det är rättat. MAS har fått samma mejl.")
    )
    return Said(
        _("Listan över försenat går inte att lita på"),
        (
            _("Varje morgon provar Vårdtråd att ett försenat steg syns i listan över försenat."),
            happened,
            _("Då kan också annat som är försenat saknas där. Påminnelserna går ut som vanligt."),
            to_do,
        ),
        "forsenat" if watches else "drift",
        _("Öppna listan över försenat") if watches else _("Öppna driftsidan"),
    )
