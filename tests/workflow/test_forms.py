"""How the fields of a form work together."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import ValidationError

from workflow.facts import Answer, Facts
from workflow.fields import choice, hidden, line, rows, yes_no
from workflow.forms import Empty, Form, Row, Section

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
TOPPINGS = {"jam": "Sylt", "cream": "Grädde", "none": "Inget"}


class Verdict(Row):
    name = hidden()
    answer = choice("Räcker det?", {"yes": "Ja", "no": "Nej"})
    why = line("Varför?", required=False, needed_when=("answer", ("no",)))


class Pancakes(Form):
    hungry = yes_no("Hungrig?")
    topping = choice(
        "Vad på?", TOPPINGS, required=False, shown_when=("hungry", ("true",)), needed=True
    )
    why_none = line("Varför inget?", required=False, shown_when=("topping", ("none",)), needed=True)
    comment = line("Kommentar", required=False, needed_when=("topping", ("cream",)))
    cook = line("Kock", required=False)
    other_cook = line("Annan kock", required=False)
    verdicts = rows("Omdömen", Verdict, fixed="name")

    either = (("cook", "other_cook"),)
    sections = (
        Section("food", "Mat", ("hungry", "topping", "why_none", "verdicts")),
        Section("rest", "Resten", ("comment", "cook", "other_cook"), optional=True),
    )

    def left_out(self) -> tuple[str, ...]:
        return ("comment",) if self.facts.answered("silent") else ()

    def initial(self) -> dict[str, Any]:
        return {"verdicts": [{"name": n} for n in self.facts.opening.get("names", ())]}


def form(names: tuple[str, ...] = (), *answers: Answer) -> Pancakes:
    return Pancakes(now=NOW, facts=Facts({"names": names}, NOW, answers))


def errors(given: Any, names: tuple[str, ...] = ()) -> Mapping[str, Any]:
    with pytest.raises(ValidationError) as refused:
        form(names).load(given)
    return refused.value.messages_dict


def test_an_unknown_field_is_refused_beside_its_name():
    given = {"hungry": "false", "cook": "Bo", "admin": "true"}
    assert errors(given) == {"admin": ["Fältet finns inte i formuläret."]}


@pytest.mark.parametrize("given", [[], "text", 5, None])
def test_a_form_that_is_no_form_is_refused(given: Any):
    assert errors(given)["_schema"] == ["Det här går inte att läsa. Skriv om det."]


def test_a_field_that_does_not_fit_the_choices_is_not_stored():
    given = {"hungry": "false", "topping": "jam", "cook": "Bo"}
    assert form().load(given) == {"hungry": False, "cook": "Bo", "verdicts": []}


def test_a_field_that_is_needed_is_asked_for_when_it_is_shown():
    assert errors({"hungry": "true", "cook": "Bo"}) == {"topping": ["Fyll i det här."]}


def test_a_field_may_be_needed_by_a_choice_and_allowed_by_all():
    given = {"hungry": "true", "topping": "cream", "cook": "Bo"}
    assert errors(given) == {"comment": ["Fyll i det här."]}
    assert form().load({"hungry": "true", "topping": "jam", "cook": "Bo", "comment": "Gott"})


def test_a_faulty_answer_is_not_also_called_missing():
    given = {"hungry": "true", "topping": "mud", "cook": "Bo"}
    assert errors(given) == {"topping": ["Välj ett av alternativen."]}


def test_one_of_two_fields_is_enough_and_none_is_asked_for_at_the_first():
    assert form().load({"hungry": "false", "other_cook": "Eva"})
    assert errors({"hungry": "false", "cook": " "}) == {"cook": ["Fyll i det här."]}


def test_every_fault_is_found_at_once():
    assert errors({"hungry": "perhaps", "x": "1"}).keys() == {"hungry", "x", "cook"}


def test_a_field_that_the_case_does_not_ask_for_is_gone_and_refused():
    silent = form((), Answer("silent", "", 1, {}, NOW))
    assert "comment" not in silent.fields
    assert [s.fields for s in silent.layout()][1] == ("cook", "other_cook")
    with pytest.raises(ValidationError):
        silent.load({"hungry": "false", "cook": "Bo", "comment": "Hej"})


def test_a_form_without_sections_shows_everything_in_one():
    [section] = Empty(now=NOW).layout()
    assert section.fields == ()
    assert Pancakes(now=NOW).layout() == Pancakes.sections


def test_fixed_rows_come_back_in_the_order_of_the_case():
    verdicts = [{"name": "b", "answer": "yes"}, {"name": "a", "answer": "yes"}]
    loaded = form(("a", "b")).load({"hungry": "false", "cook": "Bo", "verdicts": verdicts})
    assert [row["name"] for row in loaded["verdicts"]] == ["a", "b"]


@pytest.mark.parametrize("sent", [[], ["a"], ["a", "b", "c"], ["a", "c"], ["a", "a"]])
def test_fixed_rows_that_are_not_those_of_the_case_are_refused(sent: list[str]):
    given = {
        "hungry": "false",
        "cook": "Bo",
        "verdicts": [{"name": name, "answer": "yes"} for name in sent],
    }
    assert errors(given, ("a", "b")) == {
        "verdicts": ["Raderna stämmer inte med ärendet. Läs om sidan."]
    }


def test_a_fixed_row_left_blank_is_asked_for():
    given = {"hungry": "false", "cook": "Bo", "verdicts": [{"name": "a"}]}
    assert errors(given, ("a",)) == {"verdicts": {0: {"answer": ["Välj ett av alternativen."]}}}


def test_a_row_asks_for_what_its_own_choices_need():
    given = {"hungry": "false", "cook": "Bo", "verdicts": [{"name": "a", "answer": "no"}]}
    assert errors(given, ("a",)) == {"verdicts": {0: {"why": ["Fyll i det här."]}}}


def test_an_empty_form_has_nothing_to_fill_in():
    assert Empty(now=NOW).load({}) == {}
    with pytest.raises(ValidationError):
        Empty(now=NOW).load({"x": "1"})
