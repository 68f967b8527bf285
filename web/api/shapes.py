"""The OpenAPI document laid out as the readable page draws it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A parameter or a property; `shape` is the schema that its kind leads to, or empty."""

    name: str
    kind: str
    shape: str
    required: bool
    about: str


@dataclass(frozen=True)
class Operation:
    """An endpoint; `answers` are (status, what it means, the schema or empty)."""

    key: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    parameters: tuple[Part, ...]
    takes: str
    answers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Shape:
    """A schema with a name."""

    name: str
    parts: tuple[Part, ...]


def operations(document: Json) -> Iterator[Operation]:
    """In the order of the document."""
    for path, item in document["paths"].items():
        for method in ("get", "post"):
            if method in item:
                yield _operation(document, method, path, item)


def shapes(document: Json) -> Iterator[Shape]:
    """Every schema that the operations name."""
    for name, schema in document["components"]["schemas"].items():
        required = schema.get("required", ())
        parts = schema.get("properties", {}).items()
        yield Shape(name, tuple(_part(key, part, key in required) for key, part in parts))


def _operation(document: Json, method: str, path: str, item: Json) -> Operation:
    told = item[method]
    parameters = (*item.get("parameters", ()), *told.get("parameters", ()))
    return Operation(
        key=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        about=told.get("description", ""),
        scope=told["security"][0]["token"][0],
        parameters=tuple(
            _part(each["name"], {**each["schema"], **each}, each.get("required", False))
            for each in parameters
        ),
        takes=_shape_of(told.get("requestBody", {})),
        answers=tuple(_answers(document, told["responses"])),
    )


def _answers(document: Json, responses: Json) -> Iterator[tuple[str, str, str]]:
    shared = document["components"]["responses"]
    for status, own in sorted(responses.items()):
        response = shared[_last(own["$ref"])] if "$ref" in own else own
        yield status, response["description"], _shape_of(response)


def _shape_of(body: Json) -> str:
    for content in body.get("content", {}).values():
        return _last(content["schema"].get("$ref", ""))
    return ""


def _part(name: str, schema: Json, required: bool) -> Part:
    kind, shape = _kind(schema)
    return Part(name, kind, shape, required, schema.get("description", ""))


def _kind(schema: Json) -> tuple[str, str]:
    """What a value is, in JSON Schema's own words, and the schema it leads to."""
    if "$ref" in schema:
        return "object", _last(schema["$ref"])
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"]]
        return " or ".join(kind for kind, _ in kinds), "".join(shape for _, shape in kinds)
    types = schema.get("type", "any")
    word = types if isinstance(types, str) else " or ".join(types)
    if schema.get("format"):
        word = word.replace("string", schema["format"])
    inner, shape = _kind(schema["items"]) if "items" in schema else ("", "")
    return f"{word} of {inner}" if inner else word, shape


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]
