"""Forms between marshmallow and the page: what to draw, what was sent, and what was wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from web.translating import translated
from workflow.fields import Choice, Choices, Message, Moment, Rows, YesNo
from workflow.forms import Form
from workflow.holidays import STOCKHOLM

TOKENS = frozenset({"csrf_token", "revision", "submission_key", "reason_for_correction"})
"""Names that pages add beside the form's own fields."""

_ROW = re.compile(r"^(?P<field>[a-z0-9_]+)-(?P<number>\d{1,3})-(?P<sub>[a-z0-9_]+)$")


@dataclass(frozen=True)
class Described:
    """One field as macros/form.html draws it; texts are already in the reader's language."""

    name: str
    label: str
    widget: str
    help: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    limit: int | None = None
    rows: int | None = None
    unit: str = ""
    lo: int | None = None
    hi: int | None = None
    shown_when: tuple[str, tuple[Any, ...]] | None = None
    children: tuple["Described", ...] = ()
    blank: int = 0
    fixed: bool = False


@dataclass(frozen=True)
class Part:
    """A section of a form; an optional one is folded until something is in it."""

    key: str
    label: str
    fields: tuple[Described, ...]
    optional: bool


def parts(form: Form, leave_out: Iterable[str] = ()) -> tuple[Part, ...]:
    """The form's sections in order, without fields named in `leave_out`."""
    hidden = set(leave_out)
    return tuple(
        Part(
            section.key,
            _say(section.label),
            tuple(_described(form, name) for name in section.fields if name not in hidden),
            section.optional,
        )
        for section in form.layout()
    )


def _say(text: str) -> str:
    return translated(text) if text else ""


def _described(schema: Schema, name: str) -> Described:
    field = schema.fields[name]
    known: Mapping[str, Any] = field.metadata
    extra: dict[str, Any] = {key: known[key] for key in ("limit", "rows", "unit") if key in known}
    if known["widget"] == "number":
        extra |= {"lo": known["lo"], "hi": known["hi"]}
    if isinstance(field, Choice | Choices):
        extra["options"] = tuple((key, _say(label)) for key, label in field.offered().items())
    if isinstance(field, Rows):
        extra["children"] = tuple(_described(field.row, child) for child in field.row.fields)
        extra |= {"blank": 0 if known["fixed"] else known["blank"], "fixed": bool(known["fixed"])}
    condition = known.get("shown_when")
    if condition:
        words = {"true": True, "false": False}
        extra["shown_when"] = (condition[0], tuple(words.get(v, v) for v in condition[1]))
    required = field.required or bool(known.get("needed"))
    return Described(
        name, _say(known["label"]), known["widget"], _say(known.get("help", "")), required, **extra
    )


def sent_data(form: Form, sent: MultiDict[str, str]) -> dict[str, Any]:
    """What was sent, shaped for form.load; names the form does not have stay, to be refused."""
    data: dict[str, Any] = {}
    rows: dict[str, dict[int, MultiDict[str, str]]] = {}
    for name in sent:
        match = _ROW.match(name)
        if match and isinstance(form.fields.get(match["field"]), Rows):
            numbered = rows.setdefault(match["field"], {})
            row = numbered.setdefault(int(match["number"]), MultiDict())
            row.setlist(match["sub"], sent.getlist(name))
        elif name not in TOKENS:
            data[name] = _value(form, name, sent)
    for name, numbered in rows.items():
        field = form.fields[name]
        assert isinstance(field, Rows)
        data[name] = [
            {sub: _value(field.row, sub, numbered[number]) for sub in numbered[number]}
            for number in sorted(numbered)
        ]
    return data


def _value(schema: Schema, name: str, sent: MultiDict[str, str]) -> Any:
    field = schema.fields.get(name)
    if isinstance(field, Choices):
        return sent.getlist(name)
    value = sent[name]
    if isinstance(field, YesNo):
        return {"yes": True, "no": False}.get(value, value)
    return value


def shown_values(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """Stored or sent values as the inputs show them: times in Stockholm without offset."""
    return {name: _shown(form, name, value) for name, value in data.items()}


def _shown(schema: Schema, name: str, value: Any) -> Any:
    field = schema.fields.get(name)
    if isinstance(field, Moment) and isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                moment = moment.astimezone(STOCKHOLM).replace(tzinfo=None)
        except (ValueError, OverflowError):  # the years 1 and 9999 cannot be converted
            return value
        return moment.isoformat(timespec="minutes")
    if isinstance(field, Rows) and isinstance(value, list):
        row = field.row
        return [
            {sub: _shown(row, sub, inner) for sub, inner in each.items()} if each else each
            for each in value
        ]
    return value


def flat_errors(errors: Mapping[str, Any], between: str = "-") -> dict[str, list[str]]:
    """Nested messages as field-0-sub: texts in the reader's language."""
    flat: dict[str, list[str]] = {}
    _flatten("", errors, flat, between)
    return flat


def _flatten(stem: str, errors: Any, flat: dict[str, list[str]], between: str) -> None:
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            _flatten(f"{stem}{between}{name}" if stem else str(name), inner, flat, between)
    else:
        flat.setdefault(stem, []).extend(say(message) for message in errors)


def say(message: str) -> str:
    """A message in the reader's language."""
    if isinstance(message, Message):
        return translated(message.msgid, **message.values)
    return translated(message)


def summary(form: Form, errors: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """(input, "Label: message") for the list above the form; no input for unknown names."""
    lines = []
    for name, messages in errors.items():
        match = _ROW.match(name)
        field = form.fields.get(match["field"] if match else name)
        label = _label(field, match["sub"] if match else None) if field else ""
        text = " ".join(messages)
        mark = "" if label.endswith("?") else ":"
        lines.append((name if field else "", f"{label}{mark} {text}" if label else text))
    return lines


def _label(field: Any, sub: str | None) -> str:
    if sub is not None and isinstance(field, Rows):
        inner = field.row.fields.get(sub)
        return _say(inner.metadata["label"]) if inner else ""
    return _say(field.metadata["label"])
