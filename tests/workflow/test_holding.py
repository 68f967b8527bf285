"""How long a reminder waits for whoever has said "jag tar det"."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.holding import held, longest
from workflow.holidays import STOCKHOLM
from workflow.ladders import Sending

FRIDAY = datetime(2026, 12, 4, 13, tzinfo=STOCKHOLM)

moments = st.timedeltas(timedelta(), timedelta(days=60)).map(FRIDAY.__add__)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=STOCKHOLM)


def test_what_goes_at_once_waits_an_hour_and_what_is_gathered_three_working_days():
    assert longest(Sending.AT_ONCE, FRIDAY) == at(4, 14)
    assert longest(Sending.DIGEST, FRIDAY) == at(9, 23, 59, 59)
    assert longest(Sending.DIGEST, at(22, 9)) == at(29, 23, 59, 59)


@pytest.mark.parametrize(
    ("planned", "until", "fires"),
    [
        (at(4, 13, 10), at(4, 13, 30), at(4, 13, 30)),
        (at(4, 13, 40), at(4, 13, 30), at(4, 13, 40)),
        (at(4, 12, 50), at(4, 14), at(4, 13, 50)),
    ],
)
def test_a_rung_waits_until_the_time_given_but_an_hour_at_most(planned, until, fires):
    assert held(planned, until, at(4, 13), Sending.AT_ONCE, by_law=False) == fires


@given(planned=moments, until=moments, due=moments, sending=st.sampled_from(Sending))
def test_the_law_keeps_its_rungs_at_and_after_due_and_no_other_waits_beyond_it(
    planned: datetime, until: datetime, due: datetime, sending: Sending
):
    fires = held(planned, until, due, sending, by_law=True)
    assert fires == planned if planned >= due else planned <= fires <= due


@given(planned=moments, untils=st.lists(moments, min_size=1), sending=st.sampled_from(Sending))
def test_taking_a_step_again_and_again_keeps_no_rung_back_beyond_the_longest(
    planned: datetime, untils: list[datetime], sending: Sending
):
    fires = [held(planned, until, FRIDAY, sending, by_law=False) for until in untils]
    assert planned <= min(fires)
    assert max(fires) <= longest(sending, planned)


@given(first=moments, later=moments, until=moments, sending=st.sampled_from(Sending))
def test_rungs_keep_their_order_while_they_wait(
    first: datetime, later: datetime, until: datetime, sending: Sending
):
    early, late = sorted((first, later))
    for by_law in (False, True):
        fired = [held(one, until, FRIDAY, sending, by_law=by_law) for one in (early, late)]
        assert fired == sorted(fired)
