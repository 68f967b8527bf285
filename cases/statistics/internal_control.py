"""The monthly internal control (egenkontroll): what came in, and what stands open and late now."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.figure_sums import CaseSums
from cases.statistics.asked import Asked
from cases.statistics.cube import share
from cases.statistics.periods import month_label
from cases.statistics.question import CountedBy, Question
from cases.statistics.so_far import cases_handled
from cases.statistics.standing_now import standing_now
from cases.statistics.tables import Chart, Column, Measure, Row, Table
from cases.target_measures import Measure as Target
from cases.target_measures import measures_for
from workflow.messages import Message
from workflow.routines import Routines
from workflow.words import _

Span = tuple[int, int]
"""First and last month, year * 100 + month."""


def control_tables(
    session: Session,
    routines: Routines,
    access: Access,
    month: int,
    unit: int | None,
    now: datetime,
) -> tuple[Table, ...]:
    """Counted by report: the month, the year so far, and now; raises NotAllowed."""
    first, last = month // 100 * 100 + 1, month
    kinds = [
        Asked.by(
            session,
            routines,
            access,
            Question(each.key, first, last, CountedBy.REPORT, unit),
            now,
        )
        for each in routines.current()
    ]
    return (_reported(kinds, month), _handled(kinds), *map(standing_now, kinds))


def _reported(kinds: Sequence[Asked], month: int) -> Table:
    before, year_ago = (month - 1 if month % 100 > 1 else month - 89), month - 100
    alone = {(each, each): month_label(each) for each in (month, before, year_ago)}
    so_far = _("Hela året till %(month)s")
    years = {
        (each // 100 * 100 + 1, each): Message(so_far, month=month_label(each))
        for each in (month, year_ago)
    }
    columns = [Column(f"{a}-{b}", label) for (a, b), label in (*alone.items(), *years.items())]
    rows = [row for asked in kinds for row in _of_kind(asked, (*alone, *years))]
    return Table(
        "reported", "", Message(_("Rapporterat")), Message(_("Ärende")),
        tuple(columns), tuple(rows), chart=Chart.NONE,
    )  # fmt: skip


def _of_kind(asked: Asked, spans: Sequence[Span]) -> Iterator[Row]:
    definition = asked.definition
    longer = replace(asked, question=replace(asked.question, first=min(a for a, _b in spans)))
    counted = select(CaseSums.category, CaseSums.report_month, func.sum(CaseSums.number))
    rows = asked.session.execute(
        counted.where(longer.of(CaseSums)).group_by(CaseSums.category, CaseSums.report_month)
    )
    numbers = Counter[tuple[str, Span]]()
    for category, month, number in rows:
        numbers.update({(category, (a, b)): number for a, b in spans if a <= month <= b})
    found = {category for category, _span in numbers}
    for category in (key for key in definition.categories if key in found):
        cells = tuple(numbers[category, span] for span in spans)
        yield Row(f"{definition.key}-{category}", Message(definition.categories[category]), cells)
    cells = tuple(sum(numbers[category, span] for category in found) for span in spans)
    label = Message(_("%(kind)s, alla"), kind=Message(definition.label))
    yield Row(definition.key, label, cells, is_total=True)


def _handled(kinds: Sequence[Asked]) -> Table:
    rows = []
    for asked in kinds:
        definition = asked.definition
        if Target.HANDLED in measures_for(definition):
            done, of = cases_handled(asked)
            label = Message(definition.label)
            rows.append(Row(definition.key, label, (done, of - done, share(done, of))))
    return Table(
        "handled", "", Message(_("Hanterat enligt modellen, hela året")), Message(_("Ärende")),
        (
            Column("done", Message(_("Avslutade med alla delar gjorda"))),
            Column("left", Message(_("Avslutade utan någon del, eller öppna mer än 30 dagar"))),
            Column("share", Message(_("Andel")), Measure.SHARE),
        ),
        tuple(rows), chart=Chart.NONE,
    )  # fmt: skip
