"""One deed of a story, by the same operation that a page calls."""

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import operations
from cases.access import Access
from cases.doing import step_form
from cases.events import events_of
from cases.models import Case, CaseStep
from cases.offers import opening_offers
from cases.operations import Sent
from cases.outside import give, look, prove, question_of
from cases.outside_links import newest_link
from cases.standing import engine_of, facts_of, newest_forms
from web.demo import finding
from web.demo.answers import Answers, usual
from web.demo.stories import BY_LINK, Deed
from workflow.definition import WorkflowDefinition
from workflow.forms import Form
from workflow.routines import Routines

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
        session, deed, now = self.session, self.deed, self.deed.at
        match deed.verb:
            case "open":
                self._open()
            case "note":
                sent = self._sent(deed.answers)
                operations.note(session, self._access(), self._case.reference, sent, now)
            case "link":
                other = self.references[deed.answers["other"]]
                operations.link(session, self._access(), self._case.reference, other, now)
            case "claim":
                step = self._open_step(*deed.rest.split())
                operations.claim(session, self._access(step), step.id, now)
            case "correct":
                self._correct()
            case _ if deed.by == BY_LINK:
                self._answer_by_link()
            case verb if verb in [action.key for action in self._definition.actions]:
                self._act()
            case _:
                self._step()

    def _open(self) -> None:
        story, now, access = self.deed.story, self.deed.at, self._access()
        definition = self.routines.engine(story.kind).definition
        offers = opening_offers(self.session, access, definition, now)
        form = definition.opening(now=now, offers=offers)
        who = {"patient": finding.patient_of(self.session, story), "unit": story.unit}
        sent = Sent(self._filled(form) | who, secrets.token_urlsafe(16))
        case = operations.open_case(self.session, self.routines, access, story.kind, sent, now)
        self.references[story.key] = case.reference

    def _step(self) -> None:
        case, step = self._case, self._open_step(self.deed.verb, self.deed.rest)
        definition = self._definition.step(step.key)
        facts = facts_of(self.session, self.routines, case)
        form = step_form(self.session, definition, step, facts, self.routines, self.deed.at)
        operations.do_step(
            self.session, self.routines, self._access(step), step.id,
            self._sent(self._filled(form)), self.deed.at,
        )  # fmt: skip

    def _answer_by_link(self) -> None:
        """As somebody outside who has been told the code."""
        session, routines, now = self.session, self.routines, self.deed.at
        step = self._open_step(self.deed.verb, self.deed.rest)
        if (link := newest_link(session, step)) is None:
            raise LookupError("nobody has been sent a link")
        look(session, link, "opened", now)
        prove(session, link, link.code, now)
        data = self._filled(question_of(session, routines, link, now).form)
        if not give(session, routines, link, data, secrets.token_urlsafe(16), now):
            raise LookupError("the link is no longer alive")

    def _act(self) -> None:
        case, verb, now = self._case, self.deed.verb, self.deed.at
        facts = facts_of(self.session, self.routines, case)
        form = self._definition.action(verb).form(now=now, facts=facts)
        operations.act(
            self.session, self.routines, self._access(), case.reference, verb,
            self._sent(self._filled(form)), now,
        )  # fmt: skip

    def _correct(self) -> None:
        """Corrects the opening: what it said, with what is now said instead."""
        case, said = self._case, dict(self.deed.answers)
        reason = said.pop("reason")
        form = self._definition.opening(now=self.deed.at)
        earlier = newest_forms(events_of(self.session, case.id))[OPENING_EVENT]
        data = {**earlier, **self._answers.sent(form, {}, said)}
        operations.correct(
            self.session, self.routines, self._access(), case.reference,
            OPENING_EVENT, reason, self._sent(data), self.deed.at,
        )  # fmt: skip

    def _filled(self, form: Form) -> dict[str, Any]:
        said = self.deed.answers
        return self._answers.sent(form, usual(self.deed.story.kind, self.deed.verb), said)

    @property
    def _answers(self) -> Answers:
        story = self.deed.story
        staff = tuple(finding.worked(self.session, story))
        return Answers(self.deed.at, self.routines.calendar, story.key, staff, self.references)

    def _sent(self, data: dict[str, Any]) -> Sent:
        return Sent(data, secrets.token_urlsafe(16), self._case.revision)

    @cached_property
    def _case(self) -> Case:
        story = self.deed.story
        if story.key not in self.references:
            opener = self.references[story.opened_by]
            self.references[story.key] = finding.opened_case(self.session, story, opener).reference
        found = select(Case).where(Case.reference == self.references[story.key])
        return self.session.scalars(found).one()

    @property
    def _definition(self) -> WorkflowDefinition:
        return engine_of(self.routines, self._case).definition

    def _open_step(self, key: str, which: str = "") -> CaseStep:
        engine, case = engine_of(self.routines, self._case), self._case
        step = engine.definition.step(key)

        def label(item: str) -> str:
            return engine.item(step, item, facts_of(self.session, self.routines, case)).label

        return finding.open_step(self.deed, case, key, which, label)

    def _access(self, step: CaseStep | None = None) -> Access:
        by = self.deed.by
        if step and not by:
            by = finding.responsible(self.session, self.routines, step, self.deed)
        return finding.access_by(self.session, by, self.deed)
