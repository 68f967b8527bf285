"""The API keeps to its OpenAPI document, whoever's token is shown and whatever is sent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from cases.figuring import figure
from tests.servers.live import answering
from tests.web.fuzzing import hunt, sharpened
from tests.web.parish import Parish
from tests.web.programs import ROOT, Program
from tests.web.test_every_route import secrets_of, shown
from workflow.roles import Role

EVERY_ROLE = {
    "siv": Role.CARE_WORKER,
    "nina": Role.NURSE,
    "arne": Role.OCCUPATIONAL_THERAPIST,
    "frida": Role.PHYSIOTHERAPIST,
    "ulla": Role.UNIT_MANAGER,
    "hedda": Role.HEAD_OF_HEALTH_CARE,
    "mats": Role.MAS,
    "mona": Role.MAR,
    "sara": Role.SIP_COORDINATOR,
    "bodil": Role.CASE_OFFICER,
    "ada": Role.ADMINISTRATOR,
}


@pytest.fixture
def served(filled_parish: Parish, tmp_path: Path) -> Iterator[Parish]:
    """The parish on the air, a minute older at each request, so that no wrong token is too many."""
    made: list[Parish] = []

    def make(address: str) -> Flask:
        parish = filled_parish.moved(tmp_path, base_url=address)
        made.append(parish)

        @parish.app.before_request
        def wait() -> None:
            parish.now += timedelta(minutes=1)

        return parish.app

    with answering(make):
        figure(made[0].database, made[0].routines)
        yield made[0]
    made[0].database.engine.dispose()


def others(parish: Parish, who: str) -> dict[str, int]:
    """Names, numbers and typed texts of patients at units where the person has no role."""
    with parish.database.reading() as session:
        at = parish.access(session, who).units()
    if at is None:
        return {}
    keys = ("tallen", "granen")
    elsewhere = [secrets_of(parish, key) for key in keys if parish.units[key] not in at]
    return {word: patient for words in elsewhere for word, patient in words.items()}


@pytest.mark.parametrize("who", EVERY_ROLE)
def test_forms_filled_in_by_chance_get_only_answers_that_the_document_names(
    served: Parish, who: str
) -> None:
    program, foreign = Program(served, who), served.cases["elsewhere"]
    secrets = others(served, who)
    document = sharpened(
        program.get("/openapi.json").json, program, served.now, foreign, served.cases["reported"],
        served.coordinated["sip"], served.coordinated["stay"],
    )  # fmt: skip
    # A form takes more than its schema says: what is left empty is as if it were not sent.
    found = hunt(document, program, "fuzzing", most=10, unchecked=("negative_data_rejection",))
    assert found.faults == ()
    assert [answer for answer in found.answers if shown(answer.text, secrets)] == []
    if secrets:
        tried = {answer.status for answer in found.answers if foreign in answer.path}
        assert tried <= {403, 404, 405, 415, 422, 428}, "somebody else's case was asked for"
        assert tried & {403, 404}


@pytest.mark.parametrize("who", ["nina", "mats"])
def test_every_edge_of_what_may_be_sent_is_answered_as_the_document_says(
    served: Parish, who: str
) -> None:
    program, secrets = Program(served, who), others(served, who)
    found = hunt(program.get("/openapi.json").json, program, "coverage", most=1)
    assert found.faults == ()
    assert [answer for answer in found.answers if shown(answer.text, secrets)] == []


def test_every_role_has_been_let_loose() -> None:
    assert {*EVERY_ROLE.values()} == {*Role}


def test_the_hunt_sees_an_answer_that_the_document_does_not_name(served: Parish) -> None:
    program = Program(served, "nina")
    document = program.get("/openapi.json").json
    path = f"{ROOT}/definitions/{{key}}"
    document["paths"] = {path: document["paths"][path]}
    assert hunt(document, program, "coverage", most=1).faults == ()
    del document["paths"][path]["get"]["responses"]["404"]
    assert hunt(document, program, "coverage", most=1).faults != ()
