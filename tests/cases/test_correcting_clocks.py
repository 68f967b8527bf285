"""Corrections of earlier answers: the clocks that count from them follow."""

from datetime import timedelta

from tests.cases.chain import Chain
from tests.cases.outsiders import called
from workflow.moments import day_of


def met(chain: Chain) -> str:
    """A SIP whose meeting was held just now, so that its plan is to be written."""
    reference = called(chain)
    for step in chain.steps(reference, "answer"):
        chain.do("bodil", reference, "answer", step.item)
    chain.wait(days=20)
    chain.do(
        "bodil", reference, "hold_meeting", outcome="held", reason=None,
        held_at=chain.now.isoformat(), held_form="home", person_took_part="present", chair="Kim",
        secretary="Bo", attendance=[{"organisation": "Linden", "came": "came"}],
    )  # fmt: skip
    return reference


def test_a_corrected_time_of_an_answer_moves_the_clock_that_counts_from_it(chain: Chain):
    reference = met(chain)
    (before,) = chain.steps(reference, "write_plan")
    held = chain.events(reference, "step_done")[-1]
    chain.wait(hours=3)
    earlier = chain.now - timedelta(days=7)
    chain.correct("bodil", reference, held.sequence, held_at=earlier.isoformat())
    (after,) = chain.steps(reference, "write_plan")
    assert day_of(after.due_at) == day_of(before.due_at) - timedelta(days=7)
    (moved,) = chain.events(reference, "clock_moved")
    assert moved.data["step"] == "write_plan"
    assert "because" not in moved.data


def test_a_correction_that_names_no_other_time_moves_nothing(chain: Chain):
    reference = met(chain)
    (before,) = chain.steps(reference, "write_plan")
    held = chain.events(reference, "step_done")[-1]
    chain.wait(days=2)
    chain.correct("bodil", reference, held.sequence, chair="Kim Karlsson")
    (after,) = chain.steps(reference, "write_plan")
    assert (after.due_at, after.clock) == (before.due_at, before.clock)
    assert chain.events(reference, "clock_moved") == []
