"""Tables of figures made by hand, for what is drawn of them."""

from cases.statistics.tables import Chart, Column, Measure, Row, Table
from web.statistics.files import Told
from workflow.messages import Message

MONTHS = ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")
FALLS = (56, 39, 44, 49, 25, 30, 36, 49, 31, 43, 60, 71)
INFECTIONS = (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
LINE = "Januari–december 2022 · hela kommunen · räknat efter när det hände"
NOTE = "En händelse som gäller två personer räknas som två."


def by_month(*units: str) -> Table:
    """Falls, infections and nothing at all, and falls again under the name of each unit."""
    columns = [Column(str(n), Message(f"{name} 2022")) for n, name in enumerate(MONTHS)]
    counted = {"Fall": FALLS, "Infektion": INFECTIONS, "Inget": (0,) * 12}
    counted |= dict.fromkeys(units, FALLS)
    rows = [Row(name, name, (*cells, sum(cells))) for name, cells in counted.items()]
    sums = [sum(month) for month in zip(*counted.values(), strict=True)]
    return Table(
        key="by_month",
        letter="A",
        title=Message("Per månad"),
        head=Message("Typ"),
        columns=(*columns, Column("total", Message("Totalt"), is_total=True)),
        rows=(*rows, Row("total", Message("Totalt"), (*sums, sum(sums)), is_total=True)),
        notes=(Message(NOTE),),
        chart=Chart.LINES,
    )


def timely() -> Table:
    """Shares and minutes of steps; nothing is known of the last."""
    return Table(
        key="timely",
        letter="E",
        title=Message("I tid"),
        head=Message("Steg"),
        columns=(
            Column("in_time", Message("Klart i tid"), Measure.SHARE),
            Column("median", Message("Median"), Measure.MINUTES),
        ),
        rows=(
            Row("assess", Message("Bedöma och ta om hand"), (0.9996, 55)),
            Row("report", Message("Skriva händelserapport"), (0.5, 1500)),
            Row("feedback", Message("Återkoppla"), (None, None)),
        ),
    )


def told(table: Table) -> Told:
    """With the line that every table has, and its notes."""
    return Told(table, (LINE, *map(str, table.notes)))
