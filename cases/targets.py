"""Where a year stands against the targets that the board has set for it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.administration import refuse_unless
from cases.figures import CaseFigures
from cases.statistics.asked import Asked
from cases.statistics.cube import SERIOUS_FROM
from cases.statistics.periods import edition_of
from cases.statistics.question import Question
from cases.statistics.so_far import cases_handled, cases_until, steps_kept
from cases.target_measures import Measure, Measured, goal_of
from cases.target_words import (
    AGAINST_PART,
    AGAINST_WHOLE,
    HANDLED,
    IN_THE_END,
    IN_TIME,
    NONE_YET,
    SERIOUS,
    SO_FAR,
    Standing,
    Verdict,
    change_words,
)  # fmt: skip
from cases.yearly_plan import BoardTarget
from workflow.holidays import STOCKHOLM
from workflow.messages import Message
from workflow.moments import day_of
from workflow.routines import Routines


def standings(
    session: Session, routines: Routines, access: Access, year: int, now: datetime
) -> tuple[Standing, ...]:
    """At the units whose statistics the person may read; raises NotAllowed."""
    refuse_unless(access, Right.STATISTICS)
    targets = session.scalars(
        select(BoardTarget).where(BoardTarget.year == year).order_by(BoardTarget.id)
    )
    return tuple(_Reckoned(session, routines, access, each, now).standing() for each in targets)


@dataclass(frozen=True)
class _Reckoned:
    session: Session
    routines: Routines
    access: Access
    target: BoardTarget
    now: datetime

    def standing(self) -> Standing:
        measured = Measured.of(self.target)
        match measured.measure:
            case Measure.FEWER | Measure.MORE:
                return self._against_the_year_before(measured.measure)
            case Measure.HANDLED:
                return self._share(HANDLED, *cases_handled(self._asked(self.target.year)))
            case Measure.IN_TIME:
                this = self._asked(self.target.year)
                return self._share(IN_TIME, *steps_kept(this, measured.step))

    def _against_the_year_before(self, measure: Measure) -> Standing:
        """Of a year under way, what had happened and was reported by the same time a year ago."""
        year, amount = self.target.year, self.target.amount
        then = None if self._is_over else _a_year_before(self.now)
        this, last = self._asked(year), self._asked(year - 1)
        number, before = cases_until(this, None), cases_until(last, then)
        so_far = Message(
            AGAINST_WHOLE if self._is_over else AGAINST_PART,
            number=number,
            before=before,
            year=year - 1,
            change=change_words(number, before),
        )
        wanted = number - before if measure is Measure.MORE else before - number
        reached = wanted * 100 >= amount * before if before else None
        if measure is Measure.MORE:
            return self._stands(so_far, reached)
        serious = CaseFigures.severity >= SERIOUS_FROM
        numbers = cases_until(this, None, serious), cases_until(last, then, serious)
        beside = Message(SERIOUS, number=numbers[0], before=numbers[1])
        return self._stands(so_far, reached, beside)

    def _share(self, said: str, part: int, whole: int) -> Standing:
        if not whole:
            return self._stands(NONE_YET, None)
        # Cut and not rounded: 99.6 per cent is not all.
        so_far = Message(said, part=part, whole=whole, share=part * 100 // whole)
        return self._stands(so_far, part * 100 >= self.target.amount * whole)

    def _stands(
        self, so_far: Message, reached: bool | None, beside: Message | None = None
    ) -> Standing:
        verdict = {True: Verdict.REACHED, False: Verdict.MISSED, None: Verdict.UNKNOWN}[reached]
        words = (IN_THE_END if self._is_over else SO_FAR)[verdict]
        definition = self.routines.engine(self.target.definition).definition
        goal = goal_of(self.target, definition)
        return Standing(self.target, goal, so_far, verdict, words, beside)

    @property
    def _is_over(self) -> bool:
        return self.target.year < day_of(self.now).year

    def _asked(self, year: int) -> Asked:
        question = replace(
            Question.year(self.target.definition, year),
            category=self.target.category,
            edition=edition_of(self.session, year),
        )
        return Asked.by(self.session, self.routines, self.access, question, self.now)


def _a_year_before(now: datetime) -> datetime:
    """The same time of day in Stockholm; 29 February is compared with the 28th."""
    local = now.astimezone(STOCKHOLM)
    leap_day = (local.month, local.day) == (2, 29)
    return local.replace(year=local.year - 1, day=28 if leap_day else local.day)
