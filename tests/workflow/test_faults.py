"""A faulty definition says everything that is wrong with it when it is made."""

from dataclasses import replace
from typing import Any

import pytest

from tests.workflow.lending import ASKED, LADDER, LENDING, NURSE, OPENED, PROPOSAL, TRIED, step
from workflow.again import BY_THE_DAY, Again, Unit
from workflow.basis import Basis, BasisKind
from workflow.definition import (
    Action,
    Deadline,
    FaultyDefinition,
    Route,
    State,
    Step,
    Tell,
    Threshold,
)
from workflow.definitions import CHECKS, DEFINITIONS
from workflow.facts import Rule
from workflow.faults import faults_of
from workflow.fields import line
from workflow.forms import Empty, Form, Section
from workflow.ladders import PARTY, At, Ladder, Rung, Sending
from workflow.roles import Role
from workflow.window import OUR_WINDOW

ALWAYS = Rule("alltid", lambda _facts: True)


def faults(**changes: Any) -> list[str]:
    try:
        replace(LENDING, **changes)
    except FaultyDefinition as faulty:
        return faulty.faults
    return []


def faults_with(*steps: Step) -> list[str]:
    asked = replace(ASKED, steps=(*ASKED.steps, *steps))
    return faults(states=(asked, *LENDING.states[1:]))


def limited(rule: str, amount: int | None, basis: Basis = PROPOSAL) -> Step:
    return step("odd", due=Deadline(rule, OPENED, basis, amount))


def laddered(*rungs: Rung) -> Step:
    return step("odd", ladder=Ladder("odd", "Udda", Sending.DIGEST, rungs))


def test_the_released_definitions_and_the_small_one_are_sound():
    assert [faults_of(definition) for definition in (*DEFINITIONS, *CHECKS, LENDING)] == [
        [] for _ in (*DEFINITIONS, *CHECKS, LENDING)
    ]


def test_no_two_definitions_share_a_key_and_version_or_a_prefix():
    names = [(definition.key, definition.version) for definition in (*DEFINITIONS, *CHECKS)]
    prefixes = {definition.key: definition.prefix for definition in (*DEFINITIONS, *CHECKS)}
    assert len(names) == len(set(names))
    assert len(prefixes) == len(set(prefixes.values()))


def test_every_fault_is_listed_at_once():
    class Unread(Form):
        """A section that names what is not there, and leaves out what is."""

        first = line("Första")
        sections = (Section("one", "Ett", ("second",)),)

    nowhere = Basis(BasisKind.DEFAULT, " ")
    with pytest.raises(FaultyDefinition) as caught:
        replace(
            LENDING,
            prefix="lån",
            version=0,
            opening=Unread,
            states=(
                State(
                    "asked",
                    "Anmäld",
                    (
                        Step(
                            "Weigh",
                            " ",
                            "",
                            NURSE,
                            Deadline("guess", OPENED, nowhere),
                            LADDER,
                            Empty,
                        ),
                        step("odd", required=False),
                    ),
                    (Route("nowhere"), Route("tried", ALWAYS)),
                ),
                TRIED,
                State("tried", "Provas igen", (step("odd"),)),
                State("island", "Ö", (step("wait", required=False),), (Route("island"),)),
            ),
            actions=(Action("drop", "Avbryt", "Avbrutet", "island", (), Empty),),
            tells=(Tell("heavy", "Tung", (), ALWAYS),),
            thresholds=(Threshold("heavy", "Vikt", 300, 80, 200, PROPOSAL),),
        )
    assert caught.value.faults == [
        "state 'tried' is named 2 times",
        "step 'odd' is named 2 times",
        "step 'Weigh': a key is lower case letters, digits and _",
        "prefix 'lån': two to six capital letters",
        "version: counts from 1",
        "state 'asked': route to unknown state 'nowhere'",
        "state 'asked': the last route has a rule, so a case can get stuck",
        "state 'asked': a route after one without a rule is never taken",
        "state 'tried': route to unknown state 'lent'",
        "state 'tried': route to unknown state 'returned'",
        "state 'tried': has steps but no way on",
        "state 'island': no step is required, so it is passed at once",
        "action 'drop': leads to 'island', which is not an end",
        "state 'island' never comes to an end",
        "step 'Weigh': has no label",
        "step 'Weigh': a limit without a source",
        "step 'Weigh': unknown deadline rule 'guess'",
        "threshold 'heavy': 300 is outside 80-200",
        "tell 'heavy' is addressed to nobody",
        "action 'drop' is allowed to nobody",
        "form Unread: fields in no section: first",
        "form Unread: section names 'second'",
    ]
    assert str(caught.value).startswith("lending: state 'tried' is named 2 times; step 'odd'")


