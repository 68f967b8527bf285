"""Which figures a question is about, and whether the reader may have them: decided here alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.errors import NotAllowed
from cases.figures import LIVING, FrozenYear
from cases.statistics.periods import months_between
from cases.statistics.question import CountedBy, Question
from workflow.definition import WorkflowDefinition
from workflow.routines import Routines
from workflow.words import _


@dataclass(frozen=True)
class Asked:
    """A question with the units it may be answered for, None for all of them.

    `now` is when a frozen year was frozen: what was open then stays open there.
    """

    session: Session
    routines: Routines
    question: Question
    units: frozenset[int] | None
    now: datetime

    @classmethod
    def by(
        cls,
        session: Session,
        routines: Routines,
        access: Access,
        question: Question,
        now: datetime,
    ) -> "Asked":
        """Raises NotAllowed without the right, and for a unit of somebody else's."""
        units = access.units(RIGHTS[Right.STATISTICS])
        if units is not None and (not units or question.unit not in {None, *units}):
            raise NotAllowed(_("Du får inte se statistik för den enheten."))
        if question.unit is not None:
            units = frozenset({question.unit})
        if question.edition != LIVING:
            now = session.get_one(FrozenYear, question.edition).taken_at
        return cls(session, routines, question, units, now)

    @property
    def definition(self) -> WorkflowDefinition:
        """The newest version's."""
        return self.routines.engine(self.question.definition).definition

    @property
    def months(self) -> tuple[int, ...]:
        """Every month from the first to the last."""
        return months_between(self.question.first, self.question.last)

    def month(self, figures: Any) -> Any:
        """The column that says which month a row belongs to."""
        by_event = self.question.counted_by is CountedBy.EVENT
        return figures.event_month if by_event else figures.report_month

    def of(self, figures: Any) -> ColumnElement[bool]:
        """The condition on a table of figures or sums."""
        return and_(self.during(figures), self.among(figures))

    def of_rows(self, figures: Any) -> ColumnElement[bool]:
        """As `of`, for figures that are not sums."""
        question, month = self.question, self.month(figures)
        return and_(
            figures.edition == question.edition,
            figures.definition == question.definition,
            # Added to, so that SQLite leaves the index of months for those with more in them.
            (month + 0).between(question.first, question.last),
            self.among(figures),
        )

    def during(self, figures: Any) -> ColumnElement[bool]:
        """Of `of`, the edition, the kind of case and the months."""
        question = self.question
        return and_(
            figures.edition == question.edition,
            figures.definition == question.definition,
            self.month(figures).between(question.first, question.last),
        )

    def among(self, figures: Any) -> ColumnElement[bool]:
        """Of `of`, the units and the category."""
        question = self.question
        return and_(
            true() if self.units is None else figures.unit_id.in_(self.units),
            figures.category == question.category if question.category else true(),
        )
