"""Forms as JSON Schema: what a form takes the schema takes, and it asks for the same."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

from tests.workflow.filling import filled
from workflow.definition import WorkflowDefinition
from workflow.definitions import CHECKS, DEFINITIONS
from workflow.fields import (
    Number,
    Rows,
    choice,
    choices,
    clock,
    day,
    hidden,
    line,
    moment,
    number,
    rows,
    text,
    yes_no,
)  # fmt: skip
from workflow.forms import Form, Group, Row
from workflow.holidays import STOCKHOLM
from workflow.json_schema import schema_of

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=STOCKHOLM)
OFFERS = {
    "units": {"tallen": "Tallen", "granen": "Granen"},
    "patients": {"7": "Test Persson, 1890"},
    "staff": {"3": "Nina Nord", "4": "Arne Ask"},
}
COLOURS = {"red": "Röd", "green": "Grön"}


def takes(form: Form, data: Any) -> bool:
    schema = schema_of(form)
    return Draft202012Validator(schema, validate_formats=True).is_valid(data)


def forms_of(definition: WorkflowDefinition) -> list[type[Form]]:
    steps = [step.form for state in definition.states for step in state.steps]
    found = [definition.opening, *steps, *(action.form for action in definition.actions)]
    return [*dict.fromkeys(found)]


FORMS = [
    pytest.param(form, id=f"{definition.key}-{form.__name__}")
    for definition in (*DEFINITIONS, *CHECKS)
    for form in forms_of(definition)
]


def told(group: Group, data: Mapping[str, Any]) -> dict[str, Any]:
    """As another program would write what the form has stored: numbers as numbers."""
    written: dict[str, Any] = {}
    for name, value in data.items():
        field = group.fields[name]
        if isinstance(field, Rows):
            written[name] = [told(field.row, row) for row in value]
        elif isinstance(field, Number):
            written[name] = float(value) if field.metadata["decimals"] else int(value)
        else:
            written[name] = value
    return written


@pytest.mark.parametrize("form_type", FORMS)
def test_every_form_is_a_schema_that_takes_what_the_form_takes(form_type: type[Form]) -> None:
    form = form_type(now=NOW, offers=OFFERS)
    schema = schema_of(form)
    meta.validate(schema)
    assert {*schema["properties"]} == {*form.fields}
    for seed in range(5):
        if data := filled(form, Random(seed)):  # noqa: S311 -- no secret
            stored = {name: v for name, v in form.dump(form.load(data)).items() if v is not None}
            assert takes(form, told(form, stored)), stored


class Asking(Form):
    name = line("Vem?", limit=5)
    story = text("Berätta", required=False, help="Kort.")
    colour = choice("Färg", COLOURS, required=False)
    person = choice("Kollega", {"other": "Annan"}, offer="staff", required=False)
    colours = choices("Färger", COLOURS, required=True)
    agreed = yes_no("Överens?", required=False)
    pulse = number("Puls", 0, 250, unit="slag per minut", required=False)
    heat = number("Temperatur", 25, 45, decimals=1, required=False)
    seen_at = moment("När?", required=False)
    due = day("Klart", required=False)
    at = clock("Klockan", required=False)


SMALLEST = {"name": "Bo", "colours": ["red"]}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("name", ["Bo", "12345"], ["", "123456", 1, None]),
        ("colour", ["red"], ["blue", "", 1]),
        ("person", ["3", "other"], ["5", "Nina Nord"]),
        ("colours", [["red"], ["green", "red"]], [[], ["red", "red"], ["blue"], "red"]),
        ("agreed", [True, False], ["maybe", 1]),
        ("pulse", [0, 250], [-1, 251, 0.5, "many"]),
        ("heat", [25, 38.5], [24.9, 45.1]),
        ("seen_at", ["2026-11-24T08:00:00+01:00", "2026-11-24T07:00:00Z"], ["yesterday", 8]),
        ("due", ["2026-12-01"], ["2026-13-01", "1 december"]),
        ("at", ["21:30", "00:00"], ["24:30", "9 pm"]),
    ],
)
def test_each_kind_of_field_takes_the_same_as_the_form(
    field: str, good: list[Any], bad: list[Any]
) -> None:
    form = Asking(now=NOW, offers=OFFERS)
    for value in good:
        assert takes(form, SMALLEST | {field: value}), value
        assert form.validate(SMALLEST | {field: value}) == {}, value
    for value in bad:
        assert not takes(form, SMALLEST | {field: value}), value


def test_what_must_be_answered_must_be_there_and_nothing_else_may() -> None:
    form = Asking(now=NOW)
    assert schema_of(form)["required"] == ["name", "colours"]
    assert takes(form, SMALLEST)
    assert not takes(form, {"name": "Bo"})
    assert not takes(form, SMALLEST | {"colour_of_eyes": "red"})


def test_titles_and_helps_are_spoken_in_the_readers_language() -> None:
    def shout(words: str) -> str:
        assert words, "nothing is said where there is nothing to say"
        return words.upper()

    properties = schema_of(Asking(now=NOW, offers={"staff": {"3": "Nina Nord"}}), shout)[
        "properties"
    ]
    assert properties["story"]["title"] == "BERÄTTA"
    assert properties["story"]["description"] == "KORT."
    assert properties["pulse"]["title"] == "PULS (SLAG PER MINUT)"
    assert properties["person"]["oneOf"] == [
        {"const": "3", "title": "NINA NORD"},
        {"const": "other", "title": "ANNAN"},
    ]


def test_what_is_offered_when_the_form_is_made_can_be_chosen_and_without_offers_nothing() -> None:
    class Who(Form):
        person = choice("Vem?", offer="staff")

    assert takes(Who(now=NOW, offers={"staff": {"3": "Nina Nord"}}), {"person": "3"})
    assert not takes(Who(now=NOW), {"person": "3"})
    meta.validate(schema_of(Who(now=NOW)))


class Depending(Form):
    needed = yes_no("Behövs det?")
    reason = text("Varför inte?", required=False, shown_when=("needed", ("false",)), needed=True)
    found = choices("Vad hittades?", COLOURS)
    other = line("Vad annat?", required=False, shown_when=("found", ("green",)))
    comment = line("Kommentar", required=False, needed_when=("found", ("red",)))
    phone = line("Telefon", required=False)
    email = line("E-post", required=False)

    either = (("phone", "email"),)


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        ({"needed": True}, True),
        ({"needed": False}, False),
        ({"needed": False, "reason": "Sover."}, True),
        ({"needed": True, "reason": "Sover."}, False),
        ({"needed": True, "found": ["green"], "other": "Blöt"}, True),
        ({"needed": True, "found": ["green"]}, True),
        ({"needed": True, "found": ["red"]}, False),
        ({"needed": True, "found": ["green", "red"], "comment": "Ja"}, True),
        ({"needed": True, "other": "Blöt"}, False),
    ],
)
def test_a_choice_decides_what_else_is_asked(data: dict[str, Any], fits: bool) -> None:
    form = Depending(now=NOW)
    assert takes(form, data | {"phone": "0"}) is fits
    if fits:
        assert form.validate(data | {"phone": "0"}) == {}


def test_one_of_two_is_enough_and_none_is_not() -> None:
    form = Depending(now=NOW)
    assert takes(form, {"needed": True, "phone": "0"})
    assert takes(form, {"needed": True, "email": "a@b.example"})
    assert not takes(form, {"needed": True})


class Verdict(Row):
    measure = hidden()
    enough = yes_no("Räcker den?")


class Judging(Form):
    verdicts = rows("Åtgärder", Verdict, fixed="measure")
    extra = rows("Fler", Verdict, required=True)
    due = day("När?", required=False)

    def notice(self) -> str:
        return "Bedöm varje åtgärd."

    def initial(self) -> dict[str, Any]:
        titles = {"m1": "Nattlampa", "m2": "Halkmatta"}
        return {
            "verdicts": [{"measure": key, "_title": title} for key, title in titles.items()],
            "due": "2026-12-01",
        }


def test_fixed_rows_are_named_and_each_must_be_answered_once() -> None:
    form = Judging(now=NOW)
    both = [{"measure": "m2", "enough": True}, {"measure": "m1", "enough": False}]
    extra = {"extra": [{"measure": "x", "enough": True}]}
    assert takes(form, {"verdicts": both} | extra)
    for wrong in (both[:1], [both[0], both[0]], [*both, both[0]], []):
        assert not takes(form, {"verdicts": wrong} | extra), wrong
    assert not takes(form, extra)
    assert not takes(form, {"verdicts": both, "extra": []})
    assert not takes(form, {"verdicts": both} | {"extra": [{"measure": "x"}]})
    keys = schema_of(form)["properties"]["verdicts"]["items"]["properties"]["measure"]["oneOf"]
    assert keys == [{"const": "m1", "title": "Nattlampa"}, {"const": "m2", "title": "Halkmatta"}]


def test_a_form_begins_with_what_the_page_would_show_first() -> None:
    schema = schema_of(Judging(now=NOW))
    assert schema["description"] == "Bedöm varje åtgärd."
    assert schema["properties"]["due"]["default"] == "2026-12-01"
    assert schema["properties"]["verdicts"]["default"] == [{"measure": "m1"}, {"measure": "m2"}]
