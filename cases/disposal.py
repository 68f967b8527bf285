"""Disposal (gallring): what was typed in a closed case is emptied when its time is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases.drafts import drop_letters
from cases.errors import Refused
from cases.events import append, dispose, events_of, locked_case
from cases.models import Case
from workflow.words import _


def dispose_case(session: Session, reference: str, basis: str, now: datetime) -> Case:
    """Empties every text of a closed case and says so; raises NotFound, and Refused while open."""
    case = locked_case(session, reference)
    if case.closed_at is None:
        raise Refused(_("Ärendet är inte avslutat. Bara avslutade ärenden gallras."))
    typed = [
        event
        for event in events_of(session, case.id)
        if event.text is not None and event.text.body is not None
    ]
    for event in typed:
        dispose(session, event, now)
    drop_letters(session, case.id)
    if typed:
        append(session, case, "disposed", now, data={"basis": basis})
    return case
