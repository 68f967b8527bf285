"""What stands before a link's pages: tokens that are guessed at, and the second check."""

from datetime import datetime, timedelta

from flask import request, session
from sqlalchemy.orm import Session

from cases.links import AnswerLink, link_of
from cases.throttling import Guesser, TooManyTries, count_failure, refuse_hasty
from web.door import vardtrad
from web.pages.answer_frame import Page, hasty, unknown
from web.pages.answer_pages import CODE

PROVEN_FOR = timedelta(minutes=30)
"""How long a browser that has passed the second check may see whom the link is about."""


def found(db: Session, token: str, now: datetime) -> AnswerLink | Page:
    """The link, or the page for whoever guesses; a token that is none of ours is counted."""
    try:
        refuse_hasty(db, _guesser(token), now)
    except TooManyTries as error:
        return hasty(error)
    link = link_of(db, token, vardtrad().settings.secret_key)
    if link is not None:
        return link
    count_failure(db, _guesser(token), now)
    return unknown()


def count_wrong_code(db: Session, token: str, now: datetime) -> None:
    """Apart from wrong tokens, so that a working link is not slowed down by its own address."""
    count_failure(db, _guesser(f"{CODE} {token}"), now)


def is_proven(link: AnswerLink, now: datetime) -> bool:
    """True when this browser passed the link's second check not long ago."""
    at = _proofs().get(str(link.id))
    return at is not None and _is_fresh(at, now)


def keep_proof(link: AnswerLink, now: datetime) -> None:
    """In the browser's signed cookie; proofs that are too old are thrown away."""
    fresh = {name: at for name, at in _proofs().items() if _is_fresh(at, now)}
    session["svar"] = fresh | {str(link.id): now.isoformat()}


def _guesser(what: str) -> Guesser:
    # Apart from logins, so that a broken link keeps nobody at the same address from logging in.
    return Guesser.of(f"svar {what}", f"svar {request.remote_addr}")


def _proofs() -> dict[str, str]:
    proofs: dict[str, str] = session.get("svar", {})
    return proofs


def _is_fresh(at: str, now: datetime) -> bool:
    return now - datetime.fromisoformat(at) < PROVEN_FOR