@pytest.mark.parametrize(
    ("rule", "amount", "fault"),
    [
        ("elapsed", None, "the rule elapsed takes hours"),
        ("sip_call", 3, "the rule sip_call takes no amount"),
        ("working_days", 0, "a limit shorter than 1"),
        ("on_date", 3, "a date from a form takes no amount"),
        (
            "payment_liability",
            None,
            "payment_liability gives no due time, so nothing could be overdue",
        ),
    ],
)
def test_a_limit_that_cannot_be_reckoned_is_a_fault(rule: str, amount: int | None, fault: str):
    assert faults_with(limited(rule, amount)) == [f"step 'odd': {fault}"]


@pytest.mark.parametrize(
    ("rungs", "fault"),
    [
        ([], "a ladder that tells nobody when the time is out"),
        (
            [Rung("soon", At.MINUTES_BEFORE, (Role.MAS,), 30)],
            "a ladder that tells nobody when the time is out",
        ),
        (
            [Rung("late", At.HOURS_AFTER, (Role.MAS,), 1), Rung("due", At.DUE, (Role.MAS,))],
            "rungs that do not stand in the order they fire",
        ),
        ([Rung("due", At.DUE, ())], "rung 'due' is addressed to nobody"),
        ([Rung("due", At.DUE, (Role.MAS,), 5)], "rung 'due': due cannot take the amount 5"),
        (
            [Rung("late", At.HOURS_AFTER, (Role.MAS,))],
            "rung 'late': hours_after cannot take the amount 0",
        ),
        (
            [Rung("due", At.DUE, (Role.MAS,)), Rung("due", At.HOURS_AFTER, (Role.MAS,), 1)],
            "rung 'due' is named 2 times",
        ),
    ],
)
def test_a_ladder_that_would_fail_somebody_is_a_fault(rungs: list[Rung], fault: str):
    assert faults_with(laddered(*rungs)) == [f"step 'odd': {fault}"]


def test_a_state_nobody_can_come_to_is_a_fault():
    lonely = State("lonely", "Ensam", (step("odd"),), (Route("returned"),))
    assert faults(states=(*LENDING.states, lonely)) == ["state 'lonely' cannot be reached"]


def test_an_action_that_leads_nowhere_is_a_fault():
    action = replace(LENDING.actions[0], to="lost")
    assert faults(actions=(action,), states=LENDING.states[:-1]) == [
        "action 'drop': leads to unknown state 'lost'"
    ]


def test_a_definition_without_states_says_just_that():
    assert faults(states=()) == ["no states"]


def test_consent_looked_for_where_no_form_asks_for_it_is_a_fault():
    assert faults(consent=("lost", "consent")) == ["consent: unknown step 'lost'"]
    assert faults(consent=("weigh", "consent")) == [
        "consent: the form of 'weigh' has no field 'consent'"
    ]


def test_only_a_step_that_somebody_outside_can_answer_reminds_a_party():
    first, last = Rung("party", At.SHARE_LEFT, (PARTY,), 50), Rung("due", At.DUE, (Role.NURSE,))
    told = faults_with(laddered(first, last))
    assert told == ["step 'odd': a ladder that reminds a party, though nobody outside can answer"]


DUE = Rung("due", At.DUE, (Role.NURSE,))


@pytest.mark.parametrize(
    ("rungs", "again", "fault"),
    [
        (
            (DUE, Rung("soon", At.SHARE_LEFT, (Role.NURSE,), 25)),
            BY_THE_DAY,
            "repeats a rung that fires before the time is out",
        ),
        ((DUE,), Again(3, 2, Unit.HOURS), "repeats that do not come further and further apart"),
        ((DUE,), Again(0, 2, Unit.HOURS), "repeats that do not come further and further apart"),
        ((replace(DUE, to=(PARTY, Role.MAS)),), BY_THE_DAY, "repeats a rung that is for a party"),
    ],
)
def test_repeats_that_would_fail_somebody_are_faults(rungs, again: Again, fault: str):
    ladder = Ladder("odd", "Udda", Sending.DIGEST, rungs, again=again)
    assert f"step 'odd': {fault}" in faults_with(step("odd", ladder=ladder))


def test_what_goes_at_once_has_no_send_window():
    ladder = Ladder("odd", "Udda", Sending.AT_ONCE, (DUE,), window=OUR_WINDOW)
    told = faults_with(step("odd", ladder=ladder))
    assert told == ["step 'odd': a send window for what goes at once"]


@pytest.mark.parametrize("key", ["tell:due", "late:", "out:due", "due#2", "Due"])
def test_a_rung_is_never_taken_for_a_tell_a_late_opening_or_a_repeat(key: str):
    told = faults_with(laddered(replace(DUE, key=key)))
    assert told == [f"step 'odd': rung {key!r}: a key is lower case letters, digits and _"]


def test_a_ladder_that_tells_a_party_alone_when_the_time_is_out_tells_nobody():
    ladder = Ladder("odd", "Udda", Sending.DIGEST, (Rung("due", At.DUE, (PARTY,)),))
    assert not ladder.tells_when_overdue
