"""The municipality's own rules (TOML): checked against the definitions, all faults at once."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from workflow.basis import BasisKind
from workflow.deadlines import RULES
from workflow.definition import Deadline, Setting, State, Step, Threshold, WorkflowDefinition
from workflow.fallbacks import OUR_FALLBACKS, Fallbacks
from workflow.ladders import Ladder, Sending
from workflow.rules_ladders import read_ladder
from workflow.rules_pauses import read_pause
from workflow.rules_table import Table
from workflow.rules_window import read_closed_days, read_fallbacks, read_window
from workflow.window import OUR_WINDOW, ClosedDay, SendWindow

MOST = {"hours": 31 * 24, "days": 366, "months": 24}
"""Longer than this is taken for a slip of the pen."""


class FaultyRules(ValueError):
    """Holds every fault of a rules file, each in Swedish with its place in the file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class LocalRules:
    """The definitions with the file's values in place of ours."""

    definitions: tuple[WorkflowDefinition, ...]
    window: SendWindow = OUR_WINDOW
    closed_days: tuple[ClosedDay, ...] = ()
    fallbacks: Fallbacks = OUR_FALLBACKS


def read(path: Path, definitions: tuple[WorkflowDefinition, ...]) -> LocalRules:
    """Raises FaultyRules, also for a file that cannot be read or is not TOML."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FaultyRules([f"{path}: filen går inte att öppna ({error.strerror})."]) from None
    except ValueError as error:  # TOML or UTF-8
        raise FaultyRules([f"{path}: filen är inte riktig TOML ({error})."]) from None
    faults: list[str] = []
    file = Table("", values, faults)
    file.know_only(["window", "closed_days", "fallbacks", *(d.key for d in definitions)])
    rules = LocalRules(
        tuple(_definition(d, file.table(d.key), definitions) for d in definitions),
        read_window(file.table("window")) if "window" in file else OUR_WINDOW,
        read_closed_days(file.tables("closed_days")),
        read_fallbacks(file.table("fallbacks")) if "fallbacks" in file else OUR_FALLBACKS,
    )
    if faults:
        raise FaultyRules(list(dict.fromkeys(faults)))
    return rules


def _definition(
    definition: WorkflowDefinition, table: Table, definitions: tuple[WorkflowDefinition, ...]
) -> WorkflowDefinition:
    versions = [d for d in definitions if d.key == definition.key]
    table.know_only(["steps", "ladders", "thresholds", *(s.key for s in definition.settings)])
    steps, ladders, thresholds = map(table.table, ("steps", "ladders", "thresholds"))
    # An older version that is still in use may have other steps than the newest.
    everywhere = [step for d in versions for state in d.states for step in state.steps]
    steps.know_only(dict.fromkeys(step.key for step in everywhere))
    ladders.know_only(dict.fromkeys(step.ladder.key for step in everywhere))
    thresholds.know_only(dict.fromkeys(t.key for d in versions for t in d.thresholds))
    own = [step for state in definition.states for step in state.steps]
    replaced = {
        key: _shared_ladder(key, ladders.table(key), [*own, *everywhere]) for key in ladders.values
    }

    def state_with_rules(state: State) -> State:
        return replace(state, steps=tuple(step_with_rules(step) for step in state.steps))

    def step_with_rules(step: Step) -> Step:
        step = replace(step, ladder=replaced.get(step.ladder.key) or step.ladder)
        step = _step(step, steps.table(step.key)) if step.key in steps else step
        waits = step.ladder.sending is Sending.DIGEST
        return replace(step, pause=step.pause if waits else None)

    return replace(
        definition,
        states=tuple(state_with_rules(state) for state in definition.states),
        thresholds=tuple(
            _threshold(t, thresholds.table(t.key)) if t.key in thresholds else t
            for t in definition.thresholds
        ),
        settings=tuple(
            _setting(s, table.table(s.key)) if s.key in table else s for s in definition.settings
        ),
    )


def _step(step: Step, table: Table) -> Step:
    unit = None if step.due.is_in_form else RULES[step.due.rule].amount
    limit = [unit, "basis"] if unit else []
    table.know_only([*limit, "ladder", *(["pause"] if step.pause else [])])
    due, ladder, pause = step.due, step.ladder, step.pause
    if unit and (unit in table or "basis" in table):
        due = _limit(step.due, unit, table)
    if "ladder" in table:
        ladder = _own_ladder(step, table.table("ladder"))
    if pause and "pause" in table:
        pause = read_pause(table.table("pause"), pause)
    return replace(step, due=due, ladder=ladder, pause=pause)


def _shared_ladder(key: str, table: Table, steps: list[Step]) -> Ladder | None:
    on_it = [step for step in steps if step.ladder.key == key]
    return read_ladder(
        table, key, on_it[0].ladder if on_it else None, has_party=all(s.by_link for s in on_it)
    )


def _own_ladder(step: Step, table: Table) -> Ladder:
    ladder = step.ladder
    own = read_ladder(table, ladder.key, ladder, has_party=step.by_link is not None)
    return own or ladder


def _limit(due: Deadline, unit: str, table: Table) -> Deadline:
    amount, basis = table.whole(unit, 1, MOST[unit]), table.basis()
    if due.basis.kind is not BasisKind.DEFAULT and (amount or 0) > (due.amount or 0):
        table.fault(
            unit,
            f"får vara högst {due.amount}. Gränsen kommer från {due.basis.text} och kan skärpas"
            " men inte förlängas.",
        )
    return replace(due, amount=amount, basis=basis) if amount and basis else due


def _threshold(threshold: Threshold, table: Table) -> Threshold:
    table.know_only(["value", "basis"])
    value, basis = table.whole("value", threshold.lo, threshold.hi), table.basis()
    if value is None or basis is None:
        return threshold
    return replace(threshold, value=value, basis=basis)


def _setting(setting: Setting, table: Table) -> Setting:
    value = setting.read(table)
    return setting if value is None else replace(setting, value=value)
