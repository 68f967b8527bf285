"""The times of a row, where an earlier system may know the day alone."""

import re
from collections.abc import Mapping

from cases.errors import Invalid
from workflow.messages import Message
from workflow.words import _

TIMES = ("occurred_at", "reported_at", "assessed_at", "event_report_at", "closed_at")
"""In the order that things happen."""

IN_MINUTES = ("reported_at", "assessed_at")
"""What the limit of two hours is counted between, so that the day alone would not do."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def with_clocks(cells: Mapping[str, str]) -> dict[str, str]:
    """A day alone counts as its noon, or what keeps the row's order; raises Invalid where it may
    not."""
    told = {name: cells[name].replace("T", " ") for name in TIMES if cells.get(name)}
    days = [name for name in told if _DAY.fullmatch(told[name])]
    if "assessed_at" in told and (lacking := [name for name in IN_MINUTES if name in days]):
        message = Message(_("Skriv klockslaget också: bedömningens frist räknas i timmar."))
        raise Invalid({name: [message] for name in lacking})
    for name in days:
        day, place = told[name], TIMES.index(name)
        after = name != "occurred_at"
        beside = TIMES[:place] if after else TIMES[1:]
        that_day = [told[other] for other in beside if told.get(other, "").startswith(f"{day} ")]
        nearest = max if after else min
        told[name] = nearest([f"{day} 12:00", *that_day])
    return told
