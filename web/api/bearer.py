"""Who a program acts for: the person behind its token, and never the cookie of a browser."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from flask import Request, request
from flask_login import UserMixin
from sqlalchemy.orm import Session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from cases.throttling import Guesser, TooManyTries, count_failure, refuse_hasty
from cases.tokens import token_of, touch
from web.api import is_api
from web.door import vardtrad


@dataclass(frozen=True)
class Program(UserMixin):
    """What `current_user` is in the API; roles are read anew in each transaction."""

    person_id: int
    scopes: frozenset[str]
    must_change: bool = False


def program_of(sent: Request) -> Program | None:
    """For flask-login's request_loader; a token opens no page."""
    secret = _secret(sent)
    if not is_api() or not secret:
        return None
    wiring = vardtrad()
    now = wiring.now()
    with wiring.database.reading() as db:
        token = token_of(db, secret, now)
        if token is None:
            return None
        program = Program(token.person_id, frozenset(token.scopes))
        token_id, unseen = token.id, token.is_unseen(now)
    if unseen:
        wiring.database.run(lambda db: touch(db, token_id, now))
    return program


def turn_away() -> NoReturn:
    """Raises Unauthorized, or TooManyTries after several tokens in vain from one address.

    A token that works is let in all the while: it is too long to be guessed, and one program's
    mistake must not stop the others behind the same address.
    """
    challenge: dict[str, str | None] = {"realm": "vardtrad"}
    if _secret(request):
        challenge["error"] = "invalid_token"  # RFC 6750 3.1
        wiring = vardtrad()
        now = wiring.now()
        if hasty := wiring.database.run(lambda db: _counted(db, now)):
            raise hasty
    raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", challenge))


def _secret(sent: Request) -> str:
    given = sent.authorization
    return (given.token or "") if given is not None and given.type == "bearer" else ""


def _counted(db: Session, now: datetime) -> TooManyTries | None:
    # Beside those of passwords, so that a program cannot keep people from logging in.
    address = f"token {request.remote_addr}"
    guesser = Guesser.of(address, address)
    try:
        refuse_hasty(db, guesser, now)
    except TooManyTries as hasty:
        return hasty
    count_failure(db, guesser, now)
    return None
