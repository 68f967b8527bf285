"""Table E: each step against its limits, and how long it takes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, case, func, select

from cases.figure_sums import StepSums
from cases.figures import StepFigures
from cases.overdue import past_due
from cases.statistics.asked import Asked
from cases.statistics.cube import share
from cases.statistics.durations import Durations, durations
from cases.statistics.tables import Column, Label, Measure, Number, Row, Table
from workflow.deadlines import RULES
from workflow.definition import Deadline, WorkflowDefinition
from workflow.messages import Message
from workflow.words import _

Clocks = Counter[str]
"""Of one step; an open one is in `open` at once, and in the other numbers when it is late."""

_LIMITS = {
    "hours": _("%(step)s (%(n)s timmar)"),
    "days": _("%(step)s (%(n)s dagar)"),
    "months": _("%(step)s (%(n)s månader)"),
}


def steps_in_time(asked: Asked) -> tuple[Table, ...]:
    """Steps still undone after their time are late, as on the list of the overdue."""
    clocks, taken = _clocks(asked), durations(asked)
    rows = tuple(
        Row(key, label, _numbers(clocks[key], taken.get(key)))
        for key, label in _labels(asked.definition, clocks.keys())
    )
    columns = (
        Column("number", Message(_("Steg")), is_total=True),
        Column("in_time", Message(_("I tid")), Measure.SHARE),
        Column("in_target", Message(_("Inom målet")), Measure.SHARE),
        Column("late", Message(_("Försenade")), is_total=True, of_nobody=True),
        Column("open", Message(_("Öppna")), is_total=True, of_nobody=True),
        Column("median", Message(_("Mediantid")), Measure.MINUTES),
        Column("ninetieth", Message(_("Nio av tio inom")), Measure.MINUTES),
    )
    notes = (
        Message(_("Ett steg är försenat när det blev klart efter sin tid, eller står öppet då.")),
        Message(_("Tid räknas från klockans start tills steget var klart, även pauser.")),
    )
    return (
        Table(
            "steps", "E", Message(_("Steg i tid")), Message(_("Steg")), columns, rows, notes,
        ),
    )  # fmt: skip


def _clocks(asked: Asked) -> dict[str, Clocks]:
    s, f = StepSums, StepFigures
    names = ("number", "late", "targeted", "past_target")
    clocks: dict[str, Clocks] = defaultdict(Counter)
    numbers = [func.sum(getattr(s, name)) for name in names]
    ended = select(s.step, *numbers).where(asked.of(s)).group_by(s.step)
    for step, *sums in asked.session.execute(ended):
        clocks[step].update(dict(zip(names, map(int, sums), strict=True)))
    late, past_target = (_number(past_due(at, asked.now)) for at in (f.due_at, f.target_at))
    still_open = select(f.step, func.count(), late, past_target)
    undone = asked.of_rows(f) & f.ended_at.is_(None)
    for step, number, late_now, missed in asked.session.execute(
        still_open.where(undone).group_by(f.step)
    ):
        # Undone and in time is neither kept nor broken yet.
        clocks[step].update(
            open=number, number=late_now, late=late_now, targeted=missed, past_target=missed
        )
    return clocks


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _numbers(clocks: Clocks, taken: Durations | None) -> tuple[Number, ...]:
    number, targeted = clocks["number"], clocks["targeted"]
    return (
        number,
        share(number - clocks["late"], number),
        share(targeted - clocks["past_target"], targeted),
        clocks["late"],
        clocks["open"],
        taken.median if taken else None,
        taken.ninetieth if taken else None,
    )


def _labels(definition: WorkflowDefinition, found: Collection[str]) -> Iterator[tuple[str, Label]]:
    """In the routine's order; a step that it no longer has comes last, by its key."""
    steps = {step.key: step for state in definition.states for step in state.steps}
    yield from ((key, _told(step.label, step.due)) for key, step in steps.items() if key in found)
    yield from ((key, key) for key in sorted(set(found) - steps.keys()))


def _told(label: str, due: Deadline) -> Message:
    """With the limit that the municipality has now, where it is a length of time."""
    amount = None if due.is_in_form else RULES[due.rule].amount
    if due.rule == "working_days":
        return Message(_("%(step)s (%(n)s arbetsdagar)"), step=Message(label), n=due.amount)
    if amount is None:
        return Message(label)
    return Message(_LIMITS[amount], step=Message(label), n=due.amount)
