"""Freezing a year: its figures copied as they stand, so that last year's do not move."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.errors import NotAllowed, Refused
from cases.figures import LIVING, CaseFigures, CaseTally, FrozenYear, StepFigures
from cases.figuring import unfigured
from cases.models import Case
from cases.summing import SUMS
from workflow.moments import day_of
from workflow.words import _


def frozen_years_by_year(session: Session) -> Mapping[int, FrozenYear]:
    """Those that have not been thawed."""
    years = session.scalars(select(FrozenYear).where(FrozenYear.thawed_at.is_(None)))
    return {each.year: each for each in years}


def freeze(session: Session, access: Access, year: int, now: datetime) -> FrozenYear:
    """Every kind's figures of the year; raises NotAllowed, or Refused while they are not whole."""
    _refuse_others(access)
    if year in frozen_years_by_year(session):
        raise Refused(_("Året är redan låst."))
    if year >= day_of(now).year:
        raise Refused(_("Året är inte slut än."))
    if session.scalar(select(Case.id).where(unfigured()).limit(1)) is not None:
        raise Refused(_("Siffrorna räknas om just nu. Försök igen om en stund."))
    frozen = FrozenYear(year=year, taken_at=now, taken_by=access.person_id)
    session.add(frozen)
    session.flush()
    for figures in (CaseFigures, StepFigures, *SUMS):
        _copy(session, figures, frozen.id, _in_year(figures, year))
    cases = select(CaseFigures.case_id).where(
        CaseFigures.edition == LIVING, _in_year(CaseFigures, year)
    )
    _copy(session, CaseTally, frozen.id, CaseTally.case_id.in_(cases))
    return frozen


def thaw(session: Session, access: Access, year: int, now: datetime) -> None:
    """The copy is kept, but not shown; raises NotAllowed, and Refused when there is none."""
    _refuse_others(access)
    frozen = frozen_years_by_year(session).get(year)
    if frozen is None:
        raise Refused(_("Året är inte låst."))
    frozen.thawed_at, frozen.thawed_by = now, access.person_id


def _refuse_others(access: Access) -> None:
    if access.units(RIGHTS[Right.KEEP_STATISTICS]) is not None:
        raise NotAllowed(_("Bara den som ansvarar för hela kommunen kan låsa ett år."))


def _in_year(figures: Any, year: int) -> Any:
    """By event or by report, so that either can be asked for."""
    first, last = year * 100 + 1, year * 100 + 12
    return figures.event_month.between(first, last) | figures.report_month.between(first, last)


def _copy(session: Session, figures: Any, edition: int, which: Any) -> None:
    names = [column.key for column in figures.__table__.columns if column.key != "edition"]
    rows = select(literal(edition), *(getattr(figures, name) for name in names))
    rows = rows.where(figures.edition == LIVING, which)
    session.execute(insert(figures).from_select(["edition", *names], rows))
