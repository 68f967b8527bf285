"""A municipality's own budget of a step's pause, or none at all."""

from dataclasses import replace

from workflow.pausing import Pausing
from workflow.rules_table import Table

MOST_DAYS = 180
"""A longer pause is taken for a slip of the pen."""


def read_pause(table: Table, ours: Pausing) -> Pausing | None:
    """None for `days = 0`, so that the step can no longer wait; ours when something is wrong."""
    table.know_only(["days", "longest", "basis"])
    days, basis = table.whole("days", 0, MOST_DAYS), table.basis()
    if days is None or basis is None:
        return ours
    if days == 0:
        return None
    longest = table.whole("longest", 1, days) if "longest" in table else None
    return replace(ours, budget=days, longest=longest or min(ours.longest, days), basis=basis)
