"""Each kind of field alone in a form: what it reads, stores and refuses."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from workflow.fields import (
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
)
from workflow.forms import Form, Row
from workflow.holidays import STOCKHOLM
from workflow.messages import Message

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
FIRST, LAST = (datetime.fromisoformat(day) for day in ("2000-01-02", "2099-12-30"))
COLOURS = {"red": "Röd", "green": "Grön", "blue": "Blå"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


class Order(Row):
    key = hidden(required=False)
    order = line("Ordination")
    colour = choice("Färg", COLOURS, required=False)


class Everything(Form):
    name = line("Namn", required=False, limit=20)
    story = text("Berätta", required=False)
    colour = choice("Färg", COLOURS, required=False)
    person = choice("Vem", {"other": "Annan"}, offer="staff", required=False)
    colours = choices("Färger", COLOURS)
    agreed = yes_no("Överens?", required=False)
    pulse = number("Puls", 0, 250, required=False)
    temperature = number("Temperatur", 25, 45, decimals=1, required=False)
    seen_at = moment("När?", required=False)
    planned_at = moment("När sedan?", required=False, past=False)
    met_on = day("Dag", required=False, past=True)
    due = day("Klart", required=False)
    orders = rows("Ordinationer", Order)


STAFF = {"1": "Anna Ek", "2": "Bo Al"}


def form() -> Everything:
    return Everything(now=NOW, offers={"staff": STAFF})


NAMES = list(form().fields)


def load(**given: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = form().load(given)
    return loaded


def errors(**given: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        form().load(given)
    found: dict[str, Any] = refused.value.messages_dict
    return found


def error(**given: Any) -> str:
    [messages] = errors(**given).values()
    [message] = messages
    assert isinstance(message, Message)
    return message


def tried(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was loaded, or the errors; one of them is empty."""
    try:
        return form().load(given), {}
    except ValidationError as refused:
        return {}, refused.messages_dict


def leaves(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return [leaf for value in found.values() for leaf in leaves(value)]
    return (
        [leaf for value in found for leaf in leaves(value)] if isinstance(found, list) else [found]
    )


@given(st.sampled_from(NAMES), JSON)
def test_any_json_value_is_stored_and_read_back_equal_or_refused_with_messages(
    name: str, value: Any
):
    loaded, found = tried({name: value})
    assert set(found) <= {name}
    assert all(isinstance(leaf, Message) for leaf in leaves(found))
    stored = json.loads(json.dumps(form().dump(loaded)))
    assert form().load(stored) == loaded


@given(st.sampled_from(NAMES), st.text())
def test_any_text_typed_in_any_field_never_raises_anything_but_a_refusal(name: str, typed: str):
    loaded, found = tried({name: typed})
    assert set(loaded) | set(found) <= {name}


def test_a_line_becomes_one_line_and_a_text_keeps_its_lines():
    assert load(name=" Anna \n Ek ", story=" Föll. \n\n Låg. ") == {
        "name": "Anna Ek",
        "story": "Föll. \n\n Låg.",
    }


def test_a_megabyte_of_text_is_refused_with_its_length():
    assert error(story="a" * 1_000_000) == "Högst 4000 tecken. Nu är det 1000000."


def test_blank_text_counts_as_not_answered():
    assert load(name=" ", story="\n", colour="", agreed=None, colours=[]) == {}


def test_an_option_that_is_not_offered_is_refused():
    assert error(colour="pink") == "Välj ett av alternativen."


def test_offers_at_run_time_come_before_the_fields_own_options():
    offered = form().fields["person"].options()  # type: ignore[attr-defined]  # a Choice
    assert list(offered.items()) == [("1", "Anna Ek"), ("2", "Bo Al"), ("other", "Annan")]
    assert load(person="2") == {"person": "2"}
    assert load(person="other") == {"person": "other"}


def test_a_person_who_is_not_offered_is_refused():
    assert error(person="3") == "Välj ett av alternativen."


def test_several_choices_are_stored_once_each_in_the_order_of_the_form():
    assert load(colours=["blue", "red", "blue"]) == {"colours": ["red", "blue"]}


@pytest.mark.parametrize("wrong", ["red", ["red", "pink"], [["red"]], {"red": True}])
def test_choices_outside_the_options_are_refused_with_one_message(wrong: Any):
    assert error(colours=wrong) == "Välj bland alternativen."


@pytest.mark.parametrize(
    ("typed", "answer"), [("true", True), ("false", False), (True, True), (False, False)]
)
def test_yes_and_no_are_stored_as_true_and_false(typed: Any, answer: bool):
    assert load(agreed=typed) == {"agreed": answer}


@pytest.mark.parametrize("typed", ["on", "1", 0, "ja", [True], {"true": True}])
def test_anything_but_true_and_false_is_asked_again(typed: Any):
    assert error(agreed=typed) == "Svara ja eller nej."


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("37,5", "37.5"), (" 38 ", "38.0"), (36.6, "36.6"), (37, "37.0"), ("37.50", "37.5")],
)
def test_a_temperature_is_stored_as_text_with_a_point(typed: Any, stored: str):
    assert form().dump(load(temperature=typed)) == {"temperature": stored}


