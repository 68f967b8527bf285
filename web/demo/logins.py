"""Whom one can log in as, for the login page of the demonstration."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cases.people import Membership, Person
from workflow.roles import LABELS, Role


@dataclass(frozen=True)
class DemoLogin:
    """Roles and units as one text each; `units` is empty for the whole municipality."""

    username: str
    name: str
    roles: str
    units: str


def demo_logins(session: Session) -> list[DemoLogin]:
    """Everybody who is active, in the order they were hired: care workers first."""
    people = session.scalars(
        select(Person)
        .options(joinedload(Person.memberships).joinedload(Membership.unit))
        .where(Person.active)
        .order_by(Person.id)
    ).unique()
    return [
        DemoLogin(
            person.username,
            person.name,
            ", ".join(dict.fromkeys(LABELS[Role(m.role)] for m in person.memberships)),
            ", ".join(m.unit.name for m in person.memberships if m.unit),
        )
        for person in people
    ]
