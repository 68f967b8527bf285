"""A small municipality for the tests of who is told what: people, duty, and cases by operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cases.access import access_of
from cases.database import Database
from cases.duty import Absence
from cases.log import CaseEvent
from cases.models import Case, CaseStep, PendingEscalation
from cases.operations import Sent, claim, do_step, open_case
from cases.people import Membership, OnDutySpell, Patient, Person, Unit, sort_key
from notifications.channels import Channel
from notifications.compose import Sender
from notifications.models import Notification, OutboxMail
from notifications.outbox import DeliveryReport, deliver
from notifications.sweep import SweepReport, sweep
from workflow.roles import Role
from workflow.routines import Routines

T = TypeVar("T")

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""13:00 in Stockholm on a working day, the 20th of November 2026."""

SOON, DUE = FRIDAY + timedelta(minutes=90), FRIDAY + timedelta(hours=2)
"""The first two rungs of the assessment of what is reported on FRIDAY."""

MINUTE = timedelta(minutes=1)

SECRET = "k" * 32
SENDER = Sender("vardtrad@exempelby.example", "https://vardtrad.exempelby.example/", SECRET)

REPORT = {
    "kind": "fall",
    "event_class": "adverse_event",
    "what_happened": "Föll vid sängen.",
    "harm": "unknown",
}

ASSESSMENT = {
    "home_visit": False,
    "own_assessment": "Ingen synlig skada.",
    "harm": False,
    "severity": "2",
    "probability": "2",
    "involved_professions": ["nurse"],
    "controls_documented": True,
    "sbar_documented": True,
}


