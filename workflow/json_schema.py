"""A form as JSON Schema 2020-12, so that another program can draw it and check its answers."""

from collections.abc import Callable, Mapping
from typing import Any

from workflow.field_types import Choice, Choices, Number, Options, Spoken, YesNo
from workflow.forms import Condition, Form, Group
from workflow.identity import IdentityNumber
from workflow.row_fields import MOST_ROWS, Rows
from workflow.time_fields import Clock, Day, Moment

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Say = Callable[[str], str]
Schema = dict[str, Any]


def schema_of(form: Form, say: Say = str) -> Schema:
    """`say` puts labels and helps (msgids) into the reader's language; what is offered is as now.

    Stricter than the form in one thing: a field that does not fit the choices is refused.
    """
    schema: Schema = {"$schema": DIALECT} | _group(form, _names(form), say)
    if notice := form.notice():
        schema["description"] = say(notice)
    for name, value in form.initial().items():
        if name in form.fields:
            _begin_with(form, schema, name, value, say)
    return schema


def _names(form: Form) -> tuple[str, ...]:
    laid_out = [name for section in form.layout() for name in section.fields]
    return tuple(dict.fromkeys((*laid_out, *form.fields)))


def _group(group: Group, names: tuple[str, ...], say: Say) -> Schema:
    fields = {name: group.fields[name] for name in names}
    rules = [rule for name, field in fields.items() for rule in _rules(group, name, field.metadata)]
    rules += [{"anyOf": [{"required": [name]} for name in either]} for either in group.either]
    schema: Schema = {
        "type": "object",
        "properties": {name: _property(field, say) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if _always(field)],
        "additionalProperties": False,
    }
    return schema | ({"allOf": rules} if rules else {})


def _always(field: Any) -> bool:
    needed = field.metadata.get("needed") and not field.metadata.get("shown_when")
    return bool(field.required or needed)


def _rules(group: Group, name: str, known: Mapping[str, Any]) -> list[Schema]:
    """What else must be answered, or left out, because of what has been chosen."""
    shown, needed = known.get("shown_when"), known.get("needed_when")
    rules: list[Schema] = []
    if shown:
        then = {"then": {"required": [name]}} if known.get("needed") else {}
        rules.append({"if": _chosen(group, shown), **then, "else": {"properties": {name: False}}})
    if needed:
        both = [_chosen(group, condition) for condition in (shown, needed) if condition]
        rules.append({"if": {"allOf": both}, "then": {"required": [name]}})
    return rules


def _chosen(group: Group, condition: Condition) -> Schema:
    name, values = condition
    field = group.fields.get(name)
    one: Schema = {"enum": list(values)}
    if isinstance(field, YesNo):
        one = {"enum": [value == "true" for value in values]}
    elif isinstance(field, Choices):
        one = {"contains": one}
    return {"properties": {name: one}, "required": [name]}


def _property(field: Any, say: Say) -> Schema:
    known: Mapping[str, Any] = field.metadata
    label, unit, explained = (known.get(key, "") for key in ("label", "unit", "help"))
    schema: Schema = {}
    if label:
        schema["title"] = f"{say(label)} ({say(unit)})" if unit else say(label)
    if explained:
        schema["description"] = say(explained)
    return schema | _kind(field, say)


def _kind(field: Spoken[Any], say: Say) -> Schema:
    known = field.metadata
    match field:
        case Choice():
            return {"type": "string"} | _one_of(field.offered(), say)
        case Choices():
            items = {"type": "string"} | _one_of(field.offered(), say)
            least = {"minItems": 1} if field.required or known.get("needed") else {}
            return {"type": "array", "items": items, "uniqueItems": True, **least}
        case YesNo():
            return {"type": "boolean"}
        case Number():
            whole = "number" if known["decimals"] else "integer"
            return {"type": whole, "minimum": known["lo"], "maximum": known["hi"]}
        case Moment():
            return {"type": "string", "format": "date-time"}
        case Day():
            return {"type": "string", "format": "date"}
        case Clock():
            return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
        case Rows():
            least = {"minItems": 1} if field.required or known.get("needed") else {}
            rows = _group(field.row, tuple(field.row.fields), say)
            return {"type": "array", "items": rows, "maxItems": MOST_ROWS, **least}
        case IdentityNumber():
            return {"type": "string", "pattern": "^([0-9]{2})?[0-9]{6}[-+]?[0-9]{4}$"}
    return {"type": "string", "minLength": 1, "maxLength": known["limit"]}


def _one_of(options: Options, say: Say) -> Schema:
    # An empty oneOf is no schema at all, and an empty enum takes nothing, which is what is meant.
    if not options:
        return {"enum": []}
    return {
        "oneOf": [
            {"const": key, "title": say(label)} if label else {"const": key}
            for key, label in options.items()
        ]
    }


def _begin_with(form: Form, schema: Schema, name: str, value: Any, say: Say) -> None:
    """What the form starts with; of fixed rows, which rows there are and what each is called."""
    field, known = form.fields[name], schema["properties"][name]
    if not isinstance(field, Rows):
        known["default"] = value
        return
    known["default"] = [
        {key: cell for key, cell in row.items() if key != "_title"} for row in value
    ]
    if key := field.metadata["fixed"]:
        titles = {row[key]: row["_title"] for row in value}
        known["items"]["properties"][key] |= _one_of(titles, say)
        known |= {"minItems": len(titles), "maxItems": len(titles)}
        if titles:
            known["allOf"] = [{"contains": _is(key, each)} for each in titles]
            schema["required"] = list(dict.fromkeys((*schema["required"], name)))


def _is(key: str, value: str) -> Schema:
    return {"properties": {key: {"const": value}}, "required": [key]}
