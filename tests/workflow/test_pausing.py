"""Pauses in the reckoning: which limits they move and how far, and what may have none."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.lending import ASKED, LADDER, LAW, LENDING, OPENED, PROPOSAL, step
from workflow.basis import Basis, BasisKind
from workflow.deadlines import calendar_days, working_days
from workflow.definition import Deadline, FaultyDefinition, Step
from workflow.definitions import DEFINITIONS
from workflow.engine import Engine
from workflow.facts import Facts
from workflow.holidays import BY_LAW, STOCKHOLM
from workflow.ladders import RESPONSIBLE, At, Rung, Sending
from workflow.moments import day_of
from workflow.pausing import Paused, Pausing, moved_by, used
from workflow.rules_file import FaultyRules, read

START = datetime(2026, 11, 24, 9, tzinfo=STOCKHOLM)
PAUSING = Pausing({"away": "Väntar"}, budget=30, longest=14, basis=PROPOSAL)


def paused(first: str, back: str) -> Paused:
    return Paused(
        datetime.fromisoformat(f"{first}T14:00+01:00"),
        datetime.combine(date.fromisoformat(back), time(), STOCKHOLM),
    )


def test_a_limit_in_calendar_days_moves_by_every_day_paused():
    clock = moved_by(calendar_days(START, 7, BY_LAW), [paused("2026-11-27", "2026-11-30")], BY_LAW)
    assert clock.due == datetime(2026, 12, 4, 23, 59, 59, tzinfo=STOCKHOLM)
    assert "ger 3 kalenderdagar till" in clock.why.sv
    assert "gives 3 calendar days more" in clock.why.en


def test_a_limit_in_working_days_moves_by_the_working_days_paused():
    # Friday, Saturday and Sunday are three days of the budget and one that would have been worked.
    weekend = paused("2026-11-27", "2026-11-30")
    clock = moved_by(working_days(START, 5, BY_LAW), [weekend], BY_LAW)
    assert (clock.due, used([weekend])) == (
        datetime(2026, 12, 2, 23, 59, 59, tzinfo=STOCKHOLM), 3
    )  # fmt: skip
    assert "ger 1 arbetsdag till" in clock.why.sv


def test_a_clock_that_never_stood_still_is_told_as_before():
    clock = working_days(START, 5, BY_LAW)
    assert moved_by(clock, [], BY_LAW) is clock
    same_day = paused("2026-11-25", "2026-11-25")
    assert moved_by(clock, [same_day], BY_LAW) == clock


@given(
    days=st.integers(1, 40),
    stretches=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4),
)
def test_pauses_after_each_other_move_a_limit_to_the_nth_day_that_is_worked_and_not_paused(
    days: int, stretches: list[tuple[int, int]]
):
    ledger, day = list[Paused](), START.date()
    for wait, length in stretches:
        first = day + timedelta(days=wait)
        day = first + timedelta(days=length)
        if first <= day_of(
            moved_by(working_days(START, days, BY_LAW), ledger, BY_LAW).due or START
        ):
            ledger.append(paused(first.isoformat(), day.isoformat()))
    still = {p.first + timedelta(days=n) for p in ledger for n in range(p.days)}
    # The day the limit starts is not counted, so a pause of it gives one day for nothing.
    left, day = days + (START.date() in still), START.date()
    while left:
        day += timedelta(days=1)
        left -= BY_LAW.is_working_day(day) and day not in still
    due = moved_by(working_days(START, days, BY_LAW), ledger, BY_LAW).due
    assert due is not None
    assert day_of(due) == day


def test_a_share_of_the_time_is_a_share_of_the_time_that_runs():
    ladder = replace(LADDER, rungs=(Rung("soon", At.SHARE_LEFT, (RESPONSIBLE,), 50), *LADDER.rungs))
    engine = Engine(LENDING, BY_LAW)
    own = step("wait", ladder=ladder)
    facts, item = Facts({}, START), engine.items(own, Facts({}, START))[0]
    plain = engine.reopen(own, item, facts, START)
    moved = engine.reopen(own, item, facts, START, (paused("2026-11-24", "2026-12-01"),))
    assert plain.clock.due
    assert moved.clock.due
    assert moved.clock.due - plain.clock.due == timedelta(days=7)
    assert [a[0] - b[0] for a, b in zip(moved.rungs, plain.rungs, strict=True)] == [
        timedelta(days=7)
    ] * len(moved.rungs)


def test_no_rung_falls_within_a_pause():
    engine = Engine(LENDING, BY_LAW)
    item = engine.items(step("wait"), Facts({}, START))[0]
    own = step("wait", "working_days", 1)
    within = paused("2026-11-25", "2026-11-28")
    # A correction has moved the start, so that the limit now ends in the middle of the pause.
    early = START - timedelta(days=5)
    opening = engine.reopen(own, item, Facts({}, early), early, (within,))
    assert all(not within.start <= at < within.end for at, _key in opening.rungs)


def faults(own: Step) -> list[str]:
    try:
        replace(LENDING, states=(replace(ASKED, steps=(*ASKED.steps, own)), *LENDING.states[1:]))
    except FaultyDefinition as faulty:
        return faulty.faults
    return []


DIGEST = replace(LADDER, sending=Sending.DIGEST)


def test_a_step_in_a_digest_that_counts_days_may_be_paused():
    assert faults(step("wait", ladder=DIGEST, pause=PAUSING)) == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"due": Deadline("calendar_days", OPENED, LAW, 3)}, "a pause of a limit set by law"),
        ({"due": Deadline("elapsed", OPENED, PROPOSAL, 2)}, "a pause of what cannot wait"),
        ({"ladder": LADDER}, "a pause of what cannot wait"),
        ({"moves_on": True}, "a pause of a step whose time out opens another"),
        ({"pause": replace(PAUSING, reasons={})}, "a pause without a reason or a source"),
        (
            {"pause": replace(PAUSING, basis=Basis(BasisKind.ROUTINE, " "))},
            "a pause without a reason or a source",
        ),
        ({"pause": replace(PAUSING, longest=31)}, "a pause of 31 days with a budget of 30"),
    ],
)
def test_what_cannot_wait_has_no_pause(more: dict[str, Any], fault: str):
    with_it: dict[str, Any] = {"ladder": DIGEST, "pause": PAUSING} | more
    (found,) = faults(step("wait", **with_it))
    assert found.startswith(f"step 'wait': {fault}")


def test_no_limit_of_the_law_and_nothing_that_goes_at_once_can_be_paused():
    steps = [step for d in DEFINITIONS for state in d.states for step in state.steps]
    pausable = [step for step in steps if step.pause]
    assert {step.due.basis.kind for step in pausable} == {BasisKind.DEFAULT}
    assert {step.ladder.sending for step in pausable} == {Sending.DIGEST}


def rules(path: Path, text: str) -> Pausing | None:
    path.write_text(
        f'[deviation.steps.investigate.pause]\n{text}\nbasis = "MAS § 1"', encoding="utf-8"
    )
    return read(path, DEFINITIONS).definitions[0].step("investigate").pause


def test_the_municipality_sets_its_own_days_or_lets_nothing_wait(tmp_path: Path):
    own = rules(tmp_path / "rules.toml", "days = 10")
    assert own
    assert (own.budget, own.longest, own.basis.text) == (10, 10, "MAS § 1")
    assert own.basis.kind is BasisKind.LOCAL
    shorter = rules(tmp_path / "rules.toml", "days = 40\nlongest = 5")
    assert shorter
    assert (shorter.budget, shorter.longest) == (40, 5)
    assert rules(tmp_path / "rules.toml", "days = 0") is None


@pytest.mark.parametrize("text", ["", "days = 181", "days = 3\nlongest = 4", "days = 3\nwhen = 1"])
def test_a_faulty_pause_is_told_with_its_place(tmp_path: Path, text: str):
    with pytest.raises(FaultyRules) as faulty:
        rules(tmp_path / "rules.toml", text)
    (fault,) = faulty.value.faults
    assert fault.startswith("deviation.steps.investigate.pause.")


def test_a_step_that_cannot_wait_takes_no_pause_from_the_file(tmp_path: Path):
    path = tmp_path / "rules.toml"
    path.write_text('[deviation.steps.assess.pause]\ndays = 3\nbasis = "§"', encoding="utf-8")
    with pytest.raises(FaultyRules, match=r"deviation\.steps\.assess\.pause: finns inte"):
        read(path, DEFINITIONS)
