"""The field that repeats a small form: orders, measures, verdicts."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from workflow.field_types import Spoken
from workflow.messages import ROWS_DIFFER, Message, refusal
from workflow.plain_text import is_blank
from workflow.words import _

if TYPE_CHECKING:
    from workflow.forms import Group

MOST_ROWS = 50


class Rows(Spoken[list[dict[str, Any]]]):
    """Repeated groups of fields; errors carry the number of the row as it was sent."""

    asking = _("Fyll i minst en rad.")

    row: "Group"
    places: list[int]

    def __init__(self, row_type: "Callable[[Group], Group]", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.row_type = row_type

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        super()._bind_to_schema(field_name, parent)
        self.row = self.row_type(parent)

    def is_empty(self, row: Any) -> bool:
        """True when nobody has typed anything in the row; a fixed row is never empty."""
        if self.metadata["fixed"] or not isinstance(row, Mapping):
            return False
        typed = [row[name] for name in row if not self._is_hidden(name)]
        return all(value in (None, False, []) or is_blank(value) for value in typed)

    def _is_hidden(self, name: Any) -> bool:
        column = self.row.fields.get(name)
        return column is not None and column.metadata["widget"] == "hidden"

    def read(self, value: Any) -> list[dict[str, Any]]:
        """Without the empty rows; no two rows may have the same name (hidden value)."""
        if not isinstance(value, list):
            raise self.make_error("invalid")
        if len(value) > MOST_ROWS:
            raise refusal(_("Högst %(n)s rader."), n=MOST_ROWS)
        self.places = [place for place, row in enumerate(value) if not self.is_empty(row)]
        rows: list[dict[str, Any]] = []
        errors: dict[int, Any] = {}
        for place in self.places:
            try:
                rows.append(self.row.load(value[place]))
            except ValidationError as error:
                errors[place] = error.messages
        if errors:
            raise ValidationError(errors)
        names = [row[column] for row in rows for column in row if self._is_hidden(column)]
        if len(names) > len(set(names)):
            raise ValidationError(ROWS_DIFFER)
        return rows

    def stored(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each row as its own form stores it."""
        return [self.row.dump(row) for row in value]

    def beside(self, column: str, found: Mapping[int, Message]) -> dict[int, dict[str, list[str]]]:
        """Faults of a column by loaded row, numbered anew as the rows were sent."""
        return {self.places[number]: {column: [message]} for number, message in found.items()}
