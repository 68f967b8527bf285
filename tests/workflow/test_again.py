"""The last rung is repeated, ever further apart, until the step is ended."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.again import Again, Unit
from workflow.definitions import DEFINITIONS
from workflow.definitions.deviation.ladders import ACUTE, DAYTIME
from workflow.definitions.discharge.ladders import SAME_DAY
from workflow.holidays import BY_LAW, STOCKHOLM, WorkingCalendar
from workflow.ladders import At, Ladder, Rung, Sending
from workflow.roles import Role

SATURDAY = datetime(2026, 10, 24, 22, 15, tzinfo=STOCKHOLM)
"""The clocks are set back in the night that follows."""

LADDERS = {
    f"{each.key}-{step.ladder.key}": step.ladder
    for each in DEFINITIONS
    for state in each.states
    for step in state.steps
}


def repeats(
    ladder: Ladder, key: str, fired: datetime, times: int, calendar: WorkingCalendar = BY_LAW
) -> list[tuple[str, datetime]]:
    """Each repeat fires at its own moment."""
    told = []
    for _ in range(times):
        following = ladder.after(key, fired, calendar)
        assert following
        key, fired = following
        told.append(following)
    return told


def test_what_goes_at_once_comes_again_after_4_8_and_16_hours_and_then_each_day():
    told = repeats(ACUTE, "mas", SATURDAY, 5)
    assert [key for key, _at in told] == ["mas#2", "mas#3", "mas#4", "mas#5", "mas#6"]
    passed = [at - SATURDAY for _key, at in told]
    assert passed == [timedelta(hours=hours) for hours in (4, 12, 28, 52, 76)]


def test_what_is_gathered_comes_again_on_working_days_at_the_same_time_of_day():
    told = repeats(DAYTIME, "mas", datetime(2026, 12, 21, 23, 59, tzinfo=STOCKHOLM), 4)
    moments = [f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}" for _key, at in told]
    # Christmas, New Year and Epiphany lie between.
    assert moments == [
        "2026-12-23 23:59",
        "2027-01-04 23:59",
        "2027-01-15 23:59",
        "2027-01-29 23:59",
    ]


def test_a_local_closed_day_moves_the_repeats_after_it():
    closed = WorkingCalendar({date(2026, 10, 27): "Inventering"})
    ((_key, at),) = repeats(DAYTIME, "mas", SATURDAY, 1, closed)
    assert at == datetime(2026, 10, 28, 22, 15, tzinfo=STOCKHOLM)


def test_what_comes_at_eight_in_the_morning_comes_again_on_later_mornings():
    told = repeats(SAME_DAY, "head", datetime(2026, 12, 3, 8, tzinfo=STOCKHOLM), 4)
    mornings = [at.astimezone(STOCKHOLM) for _key, at in told]
    assert {at.hour for at in mornings} == {8}
    assert [at.day for at in mornings] == [4, 6, 9, 12]


def test_only_the_last_rung_is_repeated():
    for rung in ACUTE.rungs[:-1]:
        assert ACUTE.after(rung.key, SATURDAY, BY_LAW) is None
    assert ACUTE.after("long_gone", SATURDAY, BY_LAW) is None


def test_a_repeat_goes_on_though_the_rules_now_end_with_another_rung():
    ended_before = Ladder("acute", "Genast", Sending.AT_ONCE, ACUTE.rungs[:-1], again=ACUTE.again)
    assert repeats(ended_before, "mas#2", SATURDAY, 1)[0][0] == "mas#3"


def test_a_ladder_without_repeats_ends_with_its_last_rung():
    once = Ladder("once", "En gång", Sending.DIGEST, ACUTE.rungs)
    assert once.after("mas", SATURDAY, BY_LAW) is None


def test_a_repeat_is_for_those_the_rung_was_for():
    assert ACUTE.rung("mas#7") == ACUTE.rung("mas")
    with pytest.raises(KeyError, match="nobody"):
        ACUTE.rung("nobody#2")


@pytest.mark.parametrize("ladder", LADDERS.values(), ids=LADDERS)
def test_a_step_nobody_does_is_told_of_daily_at_most_and_never_forgotten(ladder: Ladder):
    told = repeats(ladder, ladder.rungs[-1].key, SATURDAY, 40)
    in_a_month = [key for key, at in told if at < SATURDAY + timedelta(days=30)]
    assert 3 <= len(in_a_month) <= (32 if ladder.sending is Sending.AT_ONCE else 4)


@given(
    first=st.integers(1, 50),
    more=st.integers(0, 200),
    unit=st.sampled_from(Unit),
    fired=st.timedeltas(timedelta(), timedelta(days=9000)).map(SATURDAY.__add__),
)
def test_repeats_always_come_later_and_never_closer_together(
    first: int, more: int, unit: Unit, fired: datetime
):
    ladder = Ladder(
        "any", "Vilken som helst", Sending.DIGEST, (Rung("due", At.DUE, (Role.MAS,)),),
        again=Again(first, first + more, unit),
    )  # fmt: skip
    told = repeats(ladder, "due", fired, 8)
    moments = [fired, *(at for _key, at in told)]
    waits = [ladder.again.wait(nth) for nth in range(1, 9)] if ladder.again else []
    assert moments == sorted(set(moments))
    assert waits == sorted(waits)
    assert waits[0] == first
    assert max(waits) <= first + more
    assert all(later <= 2 * earlier for earlier, later in pairwise(waits))
