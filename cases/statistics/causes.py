"""Table I: the areas of causes by category."""

from collections import Counter

from sqlalchemy import func, select

from cases.figure_sums import TallySums
from cases.statistics.asked import Asked
from cases.statistics.tables import Column, Row, Table
from cases.statistics.totals import TOTAL, categories, with_total
from workflow.figures import CAUSE
from workflow.messages import Message
from workflow.words import _


def causes(asked: Asked) -> tuple[Table, ...]:
    """Nothing for a kind of case without causes."""
    labels = asked.definition.counting.causes
    if not labels:
        return ()
    t = TallySums
    found = asked.session.execute(
        select(t.value, t.category, func.sum(t.number))
        .where(asked.of(t), t.figure == CAUSE)
        .group_by(t.value, t.category)
    )
    numbers = Counter({(value, category): int(number) for value, category, number in found})
    kinds = categories(asked, {category for _value, category in numbers}, asked.months)
    rows = [
        Row(value, Message(label), tuple(numbers[value, kind] for kind, _label in kinds))
        for value, label in labels.items()
    ]
    columns = (*(Column(key, label) for key, label in kinds), TOTAL)
    note = Message(_("Ett ärende kan ha flera orsaker."))
    return (
        Table(
            "causes", "I", Message(_("Orsaker")), Message(_("Orsaksområde")), columns,
            with_total(rows, across=True), (note,),
        ),
    )  # fmt: skip
