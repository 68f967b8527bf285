"""How long "jag tar det" keeps a reminder back; the due time itself never moves."""

from datetime import datetime, timedelta

from workflow.holidays import BY_LAW
from workflow.ladders import Sending
from workflow.moments import day_of, end_of

AT_ONCE_AT_MOST = timedelta(hours=1)
"""Our proposal: half of the two hours within which a home visit is to be decided on."""

DIGEST_AT_MOST = 3
"""Our proposal, in working days: the ladders of a digest have told everybody after two."""


def longest(sending: Sending, start: datetime) -> datetime:
    """How long whoever takes a step at `start`, or a rung planned then, may wait."""
    if sending is Sending.AT_ONCE:
        return start + AT_ONCE_AT_MOST
    return end_of(BY_LAW.add_working_days(day_of(start), DIGEST_AT_MOST))


def held(
    planned: datetime, until: datetime, due: datetime, sending: Sending, *, by_law: bool
) -> datetime:
    """When a rung fires while somebody has the step until then.

    However often a step is taken anew, no rung waits longer than `longest` from its own time. A
    limit that is set by law keeps its rungs at and after due, and lets the others wait until due.
    """
    until = min(until, due) if by_law else until
    return max(planned, min(until, longest(sending, planned)))
