"""Letters on their way: gathered into mails, and what still goes in each when it is sent."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from cases.letters import CANCEL, Invitation, Letter, letters_with_invitation
from cases.links import Standing, standing
from notifications.letter_words import Enclosed
from notifications.models import OutboxMail


def ungathered_letters(now: datetime) -> ColumnElement[bool]:
    """The condition on Letter for those that are due but in no mail."""
    return and_(Letter.gathered_at.is_(None), Letter.send_after <= now)


def gather_letters(session: Session, domain: str, now: datetime) -> None:
    """Each letter is a mail of its own, since two parties may share an address."""
    waiting = session.scalars(
        select(Letter)
        .where(ungathered_letters(now))
        .order_by(Letter.id)
        .with_for_update(skip_locked=True, of=Letter)
    )
    for letter in waiting.all():
        letter.gathered_at = now
        session.add(
            OutboxMail(
                letter=letter,
                message_id=f"<{uuid4()}@{domain}>",
                created_at=now,
                next_attempt_at=now,
            )
        )
    session.flush()


def enclosed_in(session: Session, letter: Letter, now: datetime) -> Enclosed | None:
    """None when the letter is no longer needed: superseded, answered, or the meeting has been."""
    link = letter.link
    if link and standing(link, now) is not Standing.ALIVE:
        link = None
    same_party = _to_the_same(session, letter)
    if letter.invitation is None:
        before = [uid_of(other) for other in same_party if other.id < letter.id]
        return Enclosed(None, link, False, before[-1] if before else "") if link else None
    invitation, heard = Invitation.of(letter.invitation), told_before(session, letter)
    superseded = any(
        other.id > letter.id for other in same_party if uid_of(other) == invitation.uid
    )
    unheard_of = invitation.method == CANCEL and not heard
    if superseded or unheard_of or invitation.ends <= now:
        return None
    return Enclosed(invitation, link, heard, invitation.uid)


def told_before(session: Session, letter: Letter) -> bool:
    """True when an earlier letter may have told the party of the same meeting."""
    earlier = [
        other.id
        for other in _to_the_same(session, letter)
        if other.id < letter.id and letter.invitation and uid_of(other) == uid_of(letter)
    ]
    # A mail that the server never answered for may have come all the same.
    tried = select(OutboxMail.id).where(OutboxMail.letter_id.in_(earlier), OutboxMail.attempts > 0)
    return session.scalar(tried.limit(1)) is not None


def uid_of(letter: Letter) -> str:
    """Of the letter's invitation; empty in a letter without one."""
    return Invitation.of(letter.invitation).uid if letter.invitation else ""


def _to_the_same(session: Session, letter: Letter) -> list[Letter]:
    return [
        other
        for other in letters_with_invitation(session, letter.case)
        if (other.party, other.to_address) == (letter.party, letter.to_address)
    ]
