"""Keys with which other programs act for a person: made, listed, revoked, found by the secret."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from cases.access import Access, Right
from cases.admin_log import record
from cases.database import Base
from cases.errors import NotFound, Refused
from cases.people import OWN, Person
from cases.sent import load
from workflow.fields import choices, line, number
from workflow.forms import Form
from workflow.words import _

SCOPES: dict[str, str] = {
    "read": _("Läsa ärenden"),
    "write": _("Öppna och ändra ärenden"),
    "statistics": _("Läsa statistik"),
}
"""What a token may be used for; never more than the person's own roles allow."""

PREFIX = "vtt_"
"""Begins every secret, so that one left in a file or a mail is recognised by scanners."""
SEEN_EVERY = timedelta(minutes=1)
USUAL_DAYS, MOST_DAYS = 90, 365


class ApiToken(Base):
    """Only the SHA-256 of the secret is kept, since 256 random bits need no slow hash."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()

    def works(self, now: datetime) -> bool:
        """False from the moment it is revoked or expires."""
        return self.revoked_at is None and now < self.expires_at

    def is_unseen(self, now: datetime) -> bool:
        """True when `touch` has something to do."""
        return self.last_used_at is None or now - self.last_used_at >= SEEN_EVERY


class NewToken(Form):
    """What somebody says of a key to be made for a program."""

    name = line(
        _("Vad ska nyckeln användas till?"),
        limit=80,
        help=_("Till exempel namnet på programmet. Skriv inget om patienter."),
    )
    scopes = choices(_("Vad får programmet göra?"), SCOPES, required=True)
    days = number(_("Hur länge ska nyckeln gälla?"), 1, MOST_DAYS, unit=_("dagar"))

    def initial(self) -> dict[str, Any]:
        """Reading alone, for ninety days."""
        return {"scopes": ["read"], "days": str(USUAL_DAYS)}


def make_token(
    session: Session, access: Access, data: Mapping[str, Any], now: datetime
) -> tuple[ApiToken, str]:
    """One's own, and its secret, which nobody can read again; raises Invalid, and Refused."""
    person = session.get_one(Person, access.person_id)
    if not person.active:
        raise Refused(_("Kontot är stängt."))
    new = load(NewToken(now=now), data)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        person_id=person.id,
        name=new["name"],
        digest=_digest(secret),
        scopes=new["scopes"],
        created_at=now,
        expires_at=now + timedelta(days=int(new["days"])),
        revoked_at=None,
        last_used_at=None,
        person=person,
    )
    session.add(token)
    session.flush()
    told = {"name": token.name, "scopes": " ".join(token.scopes), "days": str(new["days"])}
    record(session, access, "token_made", now, person=person, data=told)
    return token, secret


def token_of(session: Session, secret: str, now: datetime) -> ApiToken | None:
    """The token, with its person, that still works and belongs to an open account."""
    token = session.scalar(
        select(ApiToken)
        .join(ApiToken.person)
        .options(contains_eager(ApiToken.person))
        .where(ApiToken.digest == _digest(secret), Person.active)
    )
    return token if token is not None and token.works(now) else None


def touch(session: Session, token_id: int, now: datetime) -> None:
    """Notes that the token is in use; at most one write a minute."""
    unseen = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - SEEN_EVERY)
    session.execute(
        update(ApiToken).where(ApiToken.id == token_id, unseen).values(last_used_at=now)
    )


def tokens_of(session: Session, person_id: int) -> list[ApiToken]:
    """Every token the person has had, the newest first."""
    theirs = select(ApiToken).where(ApiToken.person_id == person_id)
    return list(session.scalars(theirs.order_by(ApiToken.id.desc())))


def revoke(session: Session, access: Access, token_id: int, now: datetime) -> ApiToken:
    """By the owner or an administrator; raises NotFound for anybody else's, and does it once."""
    token = session.get(ApiToken, token_id, with_for_update=True)
    if token is None or not (token.person_id == access.person_id or access.has(Right.ADMINISTER)):
        raise NotFound(_("Nyckeln finns inte."))
    if token.revoked_at is None:
        token.revoked_at = now
        told = {"name": token.name}
        record(session, access, "token_revoked", now, person=token.person, data=told)
    return token


def revoke_all(session: Session, person_id: int, now: datetime) -> None:
    """For an account that is closed: opened again, it has no keys that work."""
    theirs = ApiToken.person_id == person_id
    session.execute(
        update(ApiToken).where(theirs, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )


def owner(session: Session, username: str) -> Person:
    """Whoever has that user name; raises NotFound, for Vårdtråd's own too."""
    named = Person.username == username.strip().lower()
    person = session.scalar(select(Person).where(named, Person.username != OWN))
    if person is None:
        raise NotFound(_("Ingen har det användarnamnet."))
    return person


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