@pytest.mark.parametrize("typed", ["-0", "\N{MINUS SIGN}0", "0e1", "0,0"])
def test_every_zero_is_the_same_zero(typed: str):
    assert form().dump(load(pulse=typed)) == {"pulse": "0"}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("251", "Skriv ett tal från 0 till 250."),
        ("-1", "Skriv ett tal från 0 till 250."),
        ("1e99", "Skriv ett tal från 0 till 250."),
        ("1e9999999999999999999", "Skriv ett tal."),
        ("71,5", "Skriv ett heltal."),
        ("hög", "Skriv ett tal."),
        ("NaN", "Skriv ett tal."),
        ("Infinity", "Skriv ett tal."),
        (float("nan"), "Skriv ett tal."),
        (True, "Skriv ett tal."),
        ("9" * 100_000, "Skriv ett tal från 0 till 250."),
    ],
)
def test_a_pulse_that_cannot_be_is_refused(typed: Any, message: str):
    assert error(pulse=typed) == message


def test_more_decimals_than_a_thermometer_has_are_refused_and_not_rounded():
    assert error(temperature="37,55") == "Högst 1 siffror efter kommat."


def test_a_time_without_offset_is_stockholm_time():
    assert load(seen_at="2026-11-21T15:30") == {"seen_at": NOW}
    assert load(seen_at="2026-07-01 12:00") == {"seen_at": datetime(2026, 7, 1, 10, tzinfo=UTC)}


def test_a_time_is_stored_with_the_offset_of_stockholm():
    assert form().dump(load(seen_at="2026-07-01T10:00Z")) == {
        "seen_at": "2026-07-01T12:00:00+02:00"
    }


@given(
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_survives_being_stored_whatever_zone_it_was_typed_in(at: datetime, minutes: int):
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
    local = at + timedelta(minutes=minutes)
    loaded = load(planned_at=f"{local.replace(tzinfo=None).isoformat()}{offset}")
    assert loaded == {"planned_at": at}
    assert load(**form().dump(loaded)) == loaded


@given(st.datetimes(FIRST, LAST))
def test_a_clock_on_the_wall_is_read_as_it_was_typed_unless_it_was_skipped(local: datetime):
    loaded, found = tried({"planned_at": local.isoformat()})
    assume(not found)
    assert loaded["planned_at"].astimezone(STOCKHOLM).replace(tzinfo=None) == local


def test_a_clock_that_was_skipped_in_march_is_refused():
    assert "sommartid" in error(seen_at="2026-03-29T02:30")


def test_a_clock_shown_twice_in_october_means_the_first():
    assert load(seen_at="2026-10-25T02:30") == {
        "seen_at": datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    }


def test_now_is_not_the_future_and_a_minute_later_is():
    assert load(seen_at="2026-11-21T15:30")
    assert error(seen_at="2026-11-21T15:31") == "Tiden kan inte ligga i framtiden."


def test_a_planned_time_may_lie_ahead():
    assert load(planned_at="2027-01-01T08:00")


@pytest.mark.parametrize(
    "typed", ["2026-11-21", "14:30", "i går", "20261121T1430", "2026-11-31T10:00", "0"]
)
def test_half_a_time_or_none_is_asked_again(typed: str):
    assert error(seen_at=typed) == "Skriv datum och klockslag."


@pytest.mark.parametrize(
    "typed",
    [
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-14:00",
        "1999-12-31T23:59",
        "2206-01-01T00:00",
        "2000-01-01T00:30+14:00",
        "2099-12-31T23:30-01:00",
    ],
)
def test_a_mistyped_year_is_pointed_out(typed: str):
    assert error(seen_at=typed) == "Kontrollera årtalet."


def test_a_day_is_stored_as_typed():
    loaded = load(due=" 2027-02-28 ")
    assert loaded == {"due": date(2027, 2, 28)}
    assert form().dump(loaded) == {"due": "2027-02-28"}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("2027-02-29", "Datumet finns inte."),
        ("29/2", "Skriv ett datum."),
        ("20270228", "Skriv ett datum."),
        ("2027-02-28T10:00", "Skriv ett datum."),
        ("1826-01-01", "Kontrollera årtalet."),
    ],
)
def test_a_day_that_cannot_be_read_is_refused(typed: str, message: str):
    assert error(due=typed) == message


