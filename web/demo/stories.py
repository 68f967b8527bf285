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

OPEN, BY_LINK = "open", "link"


@dataclass(frozen=True)
class Story:
    """One case; `kind` is a definition's key, and every file tells of one kind.

    `worked` are user names of those who worked then, empty for all care workers. `opened_by` is
    the key of the story whose case opened this one; such a story tells only what came after.
    """

    key: str
    kind: str
    patient: str
    unit: str
    worked: tuple[str, ...]
    opened_by: str


@dataclass(frozen=True)
class Deed:
    """`do` is "open", a step ("carry_out golvet"), an action, or another operation's name.

    `by` is a user name, "link" for a party that answers by its link, or empty for whoever the step
    belongs to at that moment.
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
        """What stands after the verb: a profession, a measure, a party, a step."""
        return self.do.partition(" ")[2]


def deeds(now: datetime, unit_of: dict[str, str], calendar: WorkingCalendar) -> list[Deed]:
    """Everything that was done, oldest first; `unit_of` names each patient's unit."""
    files = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((Path(__file__).parent / "stories").glob("*.toml"))
    ]
    told = [
        deed
        for file in files
        for entry in file["story"]
        for deed in _told(file["kind"], entry, now, unit_of, calendar)
    ]
    return sorted(told, key=attrgetter("at"))


def _told(
    kind: str,
    entry: dict[str, Any],
    now: datetime,
    unit_of: dict[str, str],
    calendar: WorkingCalendar,
) -> Iterator[Deed]:
    story = Story(
        entry["key"],
        kind,
        entry["patient"],
        entry["unit"] if "unit" in entry else unit_of[entry["patient"]],
        tuple(entry.get("worked", ())),
        entry.get("opened_by", ""),
    )
    if not story.opened_by:
        yield Deed(story, moment(now, entry["at"], calendar), OPEN, entry["by"], entry["opening"])
    for said in entry.get("then", ()):
        answers = {name: value for name, value in said.items() if name not in ("at", "do", "by")}
        at = moment(now, said["at"], calendar)
        yield Deed(story, at, said["do"], said.get("by", ""), answers)
