"""What a story says, turned into what a browser would have sent for the same form."""

import tomllib
from collections.abc import Mapping
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
def usual(form: str) -> Said:
    """What the form says when the story says nothing."""
    path = Path(__file__).with_name("usual.toml")
    said: Said = tomllib.loads(path.read_text(encoding="utf-8")).get(form, {})
    return said


def measure_key(story: str, measure: str) -> str:
    """The eight hexadecimal digits by which a form knows a story's measure."""
    return sha256(f"{story}/{measure}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Answers:
    """Moments are counted from `now`; `staff` are the ids of those who worked and are talked to."""

    now: datetime
    calendar: WorkingCalendar
    story: str
    staff: tuple[int, ...]

    def sent(self, form: Form, usual: Said, said: Said) -> dict[str, Any]:
        """The story's own words over what the form starts with, over what is usual."""
        start = form.initial()
        filled = {
            name: self._value(form, name, value)
            for name, value in {**self._staff(form), **usual}.items()
            if name in form.fields
        }
        filled |= {name: value for name, value in start.items() if name in form.fields}
        filled |= {name: self._value(form, name, value) for name, value in said.items()}
        for name, field in form.fields.items():
            if isinstance(field, Rows) and field.metadata["fixed"]:
                filled[name] = self._fixed_rows(field, start, usual, said)
        return filled

    def _staff(self, form: Form) -> dict[str, Any]:
        names = [name for name, field in form.fields.items() if _offers_staff(field)]
        return {name: [str(person_id) for person_id in self.staff] for name in names}

    def _fixed_rows(self, rows: Rows, start: Said, usual: Said, said: Said) -> list[Said]:
        fixed, name = rows.metadata["fixed"], str(rows.name)
        own = {measure_key(self.story, key): row for key, row in said.get(name, {}).items()}
        own |= said.get(name, {})
        return [
            {fixed: row[fixed]}
            | {
                column: self._value(rows.row, column, value)
                for column, value in {**usual.get(name, {}), **own.get(row[fixed], {})}.items()
            }
            for row in start.get(name, ())
        ]

    def _value(self, group: Group, name: str, value: Any) -> Any:
        field = group.fields.get(name)
        if isinstance(field, Moment):
            return moment(self.now, value, self.calendar).isoformat()
        if isinstance(field, Day):
            there = moment(self.now, value, self.calendar)
            return there.astimezone(STOCKHOLM).date().isoformat()
        if isinstance(field, Rows) and isinstance(value, list):
            return [{n: self._value(field.row, n, v) for n, v in row.items()} for row in value]
        if name == "key":
            return measure_key(self.story, value)
        return value


def _offers_staff(field: Any) -> bool:
    return isinstance(field, Choices) and field.metadata["offer"] == "staff"
