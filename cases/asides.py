"""What surrounds a case, read when its routine asks for it to tell something beside the steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, lazyload

from cases.access import Access, Part
from cases.history import History
from cases.log import CaseEvent
from cases.models import Case
from cases.overview import linked_to
from cases.standing import CORRECTED, STEP_DONE, facts_from, facts_of
from workflow.asides import Aside
from workflow.facts import Facts
from workflow.holidays import STOCKHOLM, WorkingCalendar


def aside_of(session: Session, history: History, access: Access, now: datetime) -> Aside | None:
    """None for who may not read all of the case, and after disposal (gallring)."""
    tell = history.engine.definition.aside
    if tell is None or access.part(history.case) is not Part.ALL or not history.is_whole:
        return None
    return tell(_Surroundings(session, history, now))


@dataclass
class _Surroundings:
    session: Session
    history: History
    now: datetime

    @cached_property
    def facts(self) -> Facts:
        return self.history.facts()

    @property
    def ended_at(self) -> datetime | None:
        return self.history.case.closed_at

    @property
    def calendar(self) -> WorkingCalendar:
        return self.history.routines.calendar

    def setting(self, key: str) -> Any:
        return next(s.value for s in self.history.engine.definition.settings if s.key == key)

    def linked(self, definition: str) -> tuple[Facts, ...]:
        cases = linked_to(self.history.case).where(Case.definition == definition)
        found = self.session.scalars(cases.order_by(Case.id)).all()
        return tuple(facts_of(self.session, self.history.routines, case) for case in found)

    def alike(self, steps: tuple[str, ...], since: date) -> Iterable[Facts]:
        """In two queries, however many cases there are."""
        which = and_(
            Case.definition == self.history.case.definition,
            Case.opened_at >= datetime.combine(since, time(), STOCKHOLM),
        )
        cases = self.session.scalars(select(Case).where(which).options(lazyload(Case.steps)))
        by_id = {case.id: case for case in cases}
        wanted = and_(CaseEvent.type == STEP_DONE, CaseEvent.data["step"].as_string().in_(steps))
        events = self.session.scalars(
            select(CaseEvent)
            .join(Case, Case.id == CaseEvent.case_id)
            .where(which, or_(wanted, CaseEvent.type == CORRECTED))
            .order_by(CaseEvent.case_id, CaseEvent.sequence)
        )
        for case_id, of_case in groupby(events, attrgetter("case_id")):
            yield facts_from(by_id[case_id], of_case, {})
