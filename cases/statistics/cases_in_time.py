"""Table E: whole cases, closed in time or open for too long."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select

from cases.figures import CaseFigures
from cases.statistics.asked import Asked
from cases.statistics.cube import Cell, Sums, share, side
from cases.statistics.tables import Chart, Column, Measure, Number, Row, Table
from cases.statistics.totals import TOTAL, categories
from workflow.figures import ClosedWithin
from workflow.messages import Message
from workflow.words import _

LONG_OPEN = timedelta(days=30)


def cases_in_time(asked: Asked, cells: tuple[Cell, ...]) -> tuple[Table, ...]:
    """A case open longer than it should have taken counts against the share."""
    within = asked.definition.counting.closed_within
    limit = timedelta(hours=within.hours) if within else timedelta()
    too_long, long_open = (_open_since(asked, asked.now - span) for span in (limit, LONG_OPEN))

    def numbers(sums: Sums, late: int, long: int) -> tuple[Number, ...]:
        whole = sums["closed_in_time"] + sums["closed_late"] + late
        shares = (share(sums["closed_in_time"], whole),) if within else ()
        return (sums["number"], sums["closed"], *shares, sums["number"] - sums["closed"], long)

    by_kind = side(cells, lambda cell: cell.category)
    rows = tuple(
        Row(key, label, numbers(by_kind[key], too_long[key], long_open[key]))
        for key, label in categories(asked, by_kind.keys(), asked.months)
    )
    whole = side(cells, lambda _cell: None)[None]
    total = numbers(whole, too_long.total(), long_open.total())
    hours = within.hours if within else 0
    columns = (
        Column("number", Message(_("Ärenden")), is_total=True),
        Column("closed", Message(_("Avslutade"))),
        *(
            [Column("in_time", Message(_("Inom %(n)s timmar"), n=hours), Measure.SHARE)]
            if within
            else []
        ),
        Column("open", Message(_("Öppna"))),
        Column("long_open", Message(_("Öppna mer än 30 dagar"))),
    )
    notes = _basis(within) if within else ()
    return (
        Table(
            "closing", "E", Message(_("Avslutade och öppna ärenden")), Message(_("Kategori")),
            columns, (*rows, Row("total", TOTAL.label, total, is_total=True)),
            notes, Chart.NONE,
        ),
    )  # fmt: skip


def _basis(within: ClosedWithin) -> tuple[Message, ...]:
    return (Message(_("Timmar från rapporten. %(basis)s."), basis=Message(within.basis.text)),)


def _open_since(asked: Asked, moment: datetime) -> Counter[str]:
    f = CaseFigures
    still_open = asked.of_rows(f) & f.closed_at.is_(None) & (f.reported_at < moment)
    rows = select(f.category, func.count()).where(still_open).group_by(f.category)
    return Counter(dict(asked.session.execute(rows).all()))