@dataclass
class Town:
    """Changes are committed at once; nobody works here until hired."""

    database: Database
    routines: Routines
    sender: Sender = SENDER
    unit_id: int = field(init=False)
    patient_id: int = field(init=False)

    def __post_init__(self) -> None:
        with self.database.transaction() as session:
            unit = Unit(key="solgarden", name="Solgården", kind="special_housing")
            patient = Patient(
                number="189001019802", name="Test Persson", sort_name="test persson", unit=unit
            )
            session.add_all([unit, patient])
            session.flush()
            self.unit_id, self.patient_id = unit.id, patient.id

    def unit(self, key: str) -> int:
        with self.database.transaction() as session:
            unit = Unit(key=key, name=key.title(), kind="special_housing")
            session.add(unit)
            session.flush()
            return unit.id

    def hire(
        self,
        name: str,
        role: Role | None = None,
        *,
        everywhere: bool = False,
        unit_id: int | None = None,
        to_day: date | None = None,
        **more: Any,
    ) -> int:
        """A person with a membership of the unit, of another, or of the whole municipality."""
        given = {"email": f"{name}@exempelby.example"} | more
        with self.database.transaction() as session:
            person = Person(username=name, name=name.title(), sort_name=sort_key(name), **given)
            session.add(person)
            session.flush()
            if role is not None:
                where = None if everywhere else unit_id or self.unit_id
                session.add(
                    Membership(
                        person_id=person.id, role=role, unit_id=where, to_day=to_day,
                        from_day=date(2020, 1, 1),
                    )
                )  # fmt: skip
            return person.id

    def staff(self) -> dict[str, int]:
        """One of each whom the ladders name, and a care worker who reports."""
        return {
            "wilma": self.hire("wilma", Role.CARE_WORKER),
            "nils": self.hire("nils", Role.NURSE),
            "eva": self.hire("eva", Role.UNIT_MANAGER),
            "hans": self.hire("hans", Role.HEAD_OF_HEALTH_CARE, everywhere=True),
            "mia": self.hire("mia", Role.MAS, everywhere=True),
        }

    def on_duty(self, person_id: int, role: Role, unit_id: int | None, start: datetime) -> None:
        """Eight hours from the start; without a unit for the whole municipality."""
        with self.database.transaction() as session:
            session.add(
                OnDutySpell(
                    person_id=person_id, role=role, unit_id=unit_id, starts_at=start,
                    ends_at=start + timedelta(hours=8),
                )
            )  # fmt: skip

    def away(
        self, person_id: int, start: datetime, end: datetime, substitute_id: int | None = None
    ) -> None:
        with self.database.transaction() as session:
            session.add(
                Absence(
                    person_id=person_id, substitute_id=substitute_id, starts_at=start, ends_at=end
                )
            )

    def report(
        self,
        by: int,
        now: datetime,
        called_at: datetime | None = None,
        *,
        key: str = "",
        **more: Any,
    ) -> str:
        """The reference of a fall reported by one who may, discovered when it was phoned in."""
        happened = called_at or now
        data = REPORT | {
            "patient": str(self.patient_id),
            "unit": "solgarden",
            "discovered_at": happened.isoformat(),
            "called_at": happened.isoformat(),
        }
        sent = Sent(data | more, key or str(uuid4()))

        def opened(session: Session) -> str:
            access = access_of(session, session.get_one(Person, by), now)
            return open_case(session, self.routines, access, "deviation", sent, now).reference

        return self.database.run(opened)

    def do(self, by: int, reference: str, key: str, now: datetime, data: Mapping[str, Any]) -> None:
        with self.database.transaction() as session:
            access = access_of(session, session.get_one(Person, by), now)
            step = step_of(session, reference, key)
            sent = Sent(data, str(uuid4()), step.case.revision)
            do_step(session, self.routines, access, step.id, sent, now)

    def claim(self, by: int, reference: str, key: str, now: datetime) -> None:
        with self.database.transaction() as session:
            access = access_of(session, session.get_one(Person, by), now)
            claim(session, access, step_of(session, reference, key).id, now)

    def sweep(self, now: datetime) -> SweepReport:
        return sweep(self.database, self.routines, now)

    def send(self, channel: Channel, now: datetime) -> DeliveryReport:
        return deliver(self.database, self.routines, channel, self.sender, now)

    @property
    def url(self) -> str:
        return self.database.engine.url.render_as_string(hide_password=False)

    def told(self, key: str, rung: str | None = None) -> list[tuple[str, str]]:
        """(rung, user name) of every notification about the step, in the order they were made."""
        with self.database.reading() as session:
            found = session.execute(
                select(Notification.rung, Person.username)
                .join(Person, Person.id == Notification.recipient_id)
                .join(CaseStep, CaseStep.id == Notification.step_id)
                .where(CaseStep.key == key)
                .order_by(Notification.id)
            ).all()
        return [(r, who) for r, who in found if rung in (None, r)]

    def notifications(self) -> list[Notification]:
        return self._read(select(Notification).order_by(Notification.id))

    def mails(self) -> list[OutboxMail]:
        return self._read(select(OutboxMail).order_by(OutboxMail.id))

    def events(self, reference: str, *types: str) -> list[CaseEvent]:
        return self._read(
            select(CaseEvent)
            .join(Case, Case.id == CaseEvent.case_id)
            .where(Case.reference == reference, CaseEvent.type.in_(types))
            .order_by(CaseEvent.sequence)
        )

    def _read(self, question: Select[T]) -> list[T]:
        with self.database.reading() as session:
            found = list(session.scalars(question))
            session.expunge_all()
            return found

    def pending(self, reference: str, key: str) -> list[str]:
        """Rungs of the step that have not fired, next first."""
        with self.database.reading() as session:
            step = step_of(session, reference, key)
            rows = session.scalars(
                select(PendingEscalation)
                .where(PendingEscalation.step_id == step.id)
                .order_by(PendingEscalation.at)
            )
            return [row.rung for row in rows]


def step_of(session: Session, reference: str, key: str) -> CaseStep:
    return session.scalars(
        select(CaseStep).join(Case).where(Case.reference == reference, CaseStep.key == key)
    ).one()


def texts(message: EmailMessage) -> dict[str, str]:
    """The plain and the HTML part, read as a mail program reads them."""
    parts = {subtype: message.get_body((subtype,)) for subtype in ("plain", "html")}
    return {
        subtype: part.get_content().replace("\r\n", "\n")
        for subtype, part in parts.items()
        if part is not None
    }
