"""When the municipality may have to pay: the law's day, its preconditions, and county models."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.discharging import Discharge, at, moment
from workflow.basis import BasisKind
from workflow.definitions.discharge.payment import (
    LABELS,
    Claim,
    Obstacle,
    claim_of,
    liability,
)  # fmt: skip
from workflow.definitions.discharge.payment_models import (
    MODELS,
    ModelKey,
    NoAmount,
    OverMean,
    Stay,
    amount,
    days_to_pay,
    monthly_means,
)  # fmt: skip
from workflow.holidays import BY_LAW, WorkingCalendar

PER_PATIENT, OVER_MEAN = MODELS[ModelKey.PER_PATIENT], MODELS[ModelKey.OVER_MEAN]
READY = moment("2026-11-24T10:00")
CLAIM = Claim(admission_notice=moment("2026-11-20T10:00"), ready_notice=READY)


def liable_from(claim: Claim) -> date | None:
    return liability(claim, BY_LAW).liable_from


@pytest.mark.parametrize(
    ("sent", "first"),
    [
        ("2026-11-24T12:00", date(2026, 11, 27)),
        ("2026-11-24T12:01", date(2026, 11, 28)),
        ("2027-03-25T11:00", date(2027, 3, 28)),  # Easter Sunday, when the clocks change
        ("2027-03-25T13:00", date(2027, 3, 29)),
        ("2027-06-23T09:00", date(2027, 6, 26)),  # Midsummer Day
        ("2026-12-22T09:00", date(2026, 12, 25)),
        ("2026-12-22T15:00", date(2026, 12, 26)),
        ("2026-10-23T12:00", date(2026, 10, 26)),
        ("2026-10-22T12:30", date(2026, 10, 26)),
    ],
)
def test_liability_begins_three_or_four_days_after_sending_and_is_never_moved(
    sent: str, first: date
):
    claim = Claim(admission_notice=moment("2026-10-01T10:00"), ready_notice=moment(sent))
    assert liable_from(claim) == first
    local = WorkingCalendar({first: "klämdag"} if BY_LAW.is_working_day(first) else {})
    assert liability(claim, local).liable_from == first


def test_noon_is_noon_in_sweden_in_summer_too():
    assert liable_from(replace(CLAIM, ready_notice=moment("2027-07-06T11:59"))) == date(2027, 7, 9)
    assert liable_from(replace(CLAIM, ready_notice=moment("2027-07-06T12:59"))) == date(2027, 7, 10)


@pytest.mark.parametrize(
    ("changed", "obstacle"),
    [
        ({"admission_notice": None}, Obstacle.NO_ADMISSION_NOTICE),
        ({"ready_notice": None}, Obstacle.NO_READY_NOTICE),
        ({"sip_is_due": True}, Obstacle.NO_SIP_CALL),
        ({"held_by_region": True}, Obstacle.HELD_BY_REGION),
    ],
)
def test_without_its_preconditions_there_is_no_liability(
    changed: dict[str, Any], obstacle: Obstacle
):
    found = liability(replace(CLAIM, **changed), BY_LAW)
    assert (found.liable_from, found.obstacles) == (None, (obstacle,))
    assert "LUS 5 kap." in LABELS[obstacle]


def test_every_obstacle_is_told_at_once():
    claim = Claim(None, None, sip_is_due=True, held_by_region=True)
    assert liability(claim, BY_LAW).obstacles == tuple(Obstacle)


def test_the_reckoning_explains_itself_also_while_something_is_lacking():
    found = liability(replace(CLAIM, sip_is_due=True), BY_LAW)
    assert found.clock is not None
    assert "senast klockan 12" in found.clock.why.sv


def test_a_call_in_time_does_not_move_the_day_and_a_late_call_does():
    due = replace(CLAIM, sip_is_due=True)
    assert liable_from(replace(due, sip_call=moment("2026-11-26T09:00"))) == date(2026, 11, 27)
    assert liable_from(replace(due, sip_call=moment("2026-12-01T09:00"))) == date(2026, 12, 1)
    late_admission = replace(CLAIM, admission_notice=moment("2026-11-30T09:00"))
    assert liable_from(late_admission) == date(2026, 11, 30)


def test_a_call_to_a_sip_that_was_not_due_moves_nothing():
    claim = replace(CLAIM, sip_call=moment("2026-12-10T09:00"))
    assert liable_from(claim) == date(2026, 11, 27)


def test_a_case_tells_what_its_liability_rests_on():
    walk = at("planning")
    assert claim_of(walk.facts, None).obstacles == (Obstacle.NO_READY_NOTICE,)
    walk.do("notice_ready")
    claim = claim_of(walk.facts, None)
    assert (claim.admission_notice, claim.ready_notice) == (
        moment("2026-11-24T06:30"), moment("2026-11-24T08:30"),
    )  # fmt: skip
    assert liable_from(claim) == date(2026, 11, 27)


def test_the_time_of_sending_counts_and_not_that_of_receiving():
    walk = at("planning")
    walk.now = moment("2026-11-25T15:00")
    walk.do(
        "notice_ready", sent_at="2026-11-25T11:55", received_at="2026-11-25T14:00",
    )  # fmt: skip
    assert liable_from(claim_of(walk.facts, None)) == date(2026, 11, 28)


def test_a_need_of_sip_makes_the_liability_wait_for_the_call():
    walk = at("ready")
    walk.do("sip_needed", sip_needed=True)
    assert liable_from(claim_of(walk.facts, None)) is None
    assert liable_from(claim_of(walk.facts, moment("2026-11-25T09:00"))) == date(2026, 11, 27)


def test_a_notice_that_was_taken_back_gives_no_liability_and_a_new_one_counts_anew():
    walk = at("ready")
    walk.do("went_home", outcome="not_ready", withdrawn_at=walk.now.isoformat())
    assert claim_of(walk.facts, None).ready_notice is None
    walk.now += timedelta(days=2)
    walk.do("notice_ready")
    assert liable_from(claim_of(walk.facts, None)) == date(2026, 11, 29)


def test_a_patient_held_by_the_region_is_not_paid_for():
    walk = Discharge()
    walk.do_all(until="ready")
    walk.do("went_home", held_by_region=True)
    assert claim_of(walk.facts, None).obstacles == (Obstacle.HELD_BY_REGION,)


def test_every_model_has_a_name_and_a_source():
    assert PER_PATIENT.basis.kind is BasisKind.LAW
    assert OVER_MEAN.basis.kind is BasisKind.ROUTINE
    assert all(model.label and model.basis.text for model in MODELS.values())


def test_the_day_of_leaving_is_not_paid_for():
    first = date(2026, 11, 27)
    assert days_to_pay(first, date(2026, 11, 29), PER_PATIENT, {}) == (first, date(2026, 11, 28))
    assert days_to_pay(first, first, PER_PATIENT, {}) == ()
    assert days_to_pay(first, date(2026, 11, 25), PER_PATIENT, {}) == ()


def test_the_mean_is_all_days_by_all_patients_of_the_month_and_day_zero_counts():
    stays = [
        Stay(date(2026, 10, 30), date(2026, 11, 4)),
        Stay(date(2026, 10, 1), date(2026, 10, 1)),
        Stay(date(2026, 11, 2), date(2026, 11, 3)),
    ]
    assert monthly_means(stays) == {date(2026, 10, 1): Fraction(5, 2), date(2026, 11, 1): 1}


def means(*days: float) -> dict[date, Fraction]:
    """From October 2026 on."""
    months = [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    return {month: Fraction(mean) for month, mean in zip(months, days, strict=False)}


@pytest.mark.parametrize(
    ("before", "charged"),
    [
        ((3.5, 3.1, 4), True),
        ((3.5, 3, 4), False),
        ((2, 4, 4), False),
        ((4, 4), False),
        ((4, 4, 2), False),
    ],
)
def test_the_fourth_month_is_charged_after_three_in_a_row_over_three_days(
    before: tuple[float, ...], charged: bool
):
    assert OVER_MEAN.charges(date(2027, 1, 15), means(*before)) is charged


def test_only_the_days_of_a_charged_month_are_paid_for():
    over = means(4, 4, 4, 1)
    days = days_to_pay(date(2026, 12, 30), date(2027, 1, 3), OVER_MEAN, over)
    assert days == (date(2027, 1, 1), date(2027, 1, 2))
    assert not OVER_MEAN.charges(date(2027, 2, 1), over)


def test_another_county_sets_its_own_days_and_months():
    model = OverMean("Annat län", OVER_MEAN.basis, days=1, months=1)
    assert model.charges(date(2026, 11, 5), means(1.5))
    assert not model.charges(date(2026, 12, 5), means(1.5, 1))


def test_each_year_has_its_own_amount_and_a_year_without_one_is_told():
    per_day = {2026: Decimal(11000), 2027: Decimal("11500.50")}
    days = [date(2026, 12, 31), date(2027, 1, 1)]
    assert amount(days, per_day) == Decimal("22500.50")
    with pytest.raises(NoAmount) as missing:
        amount([date(2028, 1, 1)], per_day)
    assert missing.value.year == 2028
    assert amount([], {}) == 0


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001  made aware below
def test_liability_is_three_or_four_days_after_whatever_day_it_was_sent(sent: datetime):
    local = moment(sent.isoformat(timespec="seconds"))
    days = 3 if (local.hour, local.minute, local.second) <= (12, 0, 0) else 4
    assert liable_from(Claim(local, local)) == local.date() + timedelta(days=days)
