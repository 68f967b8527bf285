"""What a story says, turned into what a browser would have sent for the same form."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from web.demo.moments import moment
from workflow.fields import Choices, Day, Moment, Rows
from workflow.forms import Form, Group
from workflow.holidays import STOCKHOLM, WorkingCalendar

Said = Mapping[str, Any]


@cache
def usual(kind: str, form: str) -> Said:
    """What the form says when the story says nothing."""
    path = Path(__file__).parent / "usual" / f"{kind}.toml"
    said: Said = tomllib.loads(path.read_text(encoding="utf-8")).get(form, {})
    return said


def row_key(story: str, row: str) -> str:
    """The eight hexadecimal digits by which forms know a story's measure, party or effort."""
    return sha256(f"{story}/{row}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Answers:
    """Moments are counted from `now`; `staff` are the ids of those who worked and are talked to.

    `references` are those of the stories that have begun, for answers that name one:
    `{ story = "golvet" }`.
    """

    now: datetime
    calendar: WorkingCalendar
    story: str
    staff: tuple[int, ...]
    references: Mapping[str, str]

    def sent(self, form: Form, usual: Said, said: Said) -> dict[str, Any]:
        """The story's own words over what the form starts with, over what is usual.

        Of rows that the form starts with, the story may say only what differs, by the row's key.
        """
        start = {name: value for name, value in form.initial().items() if name in form.fields}
        told = {**self._staff(form), **usual}
        filled = {n: self._value(form, n, value) for n, value in told.items() if n in form.fields}
        filled |= start
        filled |= {name: self._value(form, name, value) for name, value in said.items()}
        for name, field in form.fields.items():
            tables = [table.get(name, {}) for table in (usual, said)]
            if isinstance(field, Rows) and all(isinstance(table, Mapping) for table in tables):
                filled[name] = self._rows(field, start.get(name, ()), *tables)
        return filled

    def _staff(self, form: Form) -> dict[str, Any]:
        names = [name for name, field in form.fields.items() if _offers_staff(field)]
        return {name: [str(person_id) for person_id in self.staff] for name in names}

    def _rows(self, rows: Rows, start: Sequence[Said], usual: Said, said: Said) -> list[Said]:
        named = next(
            (n for n, f in rows.row.fields.items() if f.metadata["widget"] == "hidden"), ""
        )
        keys = {row_key(self.story, key): key for key in said} | {key: key for key in said}
        begun = [keys.get(row.get(named, ""), "") for row in start]
        more = [key for key in said if key not in begun]
        if more and rows.metadata["fixed"]:
            raise LookupError(f"{self.story}: the form has no rows {more}")
        told = [(row, said.get(key, {})) for row, key in zip(start, begun, strict=True)]
        told += [({}, said[key]) for key in more]
        return [self._row(rows, row, usual, own) for row, own in told]

    def _row(self, rows: Rows, start: Said, usual: Said, said: Said) -> Said:
        row = {name: value for name, value in start.items() if name in rows.row.fields}
        more = {n: self._value(rows.row, n, value) for n, value in usual.items() if n not in row}
        return row | more | {n: self._value(rows.row, n, value) for n, value in said.items()}

    def _value(self, group: Group, name: str, value: Any) -> Any:
        field = group.fields.get(name)
        if isinstance(value, Mapping) and value.keys() == {"story"}:
            return self.references[value["story"]]
        if isinstance(field, Moment):
            return moment(self.now, value, self.calendar).isoformat()
        if isinstance(field, Day):
            there = moment(self.now, value, self.calendar)
            return there.astimezone(STOCKHOLM).date().isoformat()
        if isinstance(field, Rows) and isinstance(value, list):
            return [{n: self._value(field.row, n, v) for n, v in row.items()} for row in value]
        if name == "key":
            return row_key(self.story, value)
        return value


def _offers_staff(field: Any) -> bool:
    return isinstance(field, Choices) and field.metadata["offer"] == "staff"
