"""What programs read beside cases: the overdue, the kinds of case, and the statistics."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from cases.access import Access
from cases.figuring import figure
from cases.overdue import overdue_steps
from cases.statistics.frozen import freeze
from cases.statistics.question import Question
from cases.statistics.report import tables
from tests.web.parish import Parish
from tests.web.programs import Program, report
from tests.web.test_every_route import secrets_of, shown
from workflow.definitions import DEFINITIONS


@pytest.fixture(scope="module")
def parish(filled_parish: Parish, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parish]:
    """With figures; nothing but tokens and the access log may be changed in it."""
    parish = filled_parish.moved(tmp_path_factory.mktemp("lists"))
    figure(parish.database, parish.routines)
    yield parish
    parish.database.engine.dispose()


def overdue_of(parish: Parish, who: str, **wanted: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = Program(parish, who).read("/overdue", wanted)["steps"]
    return steps


# What is overdue


@pytest.mark.parametrize("who", ["ulla", "mats", "gun"])
def test_a_program_reads_the_same_overdue_steps_as_the_page(parish: Parish, who: str) -> None:
    with parish.database.reading() as session:
        access: Access = parish.access(session, who)
        lines = overdue_steps(session, parish.routines, access, parish.now)
    steps = overdue_of(parish, who)
    assert [step["id"] for step in steps] == [line.step.id for line in lines]
    assert steps, "something is late at every unit"
    assert [step["due_at"] for step in steps] == sorted(step["due_at"] for step in steps)


def test_an_overdue_step_says_where_it_is_and_who_hears_next_but_nothing_of_the_patient(
    parish: Parish,
) -> None:
    answer = Program(parish, "mats").get("/overdue")
    secrets = secrets_of(parish, "tallen") | secrets_of(parish, "granen")
    assert shown(answer.text, secrets) == set()
    reference, step_id, _nurse = parish.steps["assess"]
    step = next(step for step in answer.json["steps"] if step["id"] == step_id)
    assert step["reference"] == reference
    assert step["unit"] == {"key": "tallen", "label": "Tallen"}
    assert step["definition"] == {"key": "deviation", "label": "Avvikelse"}
    assert step["category"]["key"] == "fall"
    assert step["roles"][0] == {"key": "nurse", "label": "Sjuksköterska"}
    assert step["next_at"] is None or step["next_roles"]


def test_the_overdue_list_is_narrowed_by_what_is_asked_for(parish: Parish) -> None:
    everything = overdue_of(parish, "mats")
    at_granen = overdue_of(parish, "mats", unit="granen")
    assert 0 < len(at_granen) < len(everything)
    assert {step["unit"]["key"] for step in at_granen} == {"granen"}
    assert overdue_of(parish, "mats", unit="granen", step="no_such_step") == []
    answer = Program(parish, "mats").get("/overdue", {"enhet": "granen"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["enhet"]


def test_only_those_who_watch_over_a_unit_read_what_is_overdue(parish: Parish) -> None:
    for who in ("siv", "nina", "sara", "ada"):
        assert Program(parish, who).get("/overdue").status_code == 403, who


# The kinds of case


def test_every_kind_of_case_is_listed_and_described(parish: Parish) -> None:
    program = Program(parish, "sara")
    listed = program.read("/definitions")["definitions"]
    assert [each["key"] for each in listed] == [definition.key for definition in DEFINITIONS]
    for definition in DEFINITIONS:
        described = program.read(f"/definitions/{definition.key}")
        assert [state["key"] for state in described["states"]] == [
            state.key for state in definition.states
        ]
        for state in described["states"]:
            for step in state["steps"]:
                assert step["limit"]["basis"]
                assert step["form"]["type"] == "object"


def test_who_may_not_open_such_a_case_gets_no_form_for_it(parish: Parish) -> None:
    for who, may_open in (("siv", True), ("ada", False), ("otto", True)):
        described = Program(parish, who).read("/definitions/deviation")
        assert described["may_open"] is may_open
        assert (described["opening"] is not None) is may_open


def test_an_opening_form_offers_ones_own_units_and_no_patients(parish: Parish) -> None:
    answer = Program(parish, "siv").get("/definitions/deviation")
    properties = answer.json["opening"]["properties"]
    assert properties["unit"]["oneOf"] == [{"const": "tallen", "title": "Tallen"}]
    assert [each["const"] for each in properties["patient"]["oneOf"]] == ["other"]
    assert shown(answer.text, secrets_of(parish, "tallen")) == set()


def test_the_schema_of_a_form_takes_what_opens_a_case(parish: Parish) -> None:
    program = Program(parish, "siv")
    schema = program.read("/definitions/deviation")["opening"]
    new = {"patient": "other", "patient_number": "189001019802", "patient_name": "Test Persson"}
    form = report(parish, **new)["form"]
    assert Draft202012Validator(schema, validate_formats=True).is_valid(form)
    assert not Draft202012Validator(schema).is_valid(form | {"kind": "no_such_kind"})


def test_labels_are_in_the_language_that_is_asked_for(parish: Parish) -> None:
    program = Program(parish, "siv")
    swedish = program.get("/definitions/deviation")
    english = program.get("/definitions/deviation", Accept_Language="en")
    assert swedish.json["label"] == "Avvikelse"
    assert english.json["label"] != "Avvikelse"
    labels = [
        answer.json["opening"]["properties"]["kind"]["title"] for answer in (swedish, english)
    ]
    assert labels[0] != labels[1]


def test_a_kind_that_there_is_not_is_not_found_nor_is_the_daily_check(parish: Parish) -> None:
    for key in ("no_such_kind", "canary"):
        assert Program(parish, "mats").get(f"/definitions/{key}").status_code == 404


# Statistics


def test_the_figures_are_those_of_the_page(parish: Parish) -> None:
    with parish.database.reading() as session:
        question = Question.year("deviation", parish.now.year)
        access = parish.access(session, "mats")
        expected = tables(session, parish.routines, access, question, parish.now)
    answered = Program(parish, "mats").read("/statistics")
    assert (answered["first"], answered["last"]) == ("2026-01", "2026-12")
    assert answered["frozen"] is None
    told = {
        table["key"]: [(row["key"], tuple(row["cells"])) for row in table["rows"]]
        for table in answered["tables"]
    }
    assert told == {table.key: [(row.key, row.cells) for row in table.rows] for table in expected}
    for table in answered["tables"]:
        assert {len(row["cells"]) for row in table["rows"]} <= {len(table["columns"])}
    total = cells_of(answered, "by_month")["total"]
    assert sum(cell or 0 for cell in total[:-1]) == total[-1] > 0
    assert {type(cell) for cell in total} <= {int, type(None)}, "whole numbers stay whole"


def cells_of(answered: dict[str, Any], key: str) -> dict[str, list[Any]]:
    """The cells of each row of the table."""
    table = next(table for table in answered["tables"] if table["key"] == key)
    return {row["key"]: row["cells"] for row in table["rows"]}


def test_small_numbers_are_hidden_when_they_are_to_be_handed_out(parish: Parish) -> None:
    def at_granen(**asked: str) -> list[Any]:
        answered = Program(parish, "mats").read("/statistics", asked)
        return cells_of(answered, "by_unit")["granen"]

    assert at_granen().count(1) == 2, "one fall, and so one in all"
    assert at_granen(published="true").count(1) == 0


def test_a_frozen_year_says_that_it_is_and_can_be_counted_anew(
    filled_parish: Parish, tmp_path: Path
) -> None:
    parish = filled_parish.moved(tmp_path)
    figure(parish.database, parish.routines)
    last = parish.now.year - 1
    with parish.database.transaction() as session:
        freeze(session, parish.access(session, "mats"), last, parish.now)
    mats, year = Program(parish, "mats"), {"first": f"{last}-01", "last": f"{last}-12"}
    assert mats.read("/statistics", year)["frozen"] == last
    assert mats.read("/statistics", year | {"living": "true"})["frozen"] is None
    assert mats.read("/statistics")["frozen"] is None
    parish.database.engine.dispose()


def test_a_program_needs_the_scope_and_its_person_the_role_for_figures(parish: Parish) -> None:
    assert Program(parish, "mats", "read", "write").get("/statistics").status_code == 403
    assert Program(parish, "mats", "statistics").get("/statistics").status_code == 200
    assert Program(parish, "mats", "statistics").get("/overdue").status_code == 403
    assert Program(parish, "nina").get("/statistics").status_code == 403


def test_the_figures_of_somebody_elses_unit_are_not_found(parish: Parish) -> None:
    ulla = Program(parish, "ulla")
    assert ulla.get("/statistics", {"unit": "granen"}).status_code == 404
    assert ulla.get("/statistics", {"unit": "tallen"}).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "2026-13"}, {"last": "1999-01"}, {"counted_by": "luck"}, {"published": "maybe"},
        {"from": "2026-01"},
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_told_by_the_name_of_the_field(
    parish: Parish, asked: dict[str, str]
) -> None:
    answer = Program(parish, "mats").get("/statistics", asked)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [*asked]
