"""Signing in with a user name and a password, and how long that lasts."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from cases.database import Base, UTCDateTime
from cases.errors import Invalid, Refused
from cases.passwords import fault_of, hashed_password, made_up_password, proves
from cases.people import Person
from cases.throttling import Guesser, count_failure, forgive, refuse_hasty
from workflow.messages import Message
from workflow.words import _

SEEN_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)
"""How long it can be told when somebody was logged in."""
ONE_TIME_LASTS = timedelta(days=7)


class WrongLogin(Refused):
    """Says the same for an unknown user name, a wrong password and an account that is closed."""

    http = 422

    def __init__(self) -> None:
        super().__init__(_("Användarnamnet eller lösenordet stämmer inte."))


class LoginSession(Base):
    """Somebody logged in at one browser; the token itself is known to that browser alone."""

    __tablename__ = "login_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    must_change: Mapped[bool]
    person: Mapped[Person] = relationship()

    def is_unseen(self, now: datetime) -> bool:
        """True when `touch` has something to do."""
        return now - self.last_seen_at >= SEEN_EVERY


class OneTimePassword(Base):
    """Marks a password that somebody else has chosen and that must be changed at login."""

    __tablename__ = "one_time_passwords"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    expires_at: Mapped[datetime]


def sign_in(session: Session, username: str, password: str, address: str, now: datetime) -> str:
    """The new token; raises WrongLogin or TooManyTries, and then too the caller must commit."""
    person = _proven(session, username, password, address, now)
    return _begin(session, person, now)


def session_of(
    session: Session, token: str, now: datetime, idle: timedelta, longest: timedelta
) -> LoginSession | None:
    """The login behind a token, or None when it is ended, too old or has been still too long."""
    asked = {"token": _token_hash(token), "began": now - longest, "seen": now - idle}
    return session.scalar(_ALIVE, asked)


# Made once: every request asks it, and making it takes longer than answering it.
_ALIVE = (
    select(LoginSession)
    .join(LoginSession.person)
    .where(
        LoginSession.token_hash == bindparam("token"),
        LoginSession.ended_at.is_(None),
        LoginSession.created_at > bindparam("began", type_=UTCDateTime()),
        LoginSession.last_seen_at > bindparam("seen", type_=UTCDateTime()),
        Person.active,
    )
)


def touch(session: Session, token: str, now: datetime) -> None:
    """Notes that the person is at work; at most one write a minute."""
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.token_hash == _token_hash(token),
            LoginSession.last_seen_at <= now - SEEN_EVERY,
        )
        .values(last_seen_at=now)
    )


def sign_out(session: Session, token: str, now: datetime) -> None:
    """Ends one login; a token that is unknown or already ended makes no difference."""
    mine = LoginSession.token_hash == _token_hash(token)
    session.execute(
        update(LoginSession).where(mine, LoginSession.ended_at.is_(None)).values(ended_at=now)
    )


def sign_out_everywhere(session: Session, person_id: int, now: datetime) -> None:
    """Ends every login of the person."""
    theirs = LoginSession.person_id == person_id
    session.execute(
        update(LoginSession).where(theirs, LoginSession.ended_at.is_(None)).values(ended_at=now)
    )


def set_password(session: Session, person: Person, password: str, now: datetime) -> None:
    """Ends the person's logins everywhere; raises Invalid (field new_password)."""
    if fault := fault_of(password, person.username):
        raise Invalid({"new_password": [Message(fault)]})
    _replace(session, person, password, now)


def change_password(
    session: Session, person: Person, current: str, new: str, address: str, now: datetime
) -> str:
    """A new token; raises Invalid or TooManyTries, and then too the caller must commit."""
    try:
        _proven(session, person.username, current, address, now)
    except WrongLogin:
        raise Invalid({"password": [Message(_("Lösenordet stämmer inte."))]}) from None
    if current == new:
        raise Invalid({"new_password": [Message(_("Välj ett annat lösenord än det du har."))]})
    set_password(session, person, new, now)
    return _begin(session, person, now)


def one_time_password(session: Session, person: Person, now: datetime) -> str:
    """A password that lasts a week and must be changed at the first login."""
    password = made_up_password()
    _replace(session, person, password, now)
    session.add(OneTimePassword(person_id=person.id, expires_at=now + ONE_TIME_LASTS))
    return password


def _proven(session: Session, username: str, password: str, address: str, now: datetime) -> Person:
    guesser = Guesser.of(username, address)
    refuse_hasty(session, guesser, now)
    name = username.strip().lower()
    # No database is asked for a name it could not hold, such as one with a NUL.
    person = _person(session, name) if name.isprintable() else None
    if not proves(person, password) or person is None or not _may_enter(session, person, now):
        count_failure(session, guesser, now)
        raise WrongLogin
    forgive(session, guesser)
    return person


def _person(session: Session, username: str) -> Person | None:
    return session.scalar(select(Person).where(Person.username == username))


def _may_enter(session: Session, person: Person, now: datetime) -> bool:
    given = session.get(OneTimePassword, person.id)
    return person.active and (given is None or given.expires_at > now)


def _begin(session: Session, person: Person, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.execute(delete(LoginSession).where(LoginSession.last_seen_at < now - KEPT))
    session.add(
        LoginSession(
            token_hash=_token_hash(token),
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            must_change=session.get(OneTimePassword, person.id) is not None,
        )
    )
    return token


def _replace(session: Session, person: Person, password: str, now: datetime) -> None:
    person.password_hash = hashed_password(password)
    session.execute(delete(OneTimePassword).where(OneTimePassword.person_id == person.id))
    sign_out_everywhere(session, person.id, now)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
