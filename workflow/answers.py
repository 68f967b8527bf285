"""What a form says, in words: each answered field with its label, as a timeline tells it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.field_types import Choice, Choices, Number, Options, YesNo
from workflow.forms import Form, Group
from workflow.messages import Message
from workflow.row_fields import Rows
from workflow.time_fields import Day, Moment
from workflow.words import _

Piece = str | datetime | date
"""A Message where the words are ours and can be translated; other text is as somebody typed it."""


@dataclass(frozen=True)
class Said:
    """A field's answer: pieces to list, or rows; `instead_of` is what a correction replaced."""

    name: str
    label: str
    pieces: tuple[Piece, ...] = ()
    rows: tuple["SaidRow", ...] = ()
    instead_of: "Said | None" = None


@dataclass(frozen=True)
class SaidRow:
    """The title of a fixed row, empty for others."""

    title: str
    answers: tuple[Said, ...]


def said(
    form: type[Form],
    data: Mapping[str, Any],
    offers: Mapping[str, Options],
    titles: Mapping[str, str] | None = None,
) -> tuple[Said, ...]:
    """Stored answers in the order of the form; `titles` name fixed rows by their hidden value.

    Takes the class, since a form made for the case as it is now may leave out what was asked then.
    """
    return tuple(_said(form, _order(form), data, offers, titles or {}))


def titles_of(form: Form) -> dict[str, str]:
    """Hidden value to heading of each fixed row that the form starts with."""
    return {
        row[field.metadata["fixed"]]: row["_title"]
        for name, field in form.fields.items()
        if isinstance(field, Rows) and field.metadata["fixed"]
        for row in form.initial().get(name, ())
    }


def has_fixed_rows(form: type[Form]) -> bool:
    """True when rows are told by headings that only the case itself can give."""
    fields = _declared(form).values()
    return any(isinstance(field, Rows) and field.metadata["fixed"] for field in fields)


def _declared(group: type[Group]) -> Mapping[str, Any]:
    return group._declared_fields  # noqa: SLF001  marshmallow has no public name for it


def _order(form: type[Form]) -> tuple[str, ...]:
    in_sections = tuple(name for section in form.sections for name in section.fields)
    return in_sections or tuple(_declared(form))


def _said(
    group: type[Group],
    names: tuple[str, ...],
    data: Mapping[str, Any],
    offers: Mapping[str, Options],
    titles: Mapping[str, str],
) -> Iterator[Said]:
    for name in names:
        field = _declared(group)[name]
        if data.get(name) in (None, [], "") or field.metadata["widget"] == "hidden":
            continue
        label = Message(field.metadata["label"])
        if isinstance(field, Rows):
            yield Said(name, label, rows=tuple(_rows(field, data[name], offers, titles)))
        else:
            yield Said(name, label, tuple(_pieces(field, data[name], offers)))


def _rows(
    field: Rows,
    rows: list[dict[str, Any]],
    offers: Mapping[str, Options],
    titles: Mapping[str, str],
) -> Iterator[SaidRow]:
    row_type = field.row_type
    assert isinstance(row_type, type)
    assert issubclass(row_type, Group)
    for row in rows:
        title = titles.get(row.get(field.metadata["fixed"], ""), "")
        yield SaidRow(title, tuple(_said(row_type, tuple(_declared(row_type)), row, offers, {})))


def _pieces(field: Any, value: Any, offers: Mapping[str, Options]) -> Iterator[Piece]:
    if isinstance(field, Choice | Choices):
        ours, offered = field.metadata["options"] or {}, offers.get(field.metadata["offer"], {})
        for key in [value] if isinstance(value, str) else value:
            yield Message(ours[key]) if key in ours else offered.get(key, key)
    elif isinstance(field, YesNo):
        yield Message(_("Ja")) if value else Message(_("Nej"))
    elif isinstance(field, Moment):
        yield datetime.fromisoformat(value)
    elif isinstance(field, Day):
        yield date.fromisoformat(value)
    elif isinstance(field, Number):
        number, unit = value.replace(".", ","), field.metadata["unit"]
        yield Message("%(number)s %(unit)s", number=number, unit=Message(unit)) if unit else number
    else:
        yield value
