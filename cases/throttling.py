"""How often a password may be guessed; kept in the database, so that all processes agree."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cases.database import Base
from cases.errors import Refused
from workflow.words import _

WINDOW = timedelta(minutes=15)
MOST_BY_USERNAME, MOST_BY_ADDRESS = 5, 30
"""Failures within the window before waiting begins; a whole town hall may share one address."""
WAITS = tuple(timedelta(minutes=n) for n in (1, 2, 4, 8, 15))
"""After each further failure; no longer, lest somebody else can keep a nurse out all night."""
KEPT = timedelta(days=1)


class TooManyTries(Refused):
    """Not even the right password is looked at before the wait is over."""

    http = 429

    def __init__(self, wait: timedelta) -> None:
        minutes = -(-wait // timedelta(minutes=1))
        super().__init__(_("För många misslyckade försök. Försök igen om %(n)s min."), n=minutes)


class LoginAttempt(Base):
    """A failed attempt; the user name and the address are kept as hashes only."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index("ix_login_attempts_username", "username_hash", "at"),
        Index("ix_login_attempts_address", "address_hash", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


@dataclass(frozen=True)
class Guesser:
    """Whose password is tried, and from where."""

    username_hash: str
    address_hash: str

    @classmethod
    def of(cls, username: str, address: str) -> "Guesser":
        """The user name as typed; case and spaces around it make no difference."""
        return cls(_sha256(username.strip().lower()), _sha256(address))


def refuse_hasty(session: Session, guesser: Guesser, now: datetime) -> None:
    """Raises TooManyTries; one user name is tried once at a time until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has a single writer
        number = int.from_bytes(bytes.fromhex(guesser.username_hash)[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))
    counted = (
        (LoginAttempt.username_hash == guesser.username_hash, MOST_BY_USERNAME),
        (LoginAttempt.address_hash == guesser.address_hash, MOST_BY_ADDRESS),
    )
    for mine, most in counted:
        failures = session.scalars(
            select(LoginAttempt.at).where(mine, LoginAttempt.at > now - KEPT).order_by("at")
        )
        free = free_again(failures, most)
        if free is not None and free > now:
            raise TooManyTries(free - now)


def free_again(failures: Iterable[datetime], most: int) -> datetime | None:
    """When the next try is looked at; None when there has been no reason to wait."""
    recent: list[datetime] = []
    waits, free = 0, None
    for at in failures:
        if free is not None and at - free > WINDOW:
            waits, free = 0, None
        recent = [*(earlier for earlier in recent if at - earlier < WINDOW), at]
        if waits or len(recent) >= most:
            free = at + WAITS[min(waits, len(WAITS) - 1)]
            waits += 1
    return free


def count_failure(session: Session, guesser: Guesser, now: datetime) -> None:
    """The caller commits, although the attempt is refused; throws away rows a day old."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - KEPT))
    session.add(
        LoginAttempt(username_hash=guesser.username_hash, address_hash=guesser.address_hash, at=now)
    )


def forgive(session: Session, guesser: Guesser) -> None:
    """The user name's failures no longer count, for the addresses they came from either."""
    mine = LoginAttempt.username_hash == guesser.username_hash
    session.execute(delete(LoginAttempt).where(mine))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
