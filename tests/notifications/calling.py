"""A SIP in the town, worked by operations until the parties are called, and what they are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import access_of
from cases.links import AnswerLink, link_of
from cases.log import EventText
from cases.models import OPEN, Case, CaseStep
from cases.operations import Sent, act, correct, do_step, open_case
from cases.people import Person
from notifications.channels import SmtpChannel
from tests.notifications.town import FRIDAY, SECRET, Town, texts
from tests.servers.smtp import Mailbox
from workflow.roles import Role

CLINIC, SCHOOL = "0000000a", "0000000b"
MEETING = datetime.fromisoformat("2026-12-04T13:00+01:00")
LATER = datetime.fromisoformat("2026-12-08T09:30+01:00")


def party(key: str, organisation: str, email: str, **more: Any) -> dict[str, Any]:
    """A row of the pre-planning; without an address a telephone number is needed."""
    how = {"email": email} if email else {"phone": "000-000 00 00"}
    return {
        "key": key, "organisation": organisation, "kind": "called", "contact": f"Kim {key}",
    } | how | more  # fmt: skip


LINDEN = party(CLINIC, "Linden", "linden@region.example")
EXEMPELSKOLAN = party(SCHOOL, "Exempelskolan", "skola@skola.example", kind="invited")


@dataclass
class Calling:
    """One SIP whose coordinator is kerstin; `now` is her clock."""

    town: Town
    smtp: Mailbox
    now: datetime = FRIDAY
    reference: str = ""
    kerstin: int = 0

    def begin(self, need: Mapping[str, Any] | None = None, **asked: Any) -> "Calling":
        """Up to the call, which is not made yet."""
        self.kerstin = self.town.hire(f"kerstin{uuid4().hex[:6]}", Role.SIP_COORDINATOR)
        given = {
            "trigger": "home_visit", "patient": str(self.town.patient_id), "unit": "solgarden",
            "noticed_at": FRIDAY.date().isoformat(), "noticed_by": "Hemtjänsten",
            "reason": "Faller ofta.",
        }  # fmt: skip
        with self.town.database.transaction() as session:
            sent = Sent({**given, **(need or {})}, str(uuid4()))
            case = open_case(
                session, self.town.routines, self._access(session), "sip", sent, self.now
            )
            self.reference = case.reference
        now = self.now.isoformat()
        self.do("assess_need", outcome="needed", reason="Flera huvudmän.")
        self.do(
            "consent", consent="given", by_whom="Personen", given_at=now, scope="Allt.",
            concerns_child=False,
        )  # fmt: skip
        self.do("pre_planning", **planning(LINDEN, EXEMPELSKOLAN, now=self.now, **asked))
        return self

    def call(self, at: datetime = MEETING, **more: Any) -> None:
        called = {"called_at": self.now.isoformat(), "called_by": "Kerstin"}
        self.do("call", **(called | booked(at) | more))

    def move(self, at: datetime = LATER, **more: Any) -> None:
        """From the meeting's own step; everybody is asked again."""
        why = {"outcome": "moved", "reason": "Sjuk", "decided_at": self.now.isoformat()}
        self.do("hold_meeting", **(why | booked(at) | more))

    def answer_all(self, **more: Any) -> None:
        with self.town.database.reading() as session:
            items = [step.item for step in self._open(session, "answer")]
        for item in items:
            self.answer(item, **more)

    def answer(self, item: str, **more: Any) -> None:
        plain = {
            "outcome": "attends", "answered_by": "Kim", "came_by": "phone",
            "answered_at": self.now.isoformat(),
        }  # fmt: skip
        self.do("answer", item, **(plain | more))

    def do(self, key: str, item: str = "", /, **given: Any) -> None:
        with self.town.database.transaction() as session:
            step = next(s for s in self._open(session, key) if item in ("", s.item))
            sent = Sent(given, str(uuid4()), step.case.revision)
            do_step(session, self.town.routines, self._access(session), step.id, sent, self.now)

    def withdraw_consent(self) -> None:
        self.act(
            "withdraw_consent", withdrawn_at=self.now.isoformat(), by_whom="Personen själv",
            told="Alla.",
        )  # fmt: skip

    def act(self, action: str, **given: Any) -> None:
        with self.town.database.transaction() as session:
            sent = Sent(given, str(uuid4()), self.case(session).revision)
            act(
                session, self.town.routines, self._access(session), self.reference, action, sent,
                self.now,
            )  # fmt: skip

    def correct_parties(self, *parties: dict[str, Any]) -> None:
        """As when an address was wrong."""
        event = next(
            e for e in self.town.events(self.reference, "step_done")
            if e.data["step"] == "pre_planning"
        )  # fmt: skip
        self._correct(event.sequence, planning(*parties, now=FRIDAY))

    def correct_call(self, **changed: Any) -> None:
        """As when the place was wrong."""
        event = next(
            e for e in self.town.events(self.reference, "step_done") if e.data["step"] == "call"
        )
        with self.town.database.reading() as session:
            body = session.get_one(EventText, event.id).body or {}
            self._correct(event.sequence, body["form"] | changed)

    def _correct(self, sequence: int, data: Mapping[str, Any]) -> None:
        with self.town.database.transaction() as session:
            sent = Sent(data, str(uuid4()), self.case(session).revision)
            correct(
                session, self.town.routines, self._access(session), self.reference, sequence,
                "Skrev fel.", sent, self.now,
            )  # fmt: skip

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def sent(self) -> dict[str, list[EmailMessage]]:
        """What a delivery now brings each address, in the order it came."""
        seen = len(self.smtp.messages)
        self.town.send(SmtpChannel(self.smtp.url), self.now)
        came: dict[str, list[EmailMessage]] = {}
        for message in self.smtp.messages[seen:]:
            came.setdefault(str(message["To"]), []).append(message)
        return came

    def link(self, link_id: int) -> AnswerLink:
        with self.town.database.reading() as session:
            link = session.get_one(AnswerLink, link_id)
            session.expunge_all()
        return link

    def link_in(self, message: EmailMessage) -> AnswerLink:
        """The link that the mail's address leads to, whether it lives or not."""
        token = texts(message)["plain"].partition("/svar/")[2].split()[0]
        with self.town.database.reading() as session:
            link = link_of(session, token, SECRET)
            session.expunge_all()
        assert link is not None
        return link

    def case(self, session: Session) -> Case:
        return session.scalars(select(Case).where(Case.reference == self.reference)).one()

    def _open(self, session: Session, key: str) -> list[CaseStep]:
        steps = self.case(session).steps
        return [step for step in steps if step.key == key and step.condition == OPEN]

    def _access(self, session: Session) -> Any:
        return access_of(session, session.get_one(Person, self.kerstin), self.now)


def planning(*parties: dict[str, Any], now: datetime, **asked: Any) -> dict[str, Any]:
    return {
        "talked_at": now.isoformat(), "what_matters": "Bo hemma.", "questions": "Morgnar?",
        "parties": list(parties), "meeting_form": "video", "interpreter": False,
    } | asked  # fmt: skip


def booked(at: datetime, **more: Any) -> dict[str, Any]:
    return {"meeting_at": at.isoformat(), "minutes": "60", "meeting_form": "video"} | more


def calendar_in(message: EmailMessage) -> Calendar:
    """The calendar part that a mail program acts on."""
    (part,) = (p for p in message.walk() if p.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert isinstance(calendar, Calendar)
    return calendar


def event_in(message: EmailMessage) -> Event:
    (event,) = calendar_in(message).events
    return event
