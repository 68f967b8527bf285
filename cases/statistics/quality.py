"""Table F: what closed cases have in them, and the part of table I about what happens again."""

from collections.abc import Mapping

from cases.happening_again import AGAIN_WITHIN
from cases.statistics.asked import Asked
from cases.statistics.cube import Cell, Sums, share, side
from cases.statistics.tables import Chart, Column, Measure, Number, Row, Table
from cases.statistics.totals import TOTAL, categories
from workflow.messages import Message
from workflow.words import _

_PARTS = {
    "causes": _("Orsaker utredda"),
    "measures": _("Åtgärder beslutade"),
    "effect": _("Åtgärdernas effekt uppföljd"),
    "feedback": _("Återkoppling till rapportören"),
}


def quality(asked: Asked, cells: tuple[Cell, ...]) -> tuple[Table, ...]:
    """Shares of the closed cases; what an earlier system did not tell is left out of them."""
    total = _total(cells)
    parts = [part for part in _PARTS if total[part] + total[f"no_{part}"]]
    assessed = total["assessed"] > 0
    if not parts and not assessed:
        return ()
    columns = [Column("closed", Message(_("Avslutade")), is_total=True)]
    if assessed:
        columns.append(Column("assessed", Message(_("Riskbedömda")), Measure.SHARE))
    columns += [Column(part, Message(_PARTS[part]), Measure.SHARE) for part in parts]

    def numbers(sums: Sums) -> tuple[Number, ...]:
        risk = [share(sums["assessed"], sums["closed"])] if assessed else []
        shares = (share(sums[part], sums[part] + sums[f"no_{part}"]) for part in parts)
        return (sums["closed"], *risk, *shares)

    by_kind = side(cells, lambda cell: cell.category)
    rows = tuple(
        Row(key, label, numbers(by_kind[key]))
        for key, label in categories(asked, by_kind.keys(), asked.months)
    )
    note = Message(_("Andel av de avslutade ärendena. Importerade räknas där uppgiften finns."))
    return (
        Table(
            "quality", "F", Message(_("Vad de avslutade ärendena innehåller")),
            Message(_("Kategori")), tuple(columns), (*rows, _whole(numbers(total))), (note,),
        ),
    )  # fmt: skip


def repeated(asked: Asked, cells: tuple[Cell, ...]) -> tuple[Table, ...]:
    """Cases of a patient who had another shortly before, and those that had to begin again."""

    def numbers(sums: Sums) -> tuple[Number, ...]:
        whole = sums["number"]
        again, looped = sums["again"], sums["looped"]
        return (whole, again, share(again, whole), looped, share(looped, whole))

    by_kind: Mapping[str, Sums] = side(cells, lambda cell: cell.category)
    rows = tuple(
        Row(key, label, numbers(by_kind[key]))
        for key, label in categories(asked, by_kind.keys(), asked.months)
    )
    columns = (
        Column("number", Message(_("Ärenden")), is_total=True),
        Column("again", Message(_("Samma patient igen inom %(n)s dagar"), n=AGAIN_WITHIN.days)),
        Column("again_share", Message(_("Andel")), Measure.SHARE),
        Column("looped", Message(_("Mer än ett varv"))),
        Column("looped_share", Message(_("Andel")), Measure.SHARE),
    )
    return (
        Table(
            "repeated", "I", Message(_("Samma patient igen, och ärenden som börjat om")),
            Message(_("Kategori")), columns, (*rows, _whole(numbers(_total(cells)))),
            (Message(_("Importerade ärenden har ingen patient och kan inte räknas som igen.")),),
            Chart.NONE,
        ),
    )  # fmt: skip


def _total(cells: tuple[Cell, ...]) -> Sums:
    return side(cells, lambda _cell: None)[None]


def _whole(numbers: tuple[Number, ...]) -> Row:
    return Row("total", TOTAL.label, numbers, is_total=True)
