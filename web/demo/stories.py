"""The stories of Exempelby as files tell them: who did what, and when before the loading."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from web.demo.moments import moment
from workflow.holidays import WorkingCalendar

REPORT = "report"


@dataclass(frozen=True)
class Story:
    """One case; `worked` are user names of those who worked then, empty for all care workers."""

    key: str
    patient: str
    unit: str
    worked: tuple[str, ...]


@dataclass(frozen=True)
class Deed:
    """`do` is "report", a step ("carry_out golvet"), an action, or another operation's name.

    `by` is a user name, or empty for whoever the step belongs to at that moment.
    """

    story: Story
    at: datetime
    do: str
    by: str
    answers: dict[str, Any]

    @property
    def verb(self) -> str:
        """The step, action or operation without what it is repeated for."""
        return self.do.partition(" ")[0]

    @property
    def rest(self) -> str:
        """What stands after the verb: a profession, a measure, a step."""
        return self.do.partition(" ")[2]


def deeds(now: datetime, unit_of: dict[str, str], calendar: WorkingCalendar) -> list[Deed]:
    """Everything that was done, oldest first; `unit_of` names each patient's unit."""
    told = [
        deed
        for path in sorted((Path(__file__).parent / "stories").glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["story"]
        for deed in _told(entry, now, unit_of, calendar)
    ]
    return sorted(told, key=attrgetter("at"))


def _told(
    entry: dict[str, Any], now: datetime, unit_of: dict[str, str], calendar: WorkingCalendar
) -> Iterator[Deed]:
    unit = entry["unit"] if "unit" in entry else unit_of[entry["patient"]]
    story = Story(entry["key"], entry["patient"], unit, tuple(entry.get("worked", ())))
    yield Deed(story, moment(now, entry["at"], calendar), REPORT, entry["by"], entry["report"])
    for said in entry.get("then", ()):
        answers = {name: value for name, value in said.items() if name not in ("at", "do", "by")}
        at = moment(now, said["at"], calendar)
        yield Deed(story, at, said["do"], said.get("by", ""), answers)
