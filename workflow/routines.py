"""The routines in force: every definition with the municipality's own rules, compiled once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workflow.basis import Basis
from workflow.definition import WorkflowDefinition
from workflow.definitions import CHECKS, DEFINITIONS
from workflow.engine import Engine
from workflow.holidays import WorkingCalendar
from workflow.ladders import Ladder
from workflow.roles import Role
from workflow.rules_file import LocalRules, read
from workflow.window import ClosedDay, SendWindow


@dataclass(frozen=True)
class Routines:
    """Read at start and shared; `engines` are by key and version, in the registry's order.

    `fallbacks` names the roles tried, in order, when nobody in a role can be reached.
    """

    engines: Mapping[tuple[str, int], Engine]
    calendar: WorkingCalendar
    window: SendWindow
    closed_days: tuple[ClosedDay, ...]
    fallbacks: Mapping[str, tuple[Role, ...]]
    basis_of_fallbacks: Basis

    def engine(self, key: str, version: int | None = None) -> Engine:
        """The newest version when none is given; raises KeyError for what does not exist."""
        if version is None:
            version = max((v for k, v in self.engines if k == key), default=0)
        return self.engines[key, version]

    def current(self) -> tuple[WorkflowDefinition, ...]:
        """The newest version of each routine that people work by."""
        checks = {each.key for each in CHECKS}
        keys = [key for key in dict(self.engines.keys()) if key not in checks]
        return tuple(self.engine(key).definition for key in keys)

    def thresholds(self, key: str, version: int | None = None) -> Mapping[str, int]:
        """What the rules of a definition read as facts.thresholds."""
        return {t.key: t.value for t in self.engine(key, version).definition.thresholds}

    def next_digest(self, now: datetime, ladder: Ladder | None = None) -> datetime:
        """When reminders that may wait go out, in UTC: at `now` or later, on a working day."""
        window = ladder.window if ladder and ladder.window else self.window
        return window.next_digest(now, self.calendar)


def load(path: Path | None) -> Routines:
    """With the rules file, or the defaults for None; raises FaultyRules with all its faults."""
    rules = read(path, DEFINITIONS) if path else LocalRules(DEFINITIONS)
    calendar = WorkingCalendar({closed.day: closed.reason for closed in rules.closed_days})
    engines = {(d.key, d.version): Engine(d, calendar) for d in (*rules.definitions, *CHECKS)}
    fallbacks = rules.fallbacks
    return Routines(
        engines, calendar, rules.window, rules.closed_days, fallbacks.chains, fallbacks.basis
    )
