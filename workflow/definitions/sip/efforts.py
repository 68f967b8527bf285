"""The plan as it now reads: its efforts, who answers for each, and who has confirmed it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any

from workflow.facts import Facts, Item

CONFIRMATIONS = ("confirm_part", "confirm_change")
"""The steps whose form confirms efforts, or says what must be changed in them."""


@dataclass(frozen=True)
class Effort:
    """`principal` is a key of choices.PRINCIPALS; `responsible` is a named person."""

    key: str
    text: str
    principal: str
    organisation: str
    responsible: str
    due: date

    @property
    def whose(self) -> str:
        """Organisation and person, as the plan names them."""
        return f"{self.organisation}, {self.responsible}"


def efforts_of(facts: Facts) -> tuple[Effort, ...]:
    """Of the newest plan, in the order they were written."""
    return tuple(
        Effort(
            row["key"],
            row["effort"],
            row["principal"],
            row["organisation"],
            row["responsible"],
            date.fromisoformat(row["due"]),
        )
        for row in facts.latest("write_plan").get("efforts", ())
    )


def version_of(plan: Mapping[str, Any]) -> str:
    """Eight hexadecimal digits, other ones after any change; the efforts' random keys salt it."""
    return sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:8]


def parts_of(facts: Facts) -> dict[str, tuple[Effort, ...]]:
    """Each responsible's efforts, by a key that a changed plan changes too."""
    version = version_of(facts.latest("write_plan"))
    by_whom = sorted(efforts_of(facts), key=_whose)
    parts = [tuple(efforts) for _whom, efforts in groupby(by_whom, _whose)]
    return {f"{efforts[0].key}-{version}": efforts for efforts in parts}


def part_items(facts: Facts) -> tuple[Item, ...]:
    """One for each responsible of the plan as it now reads."""
    return tuple(Item(key, efforts[0].whose) for key, efforts in parts_of(facts).items())


def parts_to_confirm_again(facts: Facts) -> tuple[Item, ...]:
    """Those nobody has answered for since the plan was changed, and those answered this round."""
    now = {answer.item for answer in facts.this_round("confirm_change")}
    return tuple(
        item
        for item in part_items(facts)
        if item.key in now or not any(facts.answered(step, item.key) for step in CONFIRMATIONS)
    )


def verdicts_of(facts: Facts) -> dict[str, bool]:
    """Of each effort that somebody has answered for since the plan was last changed."""
    now = parts_of(facts)
    return {
        row["effort"]: row["confirmed"]
        for answer in facts.answers
        if answer.step in CONFIRMATIONS and answer.item in now
        for row in answer.data["efforts"]
    }


def outcomes_of(facts: Facts) -> dict[str, str]:
    """The newest outcome (choices.EFFORT_OUTCOMES) of each effort that has been followed up."""
    return {
        row["effort"]: row["outcome"]
        for answer in facts.every("follow_up_together")
        for row in answer.data["efforts"]
    }


def _whose(effort: Effort) -> tuple[str, str]:
    return effort.organisation.casefold(), effort.responsible.casefold()
