"""Cases that are open and have gone quiet, as it is now whatever months are asked about."""

from sqlalchemy import case, func, select

from cases.figures import LIVING
from cases.models import Case
from cases.people import Unit, sort_key
from cases.quiet import QUIET_DAYS, is_quiet
from cases.statistics.asked import Asked
from cases.statistics.tables import Column, Row, Table
from cases.statistics.totals import with_total
from workflow.messages import Message
from workflow.words import _


def quiet_now(asked: Asked) -> tuple[Table, ...]:
    """Without open cases none, nor for a frozen year, nor for a routine that has no limit."""
    days = asked.routines.thresholds(asked.question.definition).get(QUIET_DAYS)
    if days is None or asked.question.edition != LIVING:
        return ()
    quiet = func.sum(case((is_quiet(asked.routines, asked.now), 1), else_=0))
    found = asked.session.execute(
        select(Unit.key, Unit.name, func.count(), quiet)
        .select_from(Case)
        .join(Case.unit)
        .where(
            Case.definition == asked.question.definition,
            Case.closed_at.is_(None),
            asked.among(Case),
        )
        .group_by(Unit.key, Unit.name)
    )
    lines = sorted(found, key=lambda line: sort_key(line[1]))
    rows = [Row(key, name, (int(number), int(silent))) for key, name, number, silent in lines]
    if not rows:
        return ()
    return (
        Table(
            "quiet", "J", Message(_("Öppna ärenden som har tystnat")), Message(_("Enhet")),
            (Column("open", Message(_("Öppna nu"))), Column("quiet", Message(_("Tysta")))),
            with_total(rows),
            (Message(_("Så är det nu. Tyst är ett ärende utan händelse på %(n)s dagar."), n=days),),
        ),
    )  # fmt: skip
