"""Where a kind of case stands now, unit by unit, whatever month is asked about."""

from sqlalchemy import case, func, select, true

from cases.figures import LIVING, CaseFigures
from cases.models import Case, CaseStep
from cases.overdue import overdue
from cases.people import Unit, sort_key
from cases.statistics.asked import Asked
from cases.statistics.cases_in_time import LONG_OPEN
from cases.statistics.tables import Column, Row, Table
from cases.statistics.totals import TOTAL, with_total
from workflow.messages import Message
from workflow.words import _


def standing_now(asked: Asked) -> Table:
    """Cases open, those open for more than 30 days, and steps that are on the list of overdue."""
    definition, session = asked.definition, asked.session
    long_open = func.sum(case((CaseFigures.reported_at < asked.now - LONG_OPEN, 1), else_=0))
    still_open = session.execute(
        select(CaseFigures.unit_id, func.count(), long_open)
        .where(
            CaseFigures.edition == LIVING,
            CaseFigures.definition == definition.key,
            CaseFigures.closed_at.is_(None),
            asked.among(CaseFigures),
        )
        .group_by(CaseFigures.unit_id)
    )
    late = session.execute(
        select(Case.unit_id, func.count())
        .select_from(CaseStep)
        .join(CaseStep.case)
        .where(overdue(asked.now), Case.definition == definition.key)
        .where(true() if asked.units is None else Case.unit_id.in_(asked.units))
        .group_by(Case.unit_id)
    )
    numbers: dict[int, tuple[int, int, int]] = {u: (n, long, 0) for u, n, long in still_open}
    for unit, steps in late:
        numbers[unit] = (*numbers.get(unit, (0, 0, 0))[:2], steps)
    units = session.scalars(select(Unit).where(Unit.id.in_(numbers)))
    rows = [
        Row(unit.key, unit.name, numbers[unit.id])
        for unit in sorted(units, key=lambda each: sort_key(each.name))
    ]
    return Table(
        f"standing-{definition.key}",
        "",
        Message(_("%(kind)s: läget nu"), kind=Message(definition.label)),
        Message(_("Enhet")),
        (
            Column("open", Message(_("Öppna"))),
            Column("long", Message(_("Öppna mer än 30 dagar"))),
            Column("late", Message(_("Försenade steg"))),
        ),
        with_total(rows) if rows else (Row("total", TOTAL.label, (0, 0, 0), is_total=True),),
    )
