"""Two units with their people and patients, and cases that are worked on by the operations."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, access_of
from cases.database import Database
from cases.duty import WeeklyDuty
from cases.events import events_of
from cases.log import CaseEvent
from cases.models import OPEN, Case
from cases.operations import Sent, act, claim, correct, do_step, hand_over, link, note, open_case
from cases.people import Membership, OnDutySpell, Patient, Person, Unit, sort_key
from cases.standing import facts_of, form_data
from workflow.definitions.deviation.rules import to_evaluate, uncovered_causes
from workflow.holidays import STOCKHOLM
from workflow.roles import Role
from workflow.routines import Routines

TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=STOCKHOLM)

NUMBERS = ("189001019802", "189001029819", "189001039800")
"""Skatteverket's test numbers."""

STAFF: tuple[tuple[str, str, Role, str | None], ...] = (
    ("siv", "Siv Sol", Role.CARE_WORKER, "tallen"),
    ("stina", "Stina Stav", Role.CARE_WORKER, "tallen"),
    ("nina", "Nina Nord", Role.NURSE, "tallen"),
    ("arne", "Arne Ask", Role.OCCUPATIONAL_THERAPIST, "tallen"),
    ("ulla", "Ulla Udd", Role.UNIT_MANAGER, "tallen"),
    ("otto", "Otto Öst", Role.CARE_WORKER, "granen"),
    ("olga", "Olga Ö", Role.NURSE, "granen"),
    ("mats", "Mats Mark", Role.MAS, None),
    ("ada", "Ada Adm", Role.ADMINISTRATOR, None),
)

REPORT = {
    "kind": "fall",
    "event_class": "adverse_event",
    "what_happened": "Hittad på golvet i badrummet.",
    "harm": "unknown",
}


