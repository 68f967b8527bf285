"""What every peer does: a nurse's answer is checked, the case moves on, a home visit is due.

Each reads what the case was opened with, since the visit's time counts from there, and writes as
many rows as ours: the case, the step, two lines of the timeline, the next step with
its due time and four timers, somebody to be told at once, and the key of the form.
"""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from marshmallow import Schema, fields, validate

T = TypeVar("T")

IN_A_ROW = 10
"""Steps before it is the other's turn."""

REPORTED, HOME_VISIT, PREPARING = "reported", "home_visit", "preparing"

PROFESSIONS = ("nurse", "occupational_therapist", "physiotherapist")
GRADES = ("1", "2", "3", "4")

ANSWER = {
    "home_visit": True,
    "own_assessment": "Ingen synlig skada.",
    "harm": False,
    "severity": "3",
    "probability": "2",
    "involved_professions": ["nurse"],
    "controls_documented": True,
    "sbar_documented": True,
}

RUNGS = {"soon": 90, "due": 120, "head": 180, "mas": 360}
"""Minutes from when the nurse was called."""


class Assessment(Schema):
    """The answer, for those that bring no forms of their own."""

    home_visit = fields.Boolean(required=True)
    own_assessment = fields.String(required=True, validate=validate.Length(1, 4000))
    harm = fields.Boolean(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(GRADES))
    probability = fields.String(required=True, validate=validate.OneOf(GRADES))
    involved_professions = fields.List(fields.String(validate=validate.OneOf(PROFESSIONS)))
    controls_documented = fields.Boolean(required=True)
    sbar_documented = fields.Boolean(required=True)


@dataclass(frozen=True)
class Visit:
    """What the answer leads to."""

    due_at: datetime
    timers: tuple[tuple[str, datetime], ...]


def visit(called_at: datetime, now: datetime) -> Visit:
    """Due two hours after the call; no calendar, no reason in words."""
    timers = ((rung, called_at + timedelta(minutes=minutes)) for rung, minutes in RUNGS.items())
    return Visit(called_at + timedelta(hours=2), (*timers, ("tell:mas", now)))


def take_turns(do: Callable[[T], Any], cases: Iterable[T]) -> None:
    """For each line that comes in, IN_A_ROW steps; seconds from the answer sent to the commit."""
    left = iter(cases)
    for _line in sys.stdin:
        for case in islice(left, IN_A_ROW):
            begun = time.perf_counter()
            do(case)
            print(time.perf_counter() - begun)
        sys.stdout.flush()
