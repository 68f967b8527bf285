"""What is asked of the statistics, and how its tables are answered."""

from typing import Any

from marshmallow import Schema, fields, validate

from cases.statistics.question import CountedBy
from cases.statistics.tables import Measure, Number
from web.api.schemas import Asked, NamedSchema, text, told, word
from workflow.definitions import DEFINITIONS
from workflow.messages import UNREADABLE, Message
from workflow.words import _

_MONTH = "^20[0-9]{2}-(0[1-9]|1[0-2])$"


def _month(about: str) -> fields.String:
    fits = validate.Regexp(_MONTH, error=UNREADABLE)
    return fields.String(load_default="", validate=fits, **told(about))


def _flag(about: str) -> fields.Boolean:
    return fields.Boolean(truthy={"true"}, falsy={"false"}, load_default=False, **told(about))


class QuestionSchema(Asked):
    """What is counted."""

    definition = word(f"Key of the kind of case; {DEFINITIONS[0].key} unless another is named.")
    first = _month("First month, such as 2026-01; January of this year unless named.")
    last = _month("Last month, included; December of this year unless named.")
    unit = word("Key of the unit; all that the person may see unless named.")
    category = word("Key of the category; all unless named.")
    counted_by = fields.Enum(
        CountedBy,
        by_value=True,
        load_default=CountedBy.EVENT,
        metadata={"description": "Whether the month of the event or of the report counts."},
        error_messages={"unknown": Message(_("Välj ett av alternativen."))},
    )
    published = _flag("true hides numbers under 5, to be handed out.")
    living = _flag("true counts anew also in a year that is frozen.")


class Figure(fields.Float):
    """Whole numbers stay whole."""

    def _serialize(self, value: Number, *_args: Any, **_kwargs: Any) -> Number:
        return value


class ColumnSchema(NamedSchema):
    """What a column's numbers are."""

    measure = fields.Enum(
        Measure,
        by_value=True,
        required=True,
        metadata={"description": "A share is from 0 to 1; minutes are whole."},
    )
    is_total = fields.Boolean(required=True)


class RowSchema(NamedSchema):
    """As many cells as the table has columns."""

    is_total = fields.Boolean(required=True)
    cells = fields.List(
        Figure(allow_none=True),
        required=True,
        metadata={"description": "Null where there is nothing to count from, or it is hidden."},
    )


class TableSchema(NamedSchema):
    """`letter` is its name in the MAS's list (A to J), or empty."""

    letter = text("A to J.")
    head = text("What the rows are.")
    columns = fields.List(fields.Nested(ColumnSchema), required=True)
    rows = fields.List(fields.Nested(RowSchema), required=True)
    notes = fields.List(
        fields.String(), required=True, metadata={"description": "To be printed with the table."}
    )


class StatisticsSchema(Schema):
    """The tables, and what was asked."""

    definition = fields.Nested(NamedSchema, required=True)
    first = text("First month.")
    last = text("Last month, included.")
    counted_by = fields.Enum(CountedBy, by_value=True, required=True)
    frozen = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The year whose frozen figures they are; null for living ones."},
    )
    tables = fields.List(fields.Nested(TableSchema), required=True)
