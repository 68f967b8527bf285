"""What somebody has typed but not sent; only that person ever reads it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, not_, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.models import Draft, Submission

KEPT = timedelta(days=14)
"""Drafts hold patient data, so they are thrown away two weeks after they were last saved."""

LETTER = "offer:"
"""Begins the purpose of a letter that somebody has chosen to keep beside a case."""

LETTERS_KEPT = timedelta(days=365)
"""A letter waits to be sent; it goes with its case's texts, or a year after it was last saved."""


def save_draft(
    session: Session, access: Access, purpose: str, data: Mapping[str, Any], now: datetime
) -> None:
    """Replaces the person's draft for the same purpose ("open:deviation", "step:12")."""
    draft = draft_of(session, access, purpose)
    if draft is None:
        draft = Draft(person_id=access.person_id, purpose=purpose)
        session.add(draft)
    draft.data, draft.saved_at = dict(data), now


def drop_draft(session: Session, access: Access, purpose: str) -> None:
    """Throws the draft away."""
    session.execute(
        delete(Draft).where(Draft.person_id == access.person_id, Draft.purpose == purpose)
    )


def drop_old_drafts(session: Session, now: datetime) -> None:
    """Throws away every draft not touched for two weeks, and letters not touched for a year."""
    is_letter = Draft.purpose.startswith(LETTER, autoescape=True)
    session.execute(delete(Draft).where(Draft.saved_at < now - KEPT, not_(is_letter)))
    session.execute(delete(Draft).where(Draft.saved_at < now - LETTERS_KEPT))


def drop_letters(session: Session, case_id: int) -> None:
    """Everybody's, when the case's texts are disposed of (gallring)."""
    of_case = Draft.purpose.startswith(f"{LETTER}{case_id}:", autoescape=True)
    session.execute(delete(Draft).where(of_case))


def fresh_draft(session: Session, access: Access, purpose: str) -> Draft | None:
    """As draft_of, but not what was saved by a page whose form has since been carried out."""
    draft = draft_of(session, access, purpose)
    if draft is None:
        return None
    sent = session.get(Submission, draft.data.get("submission_key", ""))
    return draft if sent is None else None


def draft_of(session: Session, access: Access, purpose: str) -> Draft | None:
    """The person's own draft, or None."""
    return session.scalar(
        select(Draft).where(Draft.person_id == access.person_id, Draft.purpose == purpose)
    )
