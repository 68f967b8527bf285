"""What forms are written with: each field carries its Swedish label, help and widget."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workflow.field_types import Choice, Choices, Line, Number, Options, YesNo
from workflow.messages import Message
from workflow.row_fields import Rows
from workflow.time_fields import Clock, Day, Moment

__all__ = (
    "Choice", "Choices", "Clock", "Day", "Line", "Message", "Moment", "Number", "Options", "Rows",
    "YesNo", "choice", "choices", "clock", "day", "hidden", "line", "moment", "number", "rows",
    "text", "yes_no",
)  # fmt: skip

# Metadata that any field may have: help; shown_when=(field, values), needed=True (when shown) and
# needed_when=(field, values), read by workflow.forms.


def line(label: str, *, required: bool = True, limit: int = 200, **metadata: Any) -> Line:
    """One line of text, at most `limit` characters."""
    return Line(
        required=required, metadata={"label": label, "widget": "line", "limit": limit, **metadata}
    )


def text(label: str, *, required: bool = True, limit: int = 4000, **metadata: Any) -> Line:
    """Several lines of text, at most `limit` characters."""
    return Line(
        required=required,
        metadata={"label": label, "widget": "text", "limit": limit, "rows": 3, **metadata},
    )


def choice(
    label: str,
    options: Options | None = None,
    *,
    offer: str = "",
    required: bool = True,
    widget: str = "choice",
    valid_on: Callable[[date], Options] | None = None,
    **metadata: Any,
) -> Choice:
    """One option; `offer` names run-time options, `valid_on` draws only those of a day."""
    return Choice(
        required=required,
        metadata={
            "label": label, "widget": widget, "options": options, "offer": offer,
            "valid_on": valid_on, **metadata,
        },
    )  # fmt: skip


def choices(
    label: str,
    options: Options | None = None,
    *,
    offer: str = "",
    required: bool = False,
    **metadata: Any,
) -> Choices:
    """Any number of options, as check boxes."""
    return Choices(
        required=required,
        metadata={
            "label": label, "widget": "choices", "options": options, "offer": offer, **metadata,
        },
    )  # fmt: skip


def yes_no(label: str, *, required: bool = True, **metadata: Any) -> YesNo:
    """Ja or nej; nothing is chosen beforehand."""
    return YesNo(required=required, metadata={"label": label, "widget": "yes_no", **metadata})


def number(
    label: str,
    lo: int,
    hi: int,
    *,
    decimals: int = 0,
    unit: str = "",
    required: bool = True,
    **metadata: Any,
) -> Number:
    """A number from lo to hi in `unit`."""
    limits = {"lo": lo, "hi": hi, "decimals": decimals, "unit": unit}
    return Number(
        required=required,
        metadata={"label": label, "widget": "number", **limits, **metadata},
    )


def moment(label: str, *, required: bool = True, past: bool = True, **metadata: Any) -> Moment:
    """Date and time, shown and typed in Stockholm time; `past` refuses the future."""
    return Moment(
        required=required, metadata={"label": label, "widget": "moment", "past": past, **metadata}
    )


def day(label: str, *, required: bool = True, past: bool = False, **metadata: Any) -> Day:
    """A date; `past` refuses days after today."""
    return Day(
        required=required, metadata={"label": label, "widget": "day", "past": past, **metadata}
    )


def clock(label: str, *, required: bool = True, **metadata: Any) -> Clock:
    """A time of day in Stockholm."""
    return Clock(required=required, metadata={"label": label, "widget": "line", **metadata})


def hidden(*, required: bool = True) -> Line:
    """A value that names a row and is not typed by anybody."""
    return Line(required=required, metadata={"label": "", "widget": "hidden", "limit": 100})


def rows(
    label: str,
    row: Callable[[Any], Any],
    *,
    required: bool = False,
    blank: int = 1,
    fixed: str = "",
    **metadata: Any,
) -> Rows:
    """Small forms (of a Row class); `fixed` names the hidden field that initial() gives values."""
    return Rows(
        row,
        required=required,
        metadata={"label": label, "widget": "rows", "blank": blank, "fixed": fixed, **metadata},
    )
