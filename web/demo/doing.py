"""One deed of a story, by the same operation that a page calls."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import operations
from cases.access import Access, access_of
from cases.doing import step_form
from cases.events import events_of
from cases.models import Case, CaseStep
from cases.offers import OTHER, opening_offers
from cases.operations import Sent
from cases.people import Membership, Patient, Person, Unit
from cases.standing import engine_of, facts_of, newest_forms, open_steps
from notifications.recipients import people_behind
from web.demo.answers import Answers, measure_key, usual
from web.demo.stories import Deed
from workflow.forms import Form
from workflow.ladders import RESPONSIBLE
from workflow.roles import Role
from workflow.routines import Routines

DEVIATION = "deviation"
OPENING_EVENT = 1


@dataclass(frozen=True)
class Doing:
    """`references` are those of the stories that have begun, by the story's key."""

    session: Session
    routines: Routines
    deed: Deed
    references: dict[str, str]

    def do(self) -> None:
        """Raises what the operation raises; a story that is refused is a fault in its file."""
        verb, by = self.deed.verb, self.deed.by
        now, answers = self.deed.at, self.deed.answers
        match verb:
            case "report":
                self._report()
            case "note":
                sent = self._sent(answers)
                operations.note(self.session, self._access(by), self._reference, sent, now)
            case "link":
                other = self.references[answers["other"]]
                operations.link(self.session, self._access(by), self._reference, other, now)
            case "claim":
                step = self._open_step(*self.deed.rest.split())
                access = self._access(by or self._responsible(step))
                operations.claim(self.session, access, step.id, now)
            case "correct":
                self._correct()
            case "withdraw":
                self._withdraw()
            case _:
                self._step()

    def _report(self) -> None:
        story, now, access = self.deed.story, self.deed.at, self._access(self.deed.by)
        definition = self.routines.engine(DEVIATION).definition
        offers = opening_offers(self.session, access, definition, now)
        form = definition.opening(now=now, offers=offers)
        data = self._filled(form) | {"patient": self._patient(), "unit": story.unit}
        case = operations.open_case(
            self.session, self.routines, access, DEVIATION, self._sent(data), now
        )
        self.references[story.key] = case.reference

    def _step(self) -> None:
        case, step = self._case, self._open_step(self.deed.verb, self.deed.rest)
        definition = engine_of(self.routines, case).definition.step(step.key)
        facts = facts_of(self.session, self.routines, case)
        form = step_form(self.session, definition, step, facts, self.routines, self.deed.at)
        access = self._access(self.deed.by or self._responsible(step))
        sent = self._sent(self._filled(form))
        operations.do_step(self.session, self.routines, access, step.id, sent, self.deed.at)

    def _withdraw(self) -> None:
        case, said = self._case, dict(self.deed.answers)
        if other := said.get("duplicate_of"):
            said["duplicate_of"] = self.references[other]
        operations.act(
            self.session, self.routines, self._access(self.deed.by), case.reference,
            self.deed.verb, self._sent(said), self.deed.at,
        )  # fmt: skip

    def _correct(self) -> None:
        """Corrects the report: what it said, with what is now said instead."""
        case, said = self._case, dict(self.deed.answers)
        reason = said.pop("reason")
        form = engine_of(self.routines, case).definition.opening(now=self.deed.at)
        earlier = newest_forms(events_of(self.session, case.id))[OPENING_EVENT]
        data = {**earlier, **self._answers(()).sent(form, {}, said)}
        operations.correct(
            self.session, self.routines, self._access(self.deed.by), case.reference,
            OPENING_EVENT, reason, self._sent(data), self.deed.at,
        )  # fmt: skip

    def _filled(self, form: Form) -> dict[str, Any]:
        said = self.deed.answers
        return self._answers(self._worked()).sent(form, usual(self.deed.verb), said)

    def _answers(self, staff: tuple[int, ...]) -> Answers:
        return Answers(self.deed.at, self.routines.calendar, self.deed.story.key, staff)

    def _sent(self, data: dict[str, Any]) -> Sent:
        begun = self.deed.story.key in self.references
        revision = self._case.revision if begun else 0
        return Sent(data, secrets.token_urlsafe(16), revision)

    @property
    def _reference(self) -> str:
        return self.references[self.deed.story.key]

    @property
    def _case(self) -> Case:
        found = select(Case).where(Case.reference == self._reference)
        return self.session.scalars(found).one()

    def _open_step(self, key: str, item: str = "") -> CaseStep:
        items = (item, measure_key(self.deed.story.key, item))
        for step in open_steps(self._case):
            if step.key == key and step.item in items:
                return step
        raise LookupError(f"{self.deed.story.key}: {self.deed.do} is not open")

    def _access(self, username: str) -> Access:
        person = self.session.scalars(select(Person).where(Person.username == username)).one()
        return access_of(self.session, person, self.deed.at)

    def _responsible(self, step: CaseStep) -> str:
        return people_behind(self.session, step, (RESPONSIBLE,), self.deed.at).people[0].username

    def _patient(self) -> str:
        if self.deed.story.patient == OTHER:
            return OTHER
        found = select(Patient.id).where(Patient.name == self.deed.story.patient)
        return str(self.session.scalars(found).one())

    def _worked(self) -> tuple[int, ...]:
        story = self.deed.story
        found = select(Person.id).order_by(Person.id)
        if story.worked:
            found = found.where(Person.username.in_(story.worked))
        else:
            carers = (
                select(Membership.person_id)
                .join(Unit)
                .where(Unit.key == story.unit, Membership.role == Role.CARE_WORKER)
            )
            found = found.where(Person.id.in_(carers))
        return tuple(self.session.scalars(found))
