"""Schemathesis let loose on a program's token: what it sent, and what it found wrong."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from tests.web.programs import ROOT, Program

ALL = ("examples", "coverage", "fuzzing", "stateful")

NUMBER = "189001059808"
"""Skatteverket's test number of nobody whom the parish knows."""

FITS_BUT_IS_REFUSED = ["2xx", "401", "403", "404", "409", "412", "422", "428", "429"]
"""A routine's own rules refuse what its JSON Schema lets through, such as times in a wrong order;
and whether a header was needed depends on the case."""


@dataclass(frozen=True)
class Answer:
    """What was answered to one request; `text` is the body."""

    path: str
    status: int
    text: str


@dataclass(frozen=True)
class Hunt:
    """All that was answered, and what Schemathesis calls faults."""

    answers: tuple[Answer, ...]
    faults: tuple[str, ...]


def hunt(
    document: dict[str, Any],
    program: Program,
    *phases: str,
    most: int,
    unchecked: tuple[str, ...] = (),
) -> Hunt:
    """The same requests each time; `most` for each operation in the phase "fuzzing"."""
    checks: dict[str, Any] = {name: {"enabled": False} for name in unchecked}
    checks["positive_data_acceptance"] = {"expected-statuses": FITS_BUT_IS_REFUSED}
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "base-url": document["servers"][0]["url"],
            "headers": {"Authorization": f"Bearer {program.secret}"},
            "generation": {"max-examples": most, "deterministic": True, "database": "none"},
            "phases": {phase: {"enabled": phase in phases} for phase in ALL},
            "checks": checks,
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    answers: list[Answer] = []
    faults: list[str] = []
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished(recorder=recorder):
                answers += _answers(recorder)
                faults += _faults(recorder)
            case events.NonFatalError(value=error):
                faults.append(f"{event.label}: {error!r}")
            case events.FatalError(exception=error):
                raise error
    return Hunt(tuple(answers), tuple(faults))


def _answers(recorder: ScenarioRecorder) -> Iterator[Answer]:
    for interaction in recorder.interactions.values():
        if interaction.response is not None:
            path = interaction.request.uri
            text = (interaction.response.content or b"").decode(errors="replace")
            yield Answer(path, interaction.response.status_code, text)


def _faults(recorder: ScenarioRecorder) -> Iterator[str]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info:
                failure = check.failure_info.failure
                yield "\n".join(
                    (recorder.label, failure.title, failure.message, check.failure_info.code_sample)
                )


def sharpened(
    document: dict[str, Any], program: Program, now: datetime, *references: str
) -> dict[str, Any]:
    """The document with what the program has read: real cases, steps, and the forms they ask for.

    So that what is sent gets further than to the door; cases of others may be named too.
    """
    document = copy.deepcopy(document)
    paths = document["paths"]
    opening = _body(paths[f"{ROOT}/cases"]["post"])
    opening["schema"] = {"anyOf": [opening["schema"], *_likely([*_openings(program)], now)]}
    for path, item in paths.items():
        for parameter in _parameters(item):
            if parameter["name"] == "reference" and "{reference}" in path:
                parameter["schema"] = {"enum": [*references]}
            if parameter["name"] == "action":
                parameter["schema"] = {"enum": ["withdraw"]}
            if parameter["name"] == "If-Match":
                parameter |= {"schema": {"enum": ["*", '"1"']}, "required": True}
    step = paths.pop(f"{ROOT}/steps/{{step_id}}")
    for step_id, form in _steps(program, references):
        own = copy.deepcopy(step)
        for part in (own, own["post"]):
            given = part.get("parameters", [])
            part["parameters"] = [each for each in given if each["name"] != "step_id"]
        _body(own["post"])["schema"] = _likely(_with_form(form), now)
        own["post"]["operationId"] += str(step_id)
        paths[f"{ROOT}/steps/{step_id}"] = own
    return document


def _openings(program: Program) -> Iterator[dict[str, Any]]:
    for line in program.get("/definitions").json["definitions"]:
        if line["may_open"]:
            definition = program.get(f"/definitions/{line['key']}").json
            form = _with_form(definition["opening"])
            form["properties"]["definition"] = {"const": line["key"]}
            form["required"].append("definition")
            yield form


def _steps(program: Program, references: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    for reference in references:
        answer = program.get(f"/cases/{reference}")
        for step in answer.json["steps"] if answer.status_code == 200 else ():
            if step["form"]:
                yield step["id"], step["form"]


def _with_form(form: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"form": form},
        "required": ["form"],
        "additionalProperties": False,
    }


def _likely(schema: Any, now: datetime) -> Any:
    """Times near `now`, and a number that a person could have; by chance none would be right."""
    if isinstance(schema, list):
        return [_likely(each, now) for each in schema]
    if not isinstance(schema, dict):
        return schema
    match schema.get("format"):
        case "date-time":
            return {"enum": [(now - timedelta(minutes=n)).isoformat() for n in (30, 20)]}
        case "date":
            return {"enum": [(now + timedelta(days=n)).date().isoformat() for n in (0, 7)]}
    known = {"patient_number": {"const": NUMBER}} if "patient_number" in schema else {}
    return {name: _likely(each, now) for name, each in schema.items()} | known


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = operation["requestBody"]["content"]["application/json"]
    return content


def _parameters(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from item.get("parameters", ())
    for method in ("get", "post"):
        yield from item.get(method, {}).get("parameters", ())
