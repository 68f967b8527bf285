"""Every form of the SIP: what is written in it, and what no input may do to it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.workflow.sip_answers import ANSWERS, FORMS, NEED, OFFERS, form_of, need, stored
from workflow.fields import Moment, Rows
from workflow.forms import Form, Group
from workflow.messages import Message

STEPS = list(FORMS)
ALL = [*STEPS, "need"]
GARBAGE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["<script>", "a\x00b", "a\u202eb", "x" * 1_000_000, "2999-01-01", "-1", "true", "a@b.c"]
    ),
    st.none() | st.booleans() | st.integers() | st.floats(),
    st.lists(st.text(max_size=3) | st.dictionaries(st.text(max_size=8), st.text(max_size=3))),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
)


def drawn(name: str) -> Form:
    return need() if name == "need" else form_of(name)


def answer(name: str) -> dict[str, Any]:
    return dict(NEED if name == "need" else ANSWERS[name])


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
    kept = json.loads(json.dumps(form.dump(loaded)))
    assert kept
    assert drawn(name).load(kept) == loaded


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


@pytest.mark.parametrize("name", ALL)
def test_an_unknown_field_is_refused_in_every_form(name: str):
    with pytest.raises(ValidationError) as refused:
        drawn(name).load({**answer(name), "unheard_of": "1"})
    assert refused.value.messages_dict == {"unheard_of": ["Fältet finns inte i formuläret."]}


@pytest.mark.parametrize("name", ALL)
def test_an_empty_form_says_beside_each_field_that_it_is_asked_for(name: str):
    form = drawn(name)
    asked = {n for n, f in form.fields.items() if f.required or f.metadata.get("fixed")}
    with pytest.raises(ValidationError) as refused:
        form.load({})
    required = {n for n, f in form.fields.items() if f.required}
    assert required <= refused.value.messages_dict.keys() <= asked


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


def test_only_a_meeting_and_a_proposed_time_lie_ahead():
    ahead = {
        key
        for _name, group in groups()
        for key, field in group.fields.items()
        if isinstance(field, Moment) and not field.metadata["past"]
    }
    assert ahead == {"meeting_at", "proposed_at"}


def test_patients_and_units_are_all_that_a_form_needs_to_be_offered():
    fields = [field for _name, group in groups() for field in group.fields.values()]
    assert {f.metadata["offer"] for f in fields if f.metadata.get("offer")} == OFFERS.keys()


def test_every_step_and_action_of_the_routine_is_answered_in_these_tests():
    assert set(ANSWERS) == set(STEPS)


@pytest.mark.parametrize(
    ("step", "starts"),
    [
        ("call", {"minutes": "60", "meeting_form": "home"}),
        ("settle_time", {"minutes": "60", "meeting_form": "home", "place": "Hemma"}),
        ("answer", {"answered_by": "Vårdcentralen Linden, Anna Ek"}),
    ],
)
def test_a_form_starts_with_what_is_known(step: str, starts: dict[str, Any]):
    assert form_of(step).initial() == starts


@pytest.mark.parametrize("step", ["call", "answer", "hold_meeting"])
def test_what_a_form_starts_with_is_stored_unchanged_when_sent_back(step: str):
    form = form_of(step)
    start = {key: value for key, value in form.initial().items() if key != "attendance"}
    moved = {"outcome": "moved", "reason": "Sjuk", "decided_at": "2026-11-25T09:00",
             "meeting_at": "2026-12-01T10:00"} if step == "hold_meeting" else {}  # fmt: skip
    kept = stored(form, answer(step) | start | moved)
    assert {key: kept[key] for key in start} == start


@pytest.mark.parametrize("step", ["confirm_part", "confirm_change", "follow_up_together"])
def test_a_fixed_row_is_headed_by_the_efforts_own_words(step: str):
    rows = form_of(step).initial()["efforts"]
    assert rows[0] == {"effort": "8a9b0c1d", "_title": "Hembesök varje vecka"}
    assert [row["effort"] for row in rows] == [row["effort"] for row in answer(step)["efforts"]]
