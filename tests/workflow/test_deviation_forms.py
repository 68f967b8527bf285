"""Every form of the deviation: what is written in it, and what no input may do to it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.workflow.deviation_answers import (
    ANSWERS,
    FORMS,
    OFFERS,
    REPORT,
    facts,
    form_of,
    report,
    stored,
)
from workflow.fields import Moment, Rows
from workflow.forms import Form, Group
from workflow.messages import Message

STEPS = list(FORMS)
ALL = [*STEPS, "report"]
GARBAGE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["<script>", "a\x00b", "a\u202eb", "x" * 1_000_000, "2999-01-01", "-1", "true"]
    ),
    st.none() | st.booleans() | st.integers() | st.floats(),
    st.lists(st.text(max_size=3) | st.dictionaries(st.text(max_size=8), st.text(max_size=3))),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
)


def drawn(name: str) -> Form:
    return report() if name == "report" else form_of(name)


def answer(name: str) -> dict[str, Any]:
    return dict(REPORT if name == "report" else ANSWERS[name])


def groups() -> Iterator[tuple[str, Group]]:
    for name in ALL:
        form = drawn(name)
        yield name, form
        for field in form.fields.values():
            if isinstance(field, Rows):
                yield f"{name}.{field.name}", field.row


def leaves(found: Any) -> list[Any]:
    inner = list(found.values()) if isinstance(found, dict) else found
    return [x for i in inner for x in leaves(i)] if isinstance(inner, list) else [found]


@pytest.mark.parametrize("name", ALL)
def test_a_valid_answer_is_stored_as_json_that_loads_back_equal(name: str):
    form = drawn(name)
    loaded = form.load(answer(name))
    stored = json.loads(json.dumps(form.dump(loaded)))
    assert stored
    assert drawn(name).load(stored) == loaded


@given(st.data())
def test_nothing_sent_in_any_field_does_more_than_get_refused_with_messages(data: st.DataObject):
    name = data.draw(st.sampled_from(ALL))
    form = drawn(name)
    sent = answer(name)
    for field in data.draw(st.lists(st.sampled_from(list(form.fields)), min_size=1, max_size=3)):
        sent[field] = data.draw(GARBAGE)
    try:
        loaded = form.load(sent)
    except ValidationError as refused:
        found = refused.messages_dict
    else:
        found = {}
        assert drawn(name).load(json.loads(json.dumps(form.dump(loaded)))) == loaded
    assert found.keys() <= form.fields.keys()
    assert all(isinstance(leaf, Message) for leaf in leaves(found) if leaf != {})


@given(st.sampled_from(ALL), st.text(min_size=1), st.text("abc", min_size=1))
def test_an_unknown_field_is_refused_in_every_form(name: str, field: str, value: str):
    form = drawn(name)
    if field in form.fields:
        return
    with pytest.raises(ValidationError) as refused:
        form.load({**answer(name), field: value})
    assert refused.value.messages_dict == {field: ["Fältet finns inte i formuläret."]}


@pytest.mark.parametrize("name", ALL)
def test_an_empty_form_that_asks_for_anything_says_so_beside_each_field(name: str):
    form = drawn(name)
    asked = {n for n, f in form.fields.items() if f.required} | {g[0] for g in form.either}
    asked |= {n for n, f in form.fields.items() if f.metadata.get("fixed")}
    if not asked:
        assert form.load({}) == {}
        return
    with pytest.raises(ValidationError) as refused:
        form.load({})
    assert refused.value.messages_dict.keys() <= asked
    required = {n for n, f in form.fields.items() if f.required}
    assert refused.value.messages_dict.keys() >= required


def test_every_field_says_what_it_asks_for_and_ends_as_a_sentence_should():
    for name, group in groups():
        for key, field in group.fields.items():
            label, help_text = field.metadata["label"], field.metadata.get("help", "")
            hidden = field.metadata["widget"] == "hidden"
            assert bool(label) != hidden, f"{name}.{key}"
            assert len(label) <= 70, f"{name}.{key}: {label}"
            assert len(help_text) <= 130, f"{name}.{key}: {help_text}"
            assert not help_text or help_text[-1] in ".?", f"{name}.{key}: {help_text}"


def test_no_two_fields_of_a_form_have_the_same_label_while_both_are_shown():
    for name, group in groups():
        shown: dict[tuple[str, Any], str] = {}
        for key, field in group.fields.items():
            place = field.metadata["label"], field.metadata.get("shown_when")
            assert place not in shown, f"{name}: {key} and {shown[place]}"
            shown[place] = key


def test_a_field_is_shown_and_needed_by_answers_that_can_be_given():
    for name, group in groups():
        for key, field in group.fields.items():
            for what in ("shown_when", "needed_when"):
                if condition := field.metadata.get(what):
                    other = group.fields[condition[0]]
                    possible = getattr(other, "options", lambda: {"true": "", "false": ""})()
                    assert set(condition[1]) <= set(possible), f"{name}.{key}"


def test_a_field_that_can_be_hidden_is_never_required_outright():
    for name, group in groups():
        for key, field in group.fields.items():
            if "shown_when" in field.metadata:
                assert not field.required, f"{name}.{key}"


def test_no_form_takes_a_time_that_has_not_been():
    moments = [
        f for _name, group in groups() for f in group.fields.values() if isinstance(f, Moment)
    ]
    assert len(moments) > 10
    assert all(field.metadata["past"] for field in moments)


def test_every_step_and_action_of_the_routine_is_answered_in_these_tests():
    assert set(ANSWERS) == set(STEPS)


def test_patients_units_and_staff_are_all_that_a_form_needs_to_be_offered():
    fields = [field for _name, group in groups() for field in group.fields.values()]
    assert {f.metadata["offer"] for f in fields if f.metadata.get("offer")} == OFFERS.keys()


@pytest.mark.parametrize("name", ["assess", "event_report"])
def test_what_a_form_starts_with_is_stored_unchanged_when_sent_back(name: str):
    opening = REPORT | {"harm": "yes"}
    form = form_of(name, facts({}, opening))
    start = form.initial()
    assert start
    kept = stored(form, {**answer(name), **start})
    assert {key: kept[key] for key in start} == start


@pytest.mark.parametrize("name", ["cover_causes", "evaluate_hsl", "evaluate_unit"])
def test_a_fixed_row_is_headed_and_names_what_it_is_about(name: str):
    [rows] = form_of(name).initial().values()
    [row] = rows
    assert row.pop("_title") in (
        "Larmmatta vid sängen",
        "Ny läkemedelsgenomgång",
        "Procedurer, rutiner och riktlinjer",
    )
    [sent] = answer(name).values()
    assert row.items() <= sent[0].items()
