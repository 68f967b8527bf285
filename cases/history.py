"""The log read backwards: what a step was about, and what was known, when an event happened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.events import events_of
from cases.log import CaseEvent
from cases.models import Case
from cases.people import Person
from cases.standing import engine_of, facts_from, form_data
from workflow.answers import Said, has_fixed_rows, said, titles_of
from workflow.engine import Engine
from workflow.facts import Facts
from workflow.fields import Options
from workflow.forms import Form
from workflow.routines import Routines

_PEOPLE = select(Person.id, Person.name)


@dataclass(frozen=True)
class History:
    """A case's events, oldest first; `people` are the names of all who work or worked here."""

    case: Case
    events: tuple[CaseEvent, ...]
    routines: Routines
    people: Mapping[int, str]

    @classmethod
    def of(cls, session: Session, routines: Routines, case: Case) -> Self:
        """Read in two queries."""
        people = session.execute(_PEOPLE).all()
        return cls(case, tuple(events_of(session, case.id)), routines, dict(people))

    @cached_property
    def engine(self) -> Engine:
        """Of the version the case was opened under."""
        return engine_of(self.routines, self.case)

    @cached_property
    def is_whole(self) -> bool:
        """False when text has been disposed of, so that nothing more can be concluded from it."""
        return all(event.text is None or event.text.body is not None for event in self.events)

    @cached_property
    def offers(self) -> Mapping[str, Options]:
        """What people in the forms are called, also those who have left."""
        return {"staff": {str(id_): name for id_, name in self.people.items()}}

    def facts(self, before: CaseEvent | None = None, round_: int | None = None) -> Facts:
        """What was known before the event, or is known now; corrections applied."""
        thresholds = self.routines.thresholds(self.case.definition, self.case.version)
        sequence = before.sequence if before else None
        facts = facts_from(self.case, self.events, thresholds, before=sequence)
        return replace(facts, round=round_) if round_ else facts

    def item(self, event: CaseEvent, key: str, item: str) -> str:
        """What a repeated step was for, which may be typed text; empty for other steps."""
        if not item or not self.is_whole:
            return ""
        facts = self.facts(event, event.data.get("round"))
        return self.engine.item(self.engine.definition.step(key), item, facts).label

    @cached_property
    def been(self) -> frozenset[str]:
        """The states that the case has stood in, also those left again at once."""
        moves = [event.data for event in self.events if event.type == "advanced"]
        return frozenset(state for data in moves for state in (*data["path"], data["state"]))

    def form(self, event: CaseEvent) -> type[Form]:
        """The form that an opened, step_done, corrected or action event holds the answers of."""
        definition = self.engine.definition
        match event.type:
            case "opened":
                return definition.opening
            case "corrected":
                return self.form(self.corrected(event))
            case "action":
                return definition.action(event.data["action"]).form
            case _:
                return definition.step(event.data["step"]).form

    def corrected(self, event: CaseEvent) -> CaseEvent:
        """What a corrected event corrects."""
        return next(e for e in self.events if e.sequence == event.data["corrects"])

    def newest(self, event: CaseEvent) -> CaseEvent:
        """The event itself, or its latest correction."""
        corrections = [e for e in self.events if e.data.get("corrects") == event.sequence]
        return corrections[-1] if corrections else event

    def newest_before(self, event: CaseEvent) -> CaseEvent:
        """What a corrected event replaced: what it corrects, or an earlier correction of that."""
        about = event.data["corrects"]
        return max(
            (e for e in self.events if e.sequence < event.sequence
             and about in (e.sequence, e.data.get("corrects"))),
            key=attrgetter("sequence"),
        )  # fmt: skip

    def round_before(self, event: CaseEvent) -> int:
        """The round the case was in when the event happened."""
        rounds = [e.data["round"] for e in self.events
                  if e.type == "advanced" and e.sequence < event.sequence]  # fmt: skip
        return rounds[-1] if rounds else 1

    def answers(self, event: CaseEvent) -> tuple[Said, ...]:
        """What the event's form says, in words."""
        form = self.form(event)
        return said(form, form_data(event), self.offers, self._titles(form, event))

    def _titles(self, form: type[Form], event: CaseEvent) -> Mapping[str, str]:
        if not (has_fixed_rows(form) and self.is_whole):
            return {}
        about = self.corrected(event) if event.type == "corrected" else event
        facts = self.facts(about, about.data["round"])
        return titles_of(form(now=event.recorded_at, facts=facts, offers=self.offers))
