"""Every form of the discharge: what is written in it, and what no input may do to it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.workflow.discharge_forms import ALL, OPENING, STEPS, answer, drawn
from tests.workflow.discharging import OFFERS
from workflow.fields import Moment
from workflow.forms import Form
from workflow.messages import Message

GARBAGE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["<script>", "a\x00b", "a\u202eb", "x" * 100_000, "2999-01-01", "-1", "true", "none"]
    ),
    st.none() | st.booleans() | st.integers() | st.floats(),
    st.lists(st.text(max_size=3) | st.dictionaries(st.text(max_size=8), st.text(max_size=3))),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
    st.datetimes().map(lambda at: at.isoformat()),
)


def forms() -> Iterator[tuple[str, Form]]:
    for name in ALL:
        yield name, drawn(name)


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
    form, sent = drawn(name), answer(name)
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
    assert all(isinstance(message, Message) for told in found.values() for message in told)


@pytest.mark.parametrize("name", ALL)
def test_an_unknown_field_is_refused_in_every_form(name: str):
    with pytest.raises(ValidationError) as refused:
        drawn(name).load({**answer(name), "hittepå": "x"})
    assert refused.value.messages_dict == {"hittepå": ["Fältet finns inte i formuläret."]}


@pytest.mark.parametrize("name", ALL)
def test_an_empty_form_says_so_beside_each_field_that_is_required(name: str):
    form = drawn(name)
    asked = {n for n, f in form.fields.items() if f.required} | {g[0] for g in form.either}
    assert asked
    with pytest.raises(ValidationError) as refused:
        form.load({})
    assert refused.value.messages_dict.keys() == asked


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field)
        for name, form in forms()
        for field, kind in form.fields.items()
        if isinstance(kind, Moment)
    ],
)
def test_nothing_is_said_to_have_happened_in_the_future(name: str, field: str):
    form = drawn(name)
    condition = form.fields[field].metadata.get("shown_when")
    chosen = {condition[0]: condition[1][0]} if condition else {}
    with pytest.raises(ValidationError) as refused:
        form.load(answer(name) | chosen | {field: "2027-06-01T12:00"})
    assert refused.value.messages_dict[field] == ["Tiden kan inte ligga i framtiden."]


def test_every_field_says_what_it_asks_for_and_ends_as_a_sentence_should():
    for name, form in forms():
        for key, field in form.fields.items():
            label, help_text = field.metadata["label"], field.metadata.get("help", "")
            assert 0 < len(label) <= 70, f"{name}.{key}: {label}"
            assert len(help_text) <= 130, f"{name}.{key}: {help_text}"
            assert not help_text or help_text[-1] in ".?", f"{name}.{key}: {help_text}"


def test_no_two_fields_of_a_form_have_the_same_label_while_both_are_shown():
    for name, form in forms():
        places = [(f.metadata["label"], f.metadata.get("shown_when")) for f in form.fields.values()]
        assert len(places) == len(set(places)), name


def test_a_field_is_shown_and_needed_by_answers_that_can_be_given():
    for name, form in forms():
        for key, field in form.fields.items():
            if condition := field.metadata.get("shown_when"):
                other = form.fields[condition[0]]
                possible = getattr(other, "options", lambda: {"true": "", "false": ""})()
                assert set(condition[1]) <= set(possible), f"{name}.{key}"
                assert "shown_when" not in other.metadata, f"{name}.{key} hangs on a hidden field"
                assert not field.required, f"{name}.{key}"


def test_every_step_of_the_chain_is_asked_for_in_these_tests():
    assert [name for name in STEPS if not drawn(name).fields] == []


def test_patients_and_units_are_all_that_a_form_needs_to_be_offered():
    offers = {f.metadata.get("offer") for _name, form in forms() for f in form.fields.values()}
    assert offers - {None, ""} == OFFERS.keys()


def test_the_opening_form_starts_with_the_only_unit_somebody_works_at():
    assert drawn(OPENING).initial() == {"unit": "tallen"}


@pytest.mark.parametrize("name", [name for name in ALL if drawn(name).initial()])
def test_what_a_form_starts_with_is_stored_unchanged_when_sent_back(name: str):
    form = drawn(name)
    stored: dict[str, Any] = form.dump(form.load(answer(name) | form.initial()))
    assert stored.items() >= form.initial().items()
