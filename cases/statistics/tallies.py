"""What a routine's own tables are made of: sums of tallies, and steps done in time or late."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from cases.figure_sums import StepSums, TallySums
from cases.figures import StepFigures
from cases.models import OPEN
from cases.overdue import past_due
from cases.statistics.asked import Asked

EVERY = None
"""Stands for every month or every value in the keys of Tallies."""


@dataclass
class Tallies:
    """`sums` by month, figure and value; `cases` by value; `in_time` and `late` by month and step.

    Every sum is also there under EVERY month, and under EVERY value.
    """

    sums: Counter[tuple[int | None, str, str | None]] = field(default_factory=Counter)
    cases: Counter[tuple[str, str]] = field(default_factory=Counter)
    in_time: Counter[tuple[int | None, str]] = field(default_factory=Counter)
    late: Counter[tuple[int | None, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, asked: Asked, steps: Iterable[str]) -> "Tallies":
        """In three queries; the steps are those whose timeliness is wanted."""
        tallies, wanted = cls(), sorted(steps)
        tallies._add_sums(asked)
        if wanted:
            tallies._add_ended(asked, wanted)
            tallies._add_overdue(asked, wanted)
        return tallies

    def sum_of(self, figure: str, month: int | None, values: Iterable[str | None]) -> int:
        """Of the values' numbers in the month."""
        return sum(self.sums[month, figure, value] for value in values)

    def _add_sums(self, asked: Asked) -> None:
        t, month = TallySums, asked.month(TallySums)
        rows = asked.session.execute(
            select(month, t.figure, t.value, func.sum(t.number), func.sum(t.cases))
            .where(asked.of(t))
            .group_by(month, t.figure, t.value)
        )
        for when, figure, value, number, cases in rows:
            for of_month in (when, EVERY):
                for of_value in (value, EVERY):
                    self.sums[of_month, figure, of_value] += int(number)
            self.cases[figure, value] += int(cases)

    def _add_ended(self, asked: Asked, steps: list[str]) -> None:
        s, month = StepSums, asked.month(StepSums)
        rows = asked.session.execute(
            select(month, s.step, func.sum(s.number), func.sum(s.late))
            .where(asked.of(s), s.step.in_(steps))
            .group_by(month, s.step)
        )
        for when, step, number, late in rows:
            for of_month in (when, EVERY):
                self.in_time[of_month, step] += int(number - late)
                self.late[of_month, step] += int(late)

    def _add_overdue(self, asked: Asked, steps: list[str]) -> None:
        s, month = StepFigures, asked.month(StepFigures)
        overdue = s.ended_at.is_(None) & (s.condition == OPEN) & past_due(s.due_at, asked.now)
        rows = asked.session.execute(
            select(month, s.step, func.count())
            .where(asked.of_rows(s), s.step.in_(steps), overdue)
            .group_by(month, s.step)
        )
        for when, step, late in rows:
            for of_month in (when, EVERY):
                self.late[of_month, step] += int(late)
