"""The API is enough: who has only the OpenAPI document brings a deviation from report to end."""

import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from flask import Flask

from tests.cases.village import NUMBERS
from tests.servers.live import answering
from tests.web.outside_program import Json, OutsideProgram
from tests.web.parish import Parish
from tests.web.programs import Program

OWNERS = ("siv", "nina", "arne", "ulla", "mats")
"""A care worker, a nurse, an occupational therapist, the unit's manager and the MAS."""

WHAT_THEY_KNOW = {
    "patient": "other",
    "patient_number": NUMBERS[0],
    "patient_name": "Test Persson",
    "unit": "tallen",
    "involved_professions": ["nurse", "occupational_therapist"],
    "decision": "close",
}
"""Whom it is about and where, who is needed, and that the MAS is content."""


@pytest.fixture
def town(hamlet: Parish) -> Iterator[Parish]:
    """On the air, with people and patients but no case."""

    def make(address: str) -> Flask:
        hamlet.database.engine.dispose()
        hamlet.serve(hamlet.url, base_url=address)
        return hamlet.app

    with answering(make):
        yield hamlet


def test_a_deviation_is_reported_and_closed_by_programs_that_know_only_the_document(
    town: Parish,
) -> None:
    base_url = town.app.extensions["vardtrad"].settings.base_url
    with urlopen(f"{base_url}/api/v1/openapi.json") as answer:  # noqa: S310 -- our own address
        document = json.load(answer)
    programs = {
        who: OutsideProgram(document, Program(town, who).secret, town.now, WHAT_THEY_KNOW)
        for who in OWNERS
    }

    reporter = programs["siv"]
    definition = reporter.ask("read_definition", key="deviation").body
    opened = reporter.send("open_new_case", definition["opening"], body={"definition": "deviation"})
    assert opened.status == 201
    reference = opened.body["reference"]

    done = []
    while found := _next_step(programs, reference):
        who, etag, step = found
        answer = programs[who].send("do_one_step", step["form"], step_id=step["id"], etag=etag)
        assert answer.status == 200, (step["key"], answer.body)
        done.append((who, step["key"]))

    case = programs["mats"].ask("read_case", reference=reference).body
    assert (case["state"]["key"], case["closed_at"] is None) == ("closed", False)
    assert {who for who, _key in done} == {*OWNERS} - {"siv"}
    events = programs["mats"].ask("read_timeline", reference=reference).body["events"]
    told = [event for event in events if event["type"] == "step_done"]
    assert len(told) == len(done)
    listed = programs["mats"].ask("list_cases", query={"open": "false"}).body["cases"]
    assert [each["reference"] for each in listed] == [reference]


def _next_step(programs: dict[str, OutsideProgram], reference: str) -> tuple[str, str, Json] | None:
    """Whose program may do a step now, the case's ETag, and the step."""
    for who, program in programs.items():
        answer = program.ask("read_case", reference=reference)
        for step in answer.body["steps"]:
            if step["may_do"]:
                return who, answer.etag, step
    return None
