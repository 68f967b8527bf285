"""What stands in the file: kinds of objects and events, and how one of each is written."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

ALWAYS = "1970-01-01T00:00:00Z"
"""The time that OCEL gives to what an object is from the start."""

CASE, STEP, UNIT, PERSON = "case", "step", "unit", "person"

_OBJECTS: Mapping[str, Mapping[str, str]] = {
    CASE: {
        "definition": "string",
        "version": "integer",
        "category": "string",
        "state": "string",
        "rounds": "integer",
        "occurred_at": "time",
        "opened_at": "time",
        "closed_at": "time",
        "imported": "boolean",
    },
    STEP: {
        "step": "string",
        "round": "integer",
        "condition": "string",
        "roles": "string",
        "opened_at": "time",
        "target_at": "time",
        "due_at": "time",
        "legal_latest_at": "time",
        "ended_at": "time",
    },
    UNIT: {"kind": "string"},
    PERSON: {},
}

_EVENT = {
    "recorded_at": "time",
    "step": "string",
    "round": "integer",
    "state": "string",
    "rung": "string",
}

Related = tuple[str, str]
"""An object's id and what it is to the one that names it."""


def object_types() -> list[dict[str, Any]]:
    """As the file declares them."""
    return [_declared(name, attributes) for name, attributes in _OBJECTS.items()]


def event_types(names: Iterable[str]) -> list[dict[str, Any]]:
    """Of the events that were written; all may have the same attributes."""
    return [_declared(name, _EVENT) for name in sorted(names)]


def an_object(
    id_: str, type_: str, known: Mapping[str, Any], related: Iterable[Related] = ()
) -> dict[str, Any]:
    """`known` holds the attributes; what is None is left out."""
    return {
        "id": id_,
        "type": type_,
        "attributes": [{**each, "time": ALWAYS} for each in _attributes(known, _OBJECTS[type_])],
        "relationships": _relationships(related),
    }


def an_event(
    id_: str, type_: str, at: datetime, known: Mapping[str, Any], related: Iterable[Related]
) -> dict[str, Any]:
    """Only the attributes that are declared are taken: what else the log holds stays there."""
    return {
        "id": id_,
        "type": type_,
        "time": _written(at),
        "attributes": _attributes(known, _EVENT),
        "relationships": _relationships(related),
    }


def _declared(name: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "attributes": [{"name": each, "type": type_} for each, type_ in attributes.items()],
    }


def _attributes(known: Mapping[str, Any], declared: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": _written(known[name])}
        for name in declared
        if known.get(name) is not None
    ]


def _relationships(related: Iterable[Related]) -> list[dict[str, str]]:
    return [{"objectId": id_, "qualifier": qualifier} for id_, qualifier in related]


def _written(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
