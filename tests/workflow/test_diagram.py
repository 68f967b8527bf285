"""A definition as Mermaid text, and where a case stands in it."""

from dataclasses import replace

from tests.workflow.lending import LENDING, TRIED
from workflow.definition import Route
from workflow.definitions import DEFINITIONS
from workflow.diagram import mermaid, state_map
from workflow.facts import Rule

PICTURE = """\
stateDiagram-v2
    state "Lån av hjälpmedel" as case_is_open {
        [*] --> asked
        state "Anmäld" as asked
        state "Lagas" as repair
        state "Utlånad" as lent
        state "Provas" as tried
    }
    state "Återlämnad" as returned
    state "Avbruten" as dropped
    asked --> repair
    repair --> lent
    lent --> tried
    tried --> lent: om den inte passar, nytt varv
    tried --> returned: annars
    case_is_open --> dropped: Avbryt lånet
    returned --> [*]
    dropped --> [*]
"""


def marks(state: str | None, been: tuple[str, ...] = ()) -> dict[str, str]:
    return {mark.key: mark.mark for mark in state_map(LENDING, state, been=been)}


def test_the_picture_has_every_state_way_loop_and_action():
    assert mermaid(LENDING) == PICTURE


def test_a_label_cannot_break_the_picture():
    odd = replace(LENDING, label='Lån: "akut"; #1\n--> x')
    assert mermaid(odd).splitlines()[1] == '    state "Lån akut 1 --> x" as case_is_open {'


def test_the_map_shows_what_is_passed_where_the_case_is_and_what_comes():
    assert marks("lent") == {
        "asked": "done", "repair": "done", "lent": "now", "tried": "next", "returned": "next",
    }  # fmt: skip


def test_a_closed_case_shows_what_it_has_been_through_and_how_it_ended():
    been = ("asked", "repair", "lent", "tried")
    assert marks("returned", been=been) == {
        "asked": "done", "repair": "done", "lent": "done", "tried": "done", "returned": "end",
    }  # fmt: skip
    assert marks("dropped", been=("asked",)) == {"asked": "done", "dropped": "end"}


def test_of_several_ends_an_open_case_is_shown_the_first_alone():
    for definition in DEFINITIONS:
        open_states = [each.key for each in definition.states if each.then]
        shown = [mark.key for mark in state_map(definition, open_states[0])]
        assert shown == [*open_states, definition.states[len(open_states)].key]


def test_without_a_case_everything_is_still_to_come():
    assert set(marks(None).values()) == {"next"}
    assert list(marks(None)) == ["asked", "repair", "lent", "tried", "returned"]


def test_a_state_names_the_states_it_can_go_back_to():
    loops = {mark.key: mark.loops for mark in state_map(LENDING, "asked")}
    assert loops.pop("tried") == ("Utlånad",)
    assert set(loops.values()) == {()}


def test_a_state_that_leads_to_itself_goes_back():
    again = Route("tried", Rule("provas igen", bool))
    tried = replace(TRIED, then=(again, *TRIED.then))
    states = tuple(tried if state is TRIED else state for state in LENDING.states)
    loops = {mark.key: mark.loops for mark in state_map(replace(LENDING, states=states), "asked")}
    assert loops["tried"] == ("Provas", "Utlånad")


def test_the_round_stands_where_the_case_is():
    rounds = {mark.key: mark.round for mark in state_map(LENDING, "lent", 2)}
    assert rounds.pop("lent") == 2
    assert set(rounds.values()) == {None}
