"""Months and years: their names, what is counted then, and which of them are frozen."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.figure_sums import CaseSums
from cases.figures import LIVING, FrozenYear
from workflow.definition import WorkflowDefinition
from workflow.messages import Message
from workflow.words import _

_NAMES = (
    _("jan"), _("feb"), _("mars"), _("apr"), _("maj"), _("juni"),
    _("juli"), _("aug"), _("sep"), _("okt"), _("nov"), _("dec"),
)  # fmt: skip


def month_label(month: int, *, with_year: bool = True) -> Message:
    """Such as "mars", or "mars 2022"."""
    name = Message(_NAMES[month % 100 - 1])
    return Message("%(month)s %(year)s", month=name, year=month // 100) if with_year else name


def months_between(first: int, last: int) -> tuple[int, ...]:
    """Both included, as year * 100 + month."""
    begins, ends = (month // 100 * 12 + month % 100 - 1 for month in (first, last))
    return tuple(n // 12 * 100 + n % 12 + 1 for n in range(begins, ends + 1))


def is_counted(definition: WorkflowDefinition, category: str, month: int) -> bool:
    """False in months when no event could be of the category."""
    valid = definition.counting.valid
    return valid is None or category in valid(date(month // 100, month % 100, 1))


def edition_of(session: Session, year: int) -> int:
    """The frozen year's, else the living."""
    return frozen_editions(session).get(year, LIVING)


def frozen_editions(session: Session) -> Mapping[int, int]:
    """Of each frozen year."""
    rows = select(FrozenYear.year, FrozenYear.id).where(FrozenYear.thawed_at.is_(None))
    return dict(session.execute(rows).all())


def years_with_figures(session: Session, definition: str) -> tuple[int, ...]:
    """By event or by report, the newest first."""
    sums = CaseSums
    rows = session.execute(
        select(sums.event_month, sums.report_month)
        .where(sums.edition == LIVING, sums.definition == definition)
        .distinct()
    )
    years = {month // 100 for months in rows for month in months}
    return tuple(sorted(years, reverse=True))
