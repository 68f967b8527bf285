"""The calendar file of somebody outside who has a link."""

from datetime import datetime
from typing import Any

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.letters import REQUEST, Invitation, Letter, newest_invitations
from cases.links import AnswerLink, Standing, standing
from cases.outside import look, use
from web.door import vardtrad
from web.pages.answer_check import found
from web.pages.answer_frame import Page, drawn
from web.pages.calendar_files import calendar_answer, invitation_text


def of_party(token: str) -> Any:
    """What the party was invited to in its letter, as long as the meeting is still ahead."""
    wiring = vardtrad()
    now = wiring.now()
    file = wiring.database.run(lambda db: _file(db, token, now))
    if isinstance(file, Page):
        return drawn(file)
    return calendar_answer(file, "mote") if file else abort(404)


def _file(db: Session, token: str, now: datetime) -> str | Page | None:
    link = found(db, token, now)
    if isinstance(link, Page):
        return link
    # An answered link is used once more here: who comes needs the meeting the most.
    if standing(link, now) is Standing.ANSWERED:
        use(db, link, "calendar", now)
    elif look(db, link, "calendar", now) is not Standing.ALIVE:
        return None
    letter = _invited_by(db, link)
    if letter is None or not _is_ahead(letter, now):
        return None
    return invitation_text(letter, now)


def _invited_by(db: Session, link: AnswerLink) -> Letter | None:
    """The newest invitation of the party that was mailed the link."""
    sent = db.scalar(select(Letter).where(Letter.link_id == link.id).limit(1))
    newest = newest_invitations(db, link.step.case)
    return newest.get((sent.party, sent.to_address)) if sent else None


def _is_ahead(letter: Letter, now: datetime) -> bool:
    invitation = Invitation.of(letter.invitation or {})
    return invitation.method == REQUEST and invitation.ends > now
