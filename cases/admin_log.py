"""Who has changed which person, unit or roster, when and how; rows are added and never changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from cases.access import Access
from cases.database import Base
from cases.people import Person, Unit
from workflow.words import _

ACTIONS: dict[str, str] = {
    "person_added": _("Lade upp personen"),
    "person_changed": _("Ändrade uppgifter"),
    "account_closed": _("Stängde kontot"),
    "account_opened": _("Öppnade kontot igen"),
    "one_time_password": _("Gav ett engångslösenord"),
    "role_given": _("Gav en roll"),
    "role_ended": _("Satte slutdatum för en roll"),
    "role_removed": _("Tog bort en roll"),
    "duty_added": _("Lade in ett jourpass"),
    "duty_removed": _("Tog bort ett jourpass"),
    "duty_ended": _("Avslutade ett jourpass"),
    "weekly_added": _("Lade in veckojour"),
    "weekly_ended": _("Satte slutdatum för veckojour"),
    "weekly_removed": _("Tog bort veckojour"),
    "absence_added": _("Lade in frånvaro"),
    "absence_ended": _("Avslutade frånvaro"),
    "absence_removed": _("Tog bort frånvaro"),
    "unit_added": _("Lade upp enheten"),
    "unit_changed": _("Ändrade uppgifter"),
    "unit_closed": _("Stängde enheten"),
    "unit_opened": _("Öppnade enheten igen"),
    "mail_retried": _("Skickade ett mejl igen"),
    "care_days_changed": _("Ändrade vårddygn"),
    "target_set": _("Satte ett mål"),
    "target_changed": _("Ändrade ett mål"),
    "target_removed": _("Tog bort ett mål"),
    "token_made": _("Gjorde en nyckel för ett program"),
    "token_revoked": _("Återkallade en nyckel"),
    "webhook_added": _("Lade upp en webhook"),
    "webhook_ended": _("Avslutade en webhook"),
    "webhook_retried": _("Gjorde om anrop till en webhook"),
}
LATEST = 100


class AdminEvent(Base):
    """`data` maps a form's field to its value, or to the old and the new one."""

    __tablename__ = "admin_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    action: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    data: Mapped[dict[str, Any]]
    actor: Mapped[Person] = relationship(foreign_keys=[actor_id])


@dataclass(frozen=True)
class AdminLine:
    """One change; `words` is a msgid."""

    at: datetime
    actor: str
    words: str
    data: Mapping[str, Any]


def record(
    session: Session,
    access: Access,
    action: str,
    now: datetime,
    *,
    person: Person | None = None,
    unit: Unit | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Adds a line about a person, a unit or both; both must have their ids."""
    session.add(
        AdminEvent(
            at=now,
            actor_id=access.person_id,
            action=action,
            person_id=person.id if person else None,
            unit_id=unit.id if unit else None,
            data=dict(data or {}),
        )
    )


def lines_about_person(session: Session, person_id: int) -> tuple[AdminLine, ...]:
    """The latest hundred, newest first."""
    return _lines(session, AdminEvent.person_id == person_id)


def lines_about_unit(session: Session, unit_id: int) -> tuple[AdminLine, ...]:
    """The latest hundred about the unit itself, newest first."""
    return _lines(session, (AdminEvent.unit_id == unit_id) & AdminEvent.person_id.is_(None))


def lines_of(session: Session, actions: Collection[str]) -> tuple[AdminLine, ...]:
    """The latest hundred of those actions, newest first."""
    return _lines(session, AdminEvent.action.in_(actions))


def _lines(session: Session, about: ColumnElement[bool]) -> tuple[AdminLine, ...]:
    events = session.execute(
        select(AdminEvent.at, Person.name, AdminEvent.action, AdminEvent.data)
        .join(AdminEvent.actor)
        .where(about)
        .order_by(AdminEvent.id.desc())
        .limit(LATEST)
    )
    return tuple(AdminLine(at, name, ACTIONS[action], data) for at, name, action, data in events)
