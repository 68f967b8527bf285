"""A bulletin in words, as things stand when it is sent and for the one it is sent to."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases.access import access_of
from notifications.bulletin_parts import Said
from notifications.bulletins import Kind
from notifications.canary_alarm import said_of_missed
from notifications.models import Bulletin
from notifications.orphan_mails import said_of_orphans
from notifications.standstills import said_of_standstill
from notifications.summaries import said_of_overdue
from workflow.routines import Routines


def said_in(session: Session, routines: Routines, bulletin: Bulletin, now: datetime) -> Said | None:
    """None when nothing is left to tell."""
    access = access_of(session, bulletin.recipient, now)
    match Kind(bulletin.kind):
        case Kind.OVERDUE:
            return said_of_overdue(session, routines, access, now)
        case Kind.ORPHANS:
            return said_of_orphans(session, routines, bulletin.data)
        case Kind.CATCH_UP:
            return said_of_standstill(session, access, int(bulletin.key))
        case Kind.CANARY:
            return said_of_missed(access, bulletin.data["reference"])
