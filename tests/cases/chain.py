"""A village with those who coordinate: discharges and SIPs worked on by the operations."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from cases.database import Database
from cases.letters import Invitation, Letter
from cases.models import Case, CaseLink, CaseStep
from cases.operations import Sent, act, open_case
from cases.people import Membership, Person, Unit, sort_key
from tests.cases.village import Village, new_key
from tests.workflow.discharging import admission, plain_answer
from tests.workflow.sipping import PARTIES
from workflow.roles import Role
from workflow.routines import Routines

COORDINATORS: tuple[tuple[str, str, Role, str | None], ...] = (
    ("sam", "Sam Sund", Role.SIP_COORDINATOR, None),
    ("bodil", "Bodil Ström", Role.CASE_OFFICER, "tallen"),
    ("gun", "Gun Gran", Role.CASE_OFFICER, "granen"),
)


class Chain(Village):
    """Sam coordinates in the whole municipality; Bodil and Gun are case officers at a unit each."""

    def __init__(self, database: Database, routines: Routines) -> None:
        super().__init__(database, routines)
        with database.transaction() as session:
            units = dict(session.execute(select(Unit.key, Unit.id)).all())
            for username, name, role, unit in COORDINATORS:
                person = Person(
                    username=username, name=name, sort_name=sort_key(name),
                    email=f"{username}@a.example",
                    memberships=[
                        Membership(
                            unit_id=units[unit] if unit else None, role=role,
                            from_day=date(2020, 1, 1), to_day=None,
                        )
                    ],
                )  # fmt: skip
                session.add(person)
                session.flush()
                self.people[username] = person.id

    def open(self, who: str, definition: str, key: str = "", **data: Any) -> str:
        """The reference of a case of that kind, of the first patient at Tallen."""
        given = {"patient": str(self.patients[0]), "unit": "tallen"} | data
        sent = Sent({k: v for k, v in given.items() if v is not None}, key or new_key())
        return self.run(
            who, lambda s, a: open_case(s, self.routines, a, definition, sent, self.now)
        ).reference

    def admit(self, who: str = "sam", key: str = "", **changed: Any) -> str:
        """The reference of a discharge, told of just now."""
        told = admission(self.now) | {"patient": str(self.patients[0])} | changed
        return self.open(who, "discharge", key, **told)

    def admitted_and_ready(self, **changed: Any) -> str:
        """A discharge whose notice of readiness came just now."""
        reference = self.admit(**changed)
        self.do_chain(reference, until="planning")
        self.do("sam", reference, "notice_ready")
        return reference

    def do_chain(self, reference: str, until: str) -> None:
        """Does what is required, by somebody who may, until the discharge stands there."""
        engine = self.routines.engine("discharge")
        who = {
            "sip_coordinator": "sam", "case_officer": "bodil", "nurse": "nina",
            "occupational_therapist": "arne",
        }  # fmt: skip
        while (case := self.case(reference)).state != until:
            step = next(
                s for s in case.steps
                if s.condition == "open" and engine.definition.step(s.key).required
            )  # fmt: skip
            self.do(who[step.roles[0]], reference, step.key, step.item)

    def needs_sip(self, who: str = "bodil", **changed: Any) -> tuple[str, str]:
        """The references of a discharge and of the SIP that it opened."""
        reference = self.admitted_and_ready(**changed)
        self.do(who, reference, "sip_needed", **YES)
        (sip,) = self.linked(reference)
        return reference, sip

    def end(self, who: str, reference: str, action: str, **given: Any) -> Case:
        """By one of the definition's actions."""
        sent = Sent(given, new_key(), self.case(reference).revision)
        return self.run(
            who, lambda s, a: act(s, self.routines, a, reference, action, sent, self.now)
        )

    def linked(self, reference: str) -> list[str]:
        """References of the cases it is linked with."""
        about = self.case(reference).id
        with self.database.reading() as session:
            pairs = session.execute(
                select(CaseLink.case_id, CaseLink.other_id).where(
                    (CaseLink.case_id == about) | (CaseLink.other_id == about)
                )
            ).all()
            others = {one if two == about else two for one, two in pairs}
            found = session.scalars(
                select(Case.reference).where(Case.id.in_(others)).order_by(Case.id)
            )
            return list(found)

    def count(self, definition: str) -> int:
        """How many cases of the kind there are."""
        with self.database.reading() as session:
            cases = select(func.count()).where(Case.definition == definition)
            return session.scalar(cases) or 0

    def steps(self, reference: str, key: str) -> list[CaseStep]:
        """Every step of that key, whatever became of it."""
        return [step for step in self.case(reference).steps if step.key == key]

    def letters(self, reference: str) -> list[tuple[str, str, bool]]:
        """Address, method or empty, and whether there is a link; in the order they were written."""
        with self.database.reading() as session:
            found = session.scalars(
                select(Letter).join(Case).where(Case.reference == reference).order_by(Letter.id)
            )
            return [
                (
                    each.to_address,
                    Invitation.of(each.invitation).method if each.invitation else "",
                    each.link_id is not None,
                )
                for each in found
            ]

    def plain(self, reference: str, step: str) -> Mapping[str, Any]:
        """A valid answer to a step of any of the three kinds."""
        match self.case(reference).definition:
            case "discharge":
                return plain_answer(step, self.now)
            case "sip":
                return _of_sip(step, self.now)
            case _:
                return super().plain(reference, step)


YES: dict[str, Any] = {"sip_needed": True, "no_sip_reason": None}
"""An answer to the question whether a SIP is needed."""


def _of_sip(step: str, at: datetime) -> dict[str, Any]:
    now = at.isoformat()
    meeting = (at + timedelta(days=14)).isoformat()
    called = {
        "called_at": now, "called_by": "Kim, Linden", "meeting_at": meeting, "minutes": "60",
        "meeting_form": "home",
    }  # fmt: skip
    answers: dict[str, dict[str, Any]] = {
        "assess_need": {"outcome": "needed", "reason": "Flera huvudmän."},
        "consent": {
            "consent": "given", "by_whom": "Personen", "given_at": now, "scope": "Allt.",
            "concerns_child": False,
        },
        "pre_planning": {
            "talked_at": now, "what_matters": "Bo hemma.", "questions": "Morgnar?",
            "parties": PARTIES, "meeting_form": "home", "interpreter": False,
        },
        "call_by_law": called,
        "take_over_call": called,
        "call": called,
        "answer": {
            "outcome": "attends", "answered_by": "Kim", "came_by": "phone", "answered_at": now,
        },
        "settle_time": {"outcome": "keep", "reason": "Alla andra kan."},
        "hold_meeting": {"outcome": "cancelled", "reason": "Personen är sjuk."},
    }  # fmt: skip
    return answers.get(step, {})