class Village:
    """`now` is the clock of all its people; every change is its own transaction."""

    def __init__(self, database: Database, routines: Routines) -> None:
        self.database, self.routines, self.now = database, routines, TUESDAY
        self.people: dict[str, int] = {}
        self.patients: list[int] = []
        with database.transaction() as session:
            units = {
                key: Unit(key=key, name=name, kind="special_housing")
                for key, name in (("tallen", "Tallen"), ("granen", "Granen"))
            }
            session.add_all(units.values())
            session.flush()
            for username, name, role, unit in STAFF:
                at = units[unit].id if unit else None
                self.people[username] = _hire(session, username, name, role, at)
            homes = (units["tallen"], units["tallen"], units["granen"])
            for number, name, home in zip(
                NUMBERS, ("Test Persson", "Test Östman", "Test Gran"), homes, strict=True
            ):
                patient = Patient(number=number, name=name, sort_name=sort_key(name), unit=home)
                session.add(patient)
                session.flush()
                self.patients.append(patient.id)

    def wait(self, **span: float) -> None:
        """Lets time go by."""
        self.now += timedelta(**span)

    def run(self, who: str, operation: Callable[[Session, Access], Case]) -> Case:
        """Does something as that person, as a web request would."""

        def as_person(session: Session) -> Case:
            return operation(session, self.access(session, who))

        return self.database.run(as_person)

    def access(self, session: Session, who: str) -> Access:
        """What the person may see and do at this moment."""
        return access_of(session, session.get_one(Person, self.people[who]), self.now)

    def report(self, who: str = "siv", key: str = "", **more: Any) -> str:
        """The reference of a fall that happened and was phoned in just now."""
        moment = (self.now - timedelta(minutes=20)).isoformat()
        data = REPORT | {
            "patient": str(self.patients[0]), "unit": "tallen", "occurred_at": moment,
            "discovered_at": moment, "called_at": (self.now - timedelta(minutes=5)).isoformat(),
        }  # fmt: skip
        sent = Sent({k: v for k, v in (data | more).items() if v is not None}, key or new_key())
        return self.run(
            who, lambda s, a: open_case(s, self.routines, a, "deviation", sent, self.now)
        ).reference

    def do(
        self, who: str, reference: str, step: str, item: str = "", key: str = "", **given: Any
    ) -> Case:
        """Does an open step; answers not given are the plainest ones."""
        step_id, revision = self.step(reference, step, item)
        data = {**self.plain(reference, step), **given}
        sent = Sent({k: v for k, v in data.items() if v is not None}, key or new_key(), revision)
        return self.run(who, lambda s, a: do_step(s, self.routines, a, step_id, sent, self.now))

    def do_all(self, reference: str, until: str) -> None:
        """Does whatever is open, by whoever may, until the case stands in that state."""
        while (case := self.case(reference)).state != until:
            step = next(step for step in case.steps if step.condition == OPEN)
            who = {"unit_manager": "ulla", "mas": "mats", "occupational_therapist": "arne"}
            self.do(who.get(step.roles[0], "nina"), reference, step.key, step.item)

    def act(self, who: str, reference: str, key: str = "", **given: Any) -> Case:
        """Withdraws the case."""
        data = {"reason": "mistake", "explanation": "Fel patient valdes."} | given
        sent = Sent(data, key or new_key(), self.case(reference).revision)
        return self.run(
            who, lambda s, a: act(s, self.routines, a, reference, "withdraw", sent, self.now)
        )

    def correct(
        self, who: str, reference: str, sequence: int, reason: str = "Skrev fel.", **changed: Any
    ) -> Case:
        """Sends the newest words of an earlier event again, with what is changed."""
        events = self.events(reference)
        data = form_data(next(e for e in events if e.sequence == sequence))
        for event in events:
            if event.type == "corrected" and event.data["corrects"] == sequence:
                data = form_data(event)
        given = {k: v for k, v in {**data, **changed}.items() if v is not None}
        sent = Sent(given, new_key(), self.case(reference).revision)
        return self.run(
            who,
            lambda s, a: correct(s, self.routines, a, reference, sequence, reason, sent, self.now),
        )

    def note(self, who: str, reference: str, text: str, key: str = "") -> Case:
        """Writes a note."""
        sent = Sent({"note": text}, key or new_key())
        return self.run(who, lambda s, a: note(s, a, reference, sent, self.now))

    def claim(self, who: str, reference: str, step: str) -> Case:
        """Takes an open step."""
        step_id, _revision = self.step(reference, step)
        return self.run(who, lambda s, a: claim(s, a, step_id, self.now))

    def hand_over(self, who: str, reference: str, step: str, to: str | None) -> Case:
        """Gives an open step to somebody, or back to all."""
        step_id, _revision = self.step(reference, step)
        person = self.people[to] if to else None
        return self.run(who, lambda s, a: hand_over(s, a, step_id, person, self.now))

    def link(self, who: str, reference: str, other: str) -> Case:
        """Links two cases."""
        return self.run(who, lambda s, a: link(s, a, reference, other, self.now))

    def weekly(self, who: str, role: Role, unit_id: int | None = None) -> int:
        """On duty each Monday from seven to four since long ago; the id."""
        with self.database.transaction() as session:
            duty = WeeklyDuty(
                person_id=self.people[who], unit_id=unit_id, role=role, weekday=0, starts=7 * 60,
                ends=16 * 60, from_day=date(2026, 1, 5),
            )  # fmt: skip
            session.add(duty)
            session.flush()
            return duty.id

    def on_duty(self, who: str, role: Role, unit_id: int | None = None, hours: int = 8) -> None:
        """From now on, without a unit for the whole municipality."""
        with self.database.transaction() as session:
            ends = self.now + timedelta(hours=hours)
            session.add(
                OnDutySpell(
                    person_id=self.people[who], role=role, unit_id=unit_id, starts_at=self.now,
                    ends_at=ends,
                )
            )  # fmt: skip

    def case(self, reference: str) -> Case:
        """As it stands now, with its steps."""
        with self.database.reading() as session:
            case = session.scalars(select(Case).where(Case.reference == reference)).one()
            session.expunge_all()
        return case

    def open_steps(self, reference: str) -> list[str]:
        """Keys of the steps that somebody has to do."""
        return [step.key for step in self.case(reference).steps if step.condition == OPEN]

    def events(self, reference: str, *types: str) -> list[CaseEvent]:
        """The log, or the events of those types."""
        with self.database.reading() as session:
            events = events_of(session, self.case(reference).id)
            session.expunge_all()
        return [event for event in events if not types or event.type in types]

    def step(self, reference: str, key: str, item: str = "") -> tuple[int, int]:
        """The id of the newest such step, and the case's revision."""
        case = self.case(reference)
        found = [s for s in case.steps if s.key == key and (not item or s.item == item)]
        return found[-1].id, case.revision

    def plain(self, reference: str, step: str) -> Mapping[str, Any]:
        """A valid answer to the step, at this moment in this case."""
        with self.database.reading() as session:
            case = session.scalars(select(Case).where(Case.reference == reference)).one()
            facts = facts_of(session, self.routines, case)
        now, today = self.now.isoformat(), self.now.date()
        week = (today + timedelta(days=7)).isoformat()
        talk = {"talked_at": now, "talked_with_others": "Kvällspasset", "what_was_said": "Halt."}
        course = {
            "course": "Gick upp själv.", "cause_areas": ["environment_organization"],
            "contributing_factors": "Mörkt.", "happened_before": False, "can_happen_again": True,
        }  # fmt: skip
        decision = {
            "held_on": today.isoformat(), "signing_lists": "not_needed", "follow_up_date": week,
            "orders": [{"profession": "nurse", "order": "Se över sömnmedicinen."}],
            "measures": [measure("Nattlampa i hallen", "unit", week)],
        }  # fmt: skip
        answers: dict[str, Mapping[str, Any]] = {
            "assess": {
                "home_visit": False, "own_assessment": "Ingen smärta.", "harm": False,
                "severity": "2", "probability": "2", "involved_professions": ["nurse"],
                "controls_documented": True, "sbar_documented": True,
            },
            "home_visit": {"visited_at": now, "findings": "Blåmärke."},
            "event_report": {
                "happened_at": now, "what_happened": "Föll.", "worked_others": "Kvällspasset",
                "multiparty_dialogue": False,
            },
            "staff_talk": talk,
            "unit_staff_talk": talk | {"held_together": True},
            "patient_talk": {"needed": False, "reason": "Har berättat redan."},
            "multiparty_dialogue": {"held_at": now, "participants": "Alla", "outcome": "Lampa."},
            "consent": {"consent": "given", "by_whom": "Patienten", "given_at": now},
            "announce": {"conference_date": today.isoformat()},
            "discuss": decision | {"patient_took_part": True},
            "decide_without_conference": decision,
            "investigate": course,
            "unit_investigation": course,
            "relay_orders": {
                "relayed_at": now, "relayed_to_others": "Alla", "relayed_how": "På mötet."
            },
            "cover_causes": {
                "causes": [{"area": a, "reason": "Ovanligt."} for a in uncovered_causes(facts)]
            },
            "carry_out": {"outcome": "done", "on": today.isoformat()},
            "evaluate_hsl": verdicts([m.key for m in to_evaluate(facts, "hsl")]),
            "evaluate_unit": verdicts([m.key for m in to_evaluate(facts, "unit")]),
            "patient_informed": {
                "informed": "patient", "informed_at": now, "informed_by": "Nina",
            },
            "feedback": {"given_at": now, "feedback": "Tack för rapporten."},
            "send_to_mas": {"summary": "Lampa uppsatt."},
            "review": {"decision": "close"},
        }  # fmt: skip
        return answers.get(step, {})


def measure(text: str, side: str, due: str) -> dict[str, Any]:
    """A row of a decision."""
    return {
        "measure": text, "side": side, "responsible": "Kontaktpersonen", "due": due,
        "cause_areas": ["environment_organization"],
    }  # fmt: skip


def verdicts(keys: list[str], verdict: str = "enough") -> dict[str, Any]:
    """The same of every measure."""
    again = {"next_conference_date": "2026-12-18"} if verdict == "not_enough" else {}
    return {"verdicts": [{"measure": key, "verdict": verdict} for key in keys], **again}


def new_key() -> str:
    """As each newly drawn form has."""
    return uuid4().hex


def _hire(session: Session, username: str, name: str, role: Role, unit_id: int | None) -> int:
    person = Person(
        username=username, name=name, sort_name=sort_key(name), email=f"{username}@a.example"
    )
    person.memberships.append(
        Membership(unit_id=unit_id, role=role, from_day=date(2020, 1, 1), to_day=None)
    )
    session.add(person)
    session.flush()
    return person.id
