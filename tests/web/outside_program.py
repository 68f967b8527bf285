"""A program by somebody who has the OpenAPI document and knows nothing else: no import of ours.

It fills in forms from their JSON Schema, sends them as the document says, and puts right what is
refused. Every question and answer is held against the document.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from jsonschema_rs import Draft202012Validator, ValidationErrorKind

Json = dict[str, Any]

DAYS = (0, 7, 14, -1)
"""From today: what is tried in a date, one after the other."""
TRIES = 5


@dataclass(frozen=True)
class Answer:
    """What the service said; `etag` is that of a case, or empty."""

    status: int
    body: Json
    etag: str = ""


@dataclass
class OutsideProgram:
    """Acts with one token; `knows` is what its owner would answer, by the name of the field."""

    document: Json
    secret: str
    now: datetime
    knows: Mapping[str, Any] = field(default_factory=dict)

    def ask(
        self,
        operation_id: str,
        body: Json | None = None,
        *,
        query: Mapping[str, str] | None = None,
        etag: str = "",
        **named: Any,
    ) -> Answer:
        """Raises ValueError for an answer that the document does not describe."""
        method, path, operation = self._operation(operation_id)
        headers = {"Authorization": f"Bearer {self.secret}"}
        if body is not None:
            content = operation["requestBody"]["content"]["application/json"]
            self._validator(content["schema"]).validate(body)
            headers["Content-Type"] = "application/json"
        if etag:
            headers["If-Match"] = etag
        url = self.document["servers"][0]["url"] + path.format(**named)
        url += f"?{urlencode(query)}" if query else ""
        sent = None if body is None else json.dumps(body).encode()
        request = Request(url, sent, headers, method=method.upper())  # noqa: S310 -- as served
        try:
            with urlopen(request) as answer:  # noqa: S310
                return self._read(operation, answer)
        except HTTPError as refusal:
            with refusal:
                return self._read(operation, refusal)

    def fill_in(self, schema: Json, refused: Mapping[str, int]) -> Json:
        """The form; `refused` counts how often each field's answer has been refused."""
        return self._filled(schema, self._started(schema, refused), refused)

    def send(self, operation_id: str, schema: Json, **more: Any) -> Answer:
        """Fills in the form, and again when something in it is refused, but not for ever."""
        refused: dict[str, int] = {}
        wrapped = more.pop("body", {})
        for _attempt in range(TRIES):
            form = self.fill_in(schema, refused)
            answer = self.ask(operation_id, {**wrapped, "form": form}, **more)
            if answer.status != 422:
                return answer
            for error in answer.body["errors"]:
                name = error["field"].rpartition(".")[2]
                refused[name] = refused.get(name, 0) + 1
        raise ValueError(f"{operation_id} is refused: {answer.body['errors']}")

    def _operation(self, operation_id: str) -> tuple[str, str, Json]:
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method != "parameters" and operation["operationId"] == operation_id:
                    return method, path, operation
        raise ValueError(f"the document has no operation {operation_id}")

    def _read(self, operation: Json, answer: Any) -> Answer:
        described = operation["responses"].get(str(answer.status))
        if described is None:
            raise ValueError(f"{answer.status} is not described")
        if "$ref" in described:
            described = self.document["components"]["responses"][described["$ref"].split("/")[-1]]
        content = described["content"][answer.headers.get_content_type()]
        body = json.load(answer)
        self._validator(content["schema"]).validate(body)
        return Answer(answer.status, body, answer.headers.get("ETag", ""))

    def _validator(self, schema: Json) -> Draft202012Validator:
        whole = {"components": self.document["components"], **schema}
        return Draft202012Validator(whole, validate_formats=True)

    def _started(self, schema: Json, refused: Mapping[str, int]) -> Json:
        """Defaults, and what the owner knows that the form asks for."""
        form = {}
        for name, known in schema["properties"].items():
            if name in self.knows:
                form[name] = self.knows[name]
            elif isinstance(default := known.get("default"), list) and "items" in known:
                row = known["items"]
                form[name] = [self._filled(row, each, refused) for each in default]
            elif "default" in known:
                form[name] = known["default"]
        return {name: value for name, value in form.items() if self._fits(schema, form, name)}

    def _fits(self, schema: Json, form: Json, name: str) -> bool:
        """Whether the form asks for the field at all, with what else is in it."""
        errors = Draft202012Validator(schema).iter_errors(form)
        return not any(
            isinstance(error.kind, ValidationErrorKind.FalseSchema)
            and [*error.instance_path] == [name]
            for error in errors
        )

    def _filled(self, schema: Json, form: Json, refused: Mapping[str, int]) -> Json:
        """With an answer to everything that the schema, or the service, finds missing."""
        validator = Draft202012Validator(schema)
        asked_for = [name for name in schema["properties"] if name in refused and name not in form]
        form = form | {
            name: self._answer(name, schema["properties"][name], refused) for name in asked_for
        }
        while missing := [*dict.fromkeys(_missing(validator, form))]:
            more = {
                name: self._answer(name, schema["properties"][name], refused) for name in missing
            }
            form = form | more
        return form

    def _answer(self, name: str, schema: Json, refused: Mapping[str, int]) -> Any:
        if name in self.knows:
            return self.knows[name]
        attempt = refused.get(name, 0)
        if "oneOf" in schema:
            options = schema["oneOf"]
            return options[attempt % len(options)]["const"]
        match schema["type"]:
            case "boolean":
                return bool(attempt)
            case "integer" | "number":
                return schema["minimum"] + attempt
            case "array":
                return [self._answer("", schema["items"], refused)]
            case "object":
                return self._filled(schema, {}, refused)
        match schema.get("format"):
            case "date-time":
                return (self.now - timedelta(minutes=attempt)).isoformat()
            case "date":
                return (self.now + timedelta(days=DAYS[attempt])).date().isoformat()
        return f"Skrivet av ett program ({name})"[: schema["maxLength"]]


def _missing(validator: Draft202012Validator, form: Json) -> Iterator[str]:
    """Of the form itself; where one of several would do, the first."""
    for error in validator.iter_errors(form):
        if [*error.instance_path]:
            continue
        match error.kind:
            case ValidationErrorKind.Required(property=name):
                yield name
            case ValidationErrorKind.AnyOf(context=[[first, *_others], *_more]):
                if isinstance(first.kind, ValidationErrorKind.Required):
                    yield first.kind.property
