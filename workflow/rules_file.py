"""The municipality's own rules (TOML): checked against the definitions, all faults at once."""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from workflow.basis import BasisKind
from workflow.deadlines import RULES
from workflow.definition import Deadline, Setting, State, Step, Threshold, WorkflowDefinition
from workflow.holidays import BY_LAW, FIRST_YEAR, LAST_YEAR
from workflow.ladders import LABELS, PARTY, RESPONSIBLE, At, Ladder, Rung, Sending
from workflow.roles import Role
from workflow.rules_table import Table
from workflow.window import OUR_WINDOW, ClosedDay, SendWindow

MOST = {"hours": 31 * 24, "days": 366, "months": 24}
"""Longer than this is taken for a slip of the pen."""

MOST_AWAY = {At.MINUTES_BEFORE: 7 * 24 * 60, At.HOURS_AFTER: 31 * 24, At.WORKING_DAYS_AFTER: 60}
"""The same for a rung's distance from the due time."""


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
    file.know_only(["window", "closed_days", *(d.key for d in definitions)])
    rules = LocalRules(
        tuple(_definition(d, file.table(d.key), definitions) for d in definitions),
        _window(file.table("window")) if "window" in file else OUR_WINDOW,
        _closed_days(file.tables("closed_days")),
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
    replaced = {
        key: _ladder(ladders.table(key), key, [s for s in everywhere if s.ladder.key == key])
        for key in ladders.values
    }

    def state_with_rules(state: State) -> State:
        return replace(state, steps=tuple(step_with_rules(step) for step in state.steps))

    def step_with_rules(step: Step) -> Step:
        step = replace(step, ladder=replaced.get(step.ladder.key) or step.ladder)
        return _step(step, steps.table(step.key)) if step.key in steps else step

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
    table.know_only([*([unit, "basis"] if unit else []), "ladder"])
    due, ladder = step.due, step.ladder
    if unit and (unit in table or "basis" in table):
        due = _limit(step.due, unit, table)
    if "ladder" in table:
        ladder = _ladder(table.table("ladder"), step.ladder.key, [step]) or step.ladder
    return replace(step, due=due, ladder=ladder)


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


def _ladder(table: Table, key: str, steps: list[Step]) -> Ladder | None:
    table.know_only(["sending", "rungs", "basis"])
    sending, basis = table.one_of("sending", Sending), table.basis()
    rows = table.tables("rungs")
    rungs = [rung for row in rows if (rung := _rung(row))]
    if not sending or not basis or len(rungs) < len(rows):
        return None
    ladder = Ladder(key, LABELS[sending], sending, tuple(rungs), basis)
    faults = len(table.faults)
    if not ladder.tells_when_overdue:
        table.fault("rungs", 'ingen får veta att tiden har gått ut. Lägg till at = "due".')
    if not ladder.in_order:
        table.fault("rungs", "ska stå i den ordning de skickas, den tidigaste först.")
    if ladder.reminds_the_party and any(step.by_link is None for step in steps):
        table.fault("rungs", f"{PARTY} finns bara för steg som någon utifrån kan svara på.")
    if len({rung.key for rung in rungs}) < len(rungs):
        table.fault("rungs", "två har samma key.")
    return ladder if len(table.faults) == faults else None


def _rung(table: Table) -> Rung | None:
    table.know_only(["key", "at", "amount", "to"])
    key, at = table.text("key"), table.one_of("at", At)
    if key and not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", key):
        table.fault("key", "ska vara små bokstäver a–z, siffror och _, högst 30 tecken.")
        key = None
    amount: int | None = 0
    if at and at.takes_amount:
        amount = table.whole("amount", 1, MOST_AWAY[at])
    elif at and "amount" in table:
        table.fault("amount", f"hör inte till {at}.")
    known = [RESPONSIBLE, PARTY, *Role]
    to = table.values.get("to")
    if not isinstance(to, list) or not to or any(one not in known for one in to):
        table.fault("to", f"ska vara en lista med någon av: {', '.join(known)}.")
        return None
    if key is None or at is None or amount is None:
        return None
    return Rung(
        key, at, tuple(one if one in (RESPONSIBLE, PARTY) else Role(one) for one in to), amount
    )


def _window(table: Table) -> SendWindow:
    table.know_only(["opens", "closes", "digest_times", "basis"])
    opens = table.clock("opens") if "opens" in table else OUR_WINDOW.opens
    closes = table.clock("closes") if "closes" in table else OUR_WINDOW.closes
    times = table.clocks("digest_times") if "digest_times" in table else [*OUR_WINDOW.digest_times]
    basis = table.basis()
    if not opens or not closes or not basis or not times:
        return OUR_WINDOW
    if opens >= closes:
        table.fault("closes", "ska vara senare än opens.")
    elif times != sorted(set(times)):
        table.fault("digest_times", "ska stå i ordning, det tidigaste först.")
    elif not all(opens <= at <= closes for at in times):
        table.fault("digest_times", f"ska ligga från {opens:%H:%M} till {closes:%H:%M}.")
    return SendWindow(opens, closes, tuple(times), basis)


def _closed_days(tables: list[Table]) -> tuple[ClosedDay, ...]:
    closed: dict[object, ClosedDay] = {}
    for table in tables:
        table.know_only(["day", "reason", "basis"])
        day, reason, basis = table.day("day"), table.text("reason"), table.basis()
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            table.fault("day", f"ska ligga mellan åren {FIRST_YEAR} och {LAST_YEAR}.")
        elif day and (holiday := BY_LAW.closed_because(day)):
            table.fault("day", f"är redan ledig: {holiday.sv}.")
        elif day and day in closed:
            table.fault("day", "står två gånger.")
        elif day and reason and basis:
            closed[day] = ClosedDay(day, reason, basis)
    return tuple(closed.values())
