"""The municipality's rules file: what it may change, and every fault at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from tests.workflow.lending import ASKED, LENDING
from workflow.basis import Basis, BasisKind
from workflow.definition import Step
from workflow.definitions import DEFINITIONS
from workflow.ladders import At, Sending
from workflow.roles import Role
from workflow.rules_file import LocalRules, read
from workflow.window import OUR_WINDOW, SendWindow

EXAMPLE = Path(__file__).parents[2] / "docs" / "rules.example.toml"
LOCAL = Basis(BasisKind.LOCAL, "Nämnden § 7")

Rules = Callable[[str], LocalRules]


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    def with_text(text: str) -> LocalRules:
        path = tmp_path / "rules.toml"
        path.write_text(text.replace("OURS", f'basis = "{LOCAL.text}"'), encoding="utf-8")
        return read(path, (LENDING,))

    return with_text


def step(rules: LocalRules, key: str) -> Step:
    return rules.definitions[0].step(key)


def test_an_empty_file_changes_nothing(rules: Rules):
    assert rules("") == LocalRules((LENDING,), OUR_WINDOW, ())


def test_a_limit_that_is_our_proposal_can_be_loosened(rules: Rules):
    changed = step(rules("[lending.steps.measure]\ndays = 20\nOURS"), "measure")
    assert (changed.due.amount, changed.due.basis) == (20, LOCAL)
    assert changed.due.rule == "working_days"


def test_a_limit_of_law_or_routine_can_be_tightened(rules: Rules):
    changed = step(rules("[lending.steps.weigh]\nhours = 1\nOURS"), "weigh")
    assert (changed.due.amount, changed.due.basis) == (1, LOCAL)


def test_what_the_file_does_not_name_stays_as_it_is(rules: Rules):
    changed = rules("[lending.steps.weigh]\nhours = 1\nOURS")
    assert step(changed, "measure") == LENDING.step("measure")
    assert changed.definitions[0].states[1:] == LENDING.states[1:]


def test_a_threshold_can_be_set_within_its_span(rules: Rules):
    threshold = rules("[lending.thresholds.heavy]\nvalue = 90\nOURS").definitions[0].thresholds[0]
    assert (threshold.value, threshold.basis) == (90, LOCAL)


LADDER = """
sending = "digest"
rungs = [
    { key = "soon", at = "share_left", amount = 25, to = ["responsible"] },
    { key = "head", at = "working_days_after", amount = 3, to = ["head_of_health_care", "mas"] },
]
OURS
"""


def test_a_ladder_can_be_replaced_for_the_whole_routine(rules: Rules):
    changed = rules(f"[lending.ladders.plain]\n{LADDER}").definitions[0]
    ladders = {step.ladder for state in changed.states for step in state.steps}
    (ladder,) = ladders
    assert (ladder.key, ladder.sending, ladder.basis) == ("plain", Sending.DIGEST, LOCAL)
    assert ladder.label == "Samlat, vardagar dagtid"
    head = ladder.rung("head")
    assert (head.at, head.amount) == (At.WORKING_DAYS_AFTER, 3)
    assert head.to == (Role.HEAD_OF_HEALTH_CARE, Role.MAS)


def test_a_ladder_can_be_replaced_for_one_step(rules: Rules):
    changed = rules(f"[lending.steps.sign.ladder]\n{LADDER}")
    assert step(changed, "sign").ladder.basis == LOCAL
    assert step(changed, "judge") == LENDING.step("judge")
    assert step(changed, "sign").due == LENDING.step("sign").due


def test_the_ladder_of_a_step_goes_before_that_of_the_routine(rules: Rules):
    changed = rules(
        f"[lending.ladders.plain]\n{LADDER}\n[lending.steps.sign.ladder]\n"
        + LADDER.replace("digest", "at_once")
    )
    assert step(changed, "sign").ladder.sending is Sending.AT_ONCE
    assert step(changed, "judge").ladder.sending is Sending.DIGEST


def test_the_send_window_can_be_set_in_part(rules: Rules):
    window = rules('[window]\ncloses = "18:30"\nOURS').window
    assert window == SendWindow(closes=time(18, 30), basis=LOCAL)


def test_local_closed_days_have_a_reason_and_a_basis(rules: Rules):
    text = '[[closed_days]]\nday = 2026-12-23\nreason = "planeringsdag"\nOURS'
    (closed,) = rules(text).closed_days
    assert (closed.day, closed.reason, closed.basis) == (date(2026, 12, 23), "planeringsdag", LOCAL)


def test_an_older_version_keeps_its_own_steps_under_the_same_rules(tmp_path: Path):
    newer = replace(
        LENDING, version=2, states=(replace(ASKED, steps=ASKED.steps[:1]), *LENDING.states[1:])
    )
    path = tmp_path / "rules.toml"
    measure, weigh = ("[lending.steps.measure]\ndays = 1", "[lending.steps.weigh]\nhours = 1")
    path.write_text(f"{measure}\nbasis = 'a'\n{weigh}\nbasis = 'a'", encoding="utf-8")
    old, new = read(path, (LENDING, newer)).definitions
    assert (old.step("measure").due.amount, old.step("weigh").due.amount) == (1, 1)
    assert new.step("weigh").due.amount == 1


def test_the_example_file_loosens_nothing():
    rules = read(EXAMPLE, DEFINITIONS)
    for ours, changed in zip(DEFINITIONS, rules.definitions, strict=True):
        steps = [step for state in changed.states for step in state.steps]
        assert any(step.due.basis.kind is BasisKind.LOCAL for step in steps)
        assert any(step.ladder.basis.kind is BasisKind.LOCAL for step in steps)
        for step in steps:
            assert (step.due.amount or 0) <= (ours.step(step.key).due.amount or 0)
        for threshold, default in zip(changed.thresholds, ours.thresholds, strict=True):
            assert threshold.value <= default.value
            assert threshold.basis.kind is BasisKind.LOCAL
    assert OUR_WINDOW.opens <= rules.window.opens
    assert rules.window.closes <= OUR_WINDOW.closes


def test_the_example_file_can_be_used_with_its_closed_day(tmp_path: Path):
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    start = lines.index("# [[closed_days]]")
    lines[start : start + 4] = [line.removeprefix("# ") for line in lines[start : start + 4]]
    path = tmp_path / "rules.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [closed.reason for closed in read(path, DEFINITIONS).closed_days] == ["planeringsdag"]
