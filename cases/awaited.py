"""Answers that organisations outside have been asked for, and how they have answered before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.letters import Letter
from cases.lines import StepLine
from cases.links import AnswerLink
from cases.models import DONE, OPEN, Case, CaseStep
from cases.open_cases import OpenCase, open_cases
from workflow.routines import Routines


@dataclass(frozen=True)
class Awaited:
    """An open step that somebody outside answers; `reminded` counts the mails that said so."""

    record: Case
    step: StepLine
    since: datetime
    reminded: int


@dataclass
class Organisation:
    """What it has been asked in cases still open; `late` counts what is overdue now too."""

    key: str
    name: str
    awaited: list[Awaited] = field(default_factory=list)
    in_time: int = 0
    late: int = 0

    @property
    def asked(self) -> int:
        """How many answers there were time for."""
        return self.in_time + self.late

    @property
    def order(self) -> tuple[float, int, datetime]:
        """Those that seldom answer in time first, then those with most late."""
        share = self.in_time / self.asked if self.asked else 1.0
        return share, -self.late, min(each.step.due_at for each in self.awaited)


def organisation_key(name: str) -> str:
    """What stands for a typed name in an address; the same however it is capitalised."""
    return sha256(name.strip().casefold().encode()).hexdigest()[:12]


def awaited_answers(
    session: Session, routines: Routines, access: Access, now: datetime
) -> tuple[Organisation, ...]:
    """Organisations with an open step; the most urgent step of each first."""
    kinds = {
        key
        for (key, _version), engine in routines.engines.items()
        if any(step.by_link for state in engine.definition.states for step in state.steps)
    }
    found = open_cases(session, routines, access.whole_cases(sorted(kinds)))
    reminded = _reminded(session, [s.id for one in found for s in one.record.steps])
    organisations: dict[str, Organisation] = {}
    for one in found:
        for step in one.record.steps:
            if name := _asked(one, step):
                key = organisation_key(name)
                told = organisations.setdefault(key, Organisation(key, name))
                _count(told, one, step, now)
                if step.condition == OPEN:
                    told.awaited.append(
                        Awaited(
                            one.record,
                            StepLine.of(step, routines),
                            step.opened_at,
                            reminded.get(step.id, 0),
                        )
                    )
    waiting = [each for each in organisations.values() if each.awaited]
    for each in waiting:
        each.awaited.sort(key=lambda line: (line.step.due_at, line.step.id))
    return tuple(sorted(waiting, key=lambda each: each.order))


def _asked(one: OpenCase, step: CaseStep) -> str:
    """The organisation's name; empty for a step that nobody outside answers, or did not."""
    definition = one.engine.definition.step(step.key)
    if definition.by_link is None or step.condition not in (OPEN, DONE):
        return ""
    item = one.engine.item(definition, step.item, one.facts)
    party = definition.by_link.who(one.facts, item)
    if party:
        return party.name
    return item.label if step.condition == OPEN else ""


def _count(told: Organisation, one: OpenCase, step: CaseStep, now: datetime) -> None:
    if step.condition == OPEN:
        told.late += step.due_at < now
        return
    answered = one.facts.moment_of(step.key, step.item) or step.ended_at
    never = one.facts.latest(step.key, step.item).get("outcome") == "no_answer"
    in_time = answered is not None and answered <= step.due_at and not never
    told.in_time += in_time
    told.late += not in_time


def _reminded(session: Session, steps: Iterable[int]) -> dict[int, int]:
    rows = session.execute(
        select(AnswerLink.step_id, func.count(Letter.id))
        .join(Letter, Letter.link_id == AnswerLink.id)
        .where(Letter.reminder, AnswerLink.step_id.in_(steps))
        .group_by(AnswerLink.step_id)
    )
    return dict(rows.all())