def test_today_in_stockholm_has_come_also_when_utc_is_still_yesterday():
    after_midnight = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert Everything(now=after_midnight).load({"met_on": "2026-11-21"})


def test_tomorrow_has_not_come():
    assert error(met_on="2026-11-22") == "Dagen kan inte ligga i framtiden."


def test_empty_rows_are_left_out():
    given = [{"order": " "}, {"order": "Gå varje dag"}, {"key": "b", "order": ""}]
    assert load(orders=given) == {"orders": [{"order": "Gå varje dag"}]}


def test_rows_that_are_all_empty_count_as_none():
    assert load(orders=[{"order": ""}, {}]) == {}


def test_a_fault_in_a_row_carries_the_number_of_the_row_as_it_was_sent():
    given = [{"order": ""}, {"order": "Gå"}, {"order": "Stå", "colour": "pink"}]
    assert errors(orders=given) == {"orders": {2: {"colour": ["Välj ett av alternativen."]}}}


def test_what_is_missing_in_a_begun_row_is_asked_for():
    assert errors(orders=[{"colour": "red"}]) == {"orders": {0: {"order": ["Fyll i det här."]}}}


def test_an_unknown_column_is_refused():
    assert errors(orders=[{"order": "Gå", "x": "1"}]) == {
        "orders": {0: {"x": ["Fältet finns inte i formuläret."]}}
    }


@pytest.mark.parametrize("row", ["Gå", 5, ["Gå"]])
def test_a_row_that_is_no_row_is_refused(row: Any):
    assert list(errors(orders=[row])["orders"]) == [0]


def test_two_rows_of_the_same_name_are_refused():
    same = [{"key": "a", "order": "Gå"}, {"key": "a", "order": "Stå"}]
    assert error(orders=same) == "Raderna stämmer inte med ärendet. Läs om sidan."


def test_more_rows_than_anybody_fills_in_are_refused():
    assert error(orders=[{"order": "Gå"}] * 51) == "Högst 50 rader."


class Night(Form):
    begins = clock("Börjar")


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("21:30", 1290), ("7.00", 420), (" 07:05 ", 425), ("00:00", 0), ("24:00", 0), ("23:59", 1439)],
)
def test_a_time_of_day_is_minutes_after_midnight(typed, minutes):
    form = Night(now=NOW)
    assert form.load({"begins": typed}) == {"begins": minutes}
    assert form.load(form.dump({"begins": minutes})) == {"begins": minutes}


@pytest.mark.parametrize(
    "typed", ["24:01", "25:00", "7", "7:5", "07:60", "sju", "-1:00", 730, None]
)
def test_what_is_no_time_of_day_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError) as refused:
        Night(now=NOW).load({"begins": typed})
    (said,) = refused.value.normalized_messages()["begins"]
    assert typed is None or said == "Skriv klockslaget så här: 21:30"
