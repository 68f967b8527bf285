"""How long steps take: the middle one, and the one that nine of ten do not pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any

from sqlalchemy import func, select

from cases.figure_sums import StepTimes
from cases.figures import StepFigures
from cases.statistics.asked import Asked


@dataclass(frozen=True)
class Durations:
    """Whole minutes from the clock's start, of the done steps of one key."""

    median: int
    ninetieth: int


def durations(asked: Asked) -> dict[str, Durations]:
    """By step, for those that any case has done."""
    rows = sorted((step, minutes, int(number)) for step, minutes, number in _counted(asked))
    return {
        step: _of([(minutes, number) for _step, minutes, number in times])
        for step, times in groupby(rows, key=lambda row: row[0])
    }


def _counted(asked: Asked) -> Iterable[Any]:
    """Times are added up for all units and categories together; fewer are counted one by one."""
    everything = asked.units is None and not asked.question.category
    if everything:
        t = StepTimes
        chosen = select(t.step, t.minutes, func.sum(t.number)).where(asked.during(t))
        return asked.session.execute(chosen.group_by(t.step, t.minutes)).all()
    s = StepFigures
    few = select(s.step, s.minutes, func.count()).where(asked.of_rows(s), s.minutes.is_not(None))
    return asked.session.execute(few.group_by(s.step, s.minutes)).all()


def _of(times: list[tuple[int, int]]) -> Durations:
    number = sum(count for _minutes, count in times)
    return Durations(_nth(times, ceil(number / 2)), _nth(times, ceil(number * 9 / 10)))


def _nth(times: list[tuple[int, int]], nth: int) -> int:
    """Of the times in order, counted from 1."""
    passed = 0
    for minutes, count in times:
        passed += count
        if passed >= nth:
            return minutes
    raise ValueError(nth)
