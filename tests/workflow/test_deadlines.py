"""The deadline rules on worked examples, on the nights the clocks change, and on bad input."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workflow.deadlines import (
    RULES,
    Clock,
    DeadlineError,
    calendar_days,
    clock,
    elapsed,
    hours_or_next_weekday,
    months,
    on_date,
    payment_liability,
    sip_call,
    working_days,
)
from workflow.holidays import STOCKHOLM, WorkingCalendar

EXAMPLES = json.loads((Path(__file__).parent / "deadline_examples.json").read_text())
CALENDAR = WorkingCalendar()
BRIDGE = WorkingCalendar({date(2026, 12, 28): "klämdag"})
BEFORE_CHRISTMAS = datetime(2026, 12, 23, 10, tzinfo=STOCKHOLM)
MIDNIGHT = "T23:59:59+01:00"


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_the_worked_examples_come_out(example: dict[str, Any]):
    unit = RULES[example["rule"]].amount
    reckoned = clock(
        example["rule"],
        datetime.fromisoformat(example["start"]),
        example[unit] if unit else None,
        CALENDAR,
    ).as_json()
    del reckoned["why"]
    given = {"rule": example["rule"], "start": example["start"]}
    assert reckoned == given | example["expected"]


def test_the_half_hour_that_comes_twice_is_two_different_starts():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=1)
    assert elapsed(first, 2).as_json()["due"] == "2026-10-25T03:30:00+01:00"
    assert elapsed(second, 2).as_json()["due"] == "2026-10-25T04:30:00+01:00"
    assert "02.30 sommartid" in elapsed(first, 2).why.sv
    assert "02:30 winter time" in elapsed(second, 2).why.en


@pytest.mark.parametrize("year", range(2000, 2100))
def test_two_hours_are_two_hours_on_each_night_the_clocks_change(year: int):
    spring, autumn = (
        max(d for d in (date(year, month, n) for n in range(25, 32)) if d.weekday() == 6)
        for month in (3, 10)
    )
    for sunday, ends in ((spring, "04:30:00+02:00"), (autumn, "02:30:00+01:00")):
        start = datetime(year, sunday.month, sunday.day, 1, 30, tzinfo=STOCKHOLM)
        assert elapsed(start, 2).as_json()["due"] == f"{sunday}T{ends}"


def test_a_day_is_counted_by_the_date_in_sweden_not_in_utc():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert calendar_days(late, 1, CALENDAR).as_json()["due"] == "2026-11-25" + MIDNIGHT
    assert payment_liability(late, CALENDAR).liable_from == date(2026, 11, 27)


def test_fractions_of_a_second_do_not_reach_the_clock():
    start = datetime(2026, 11, 23, 8, 0, 0, 700_000, tzinfo=UTC)
    reckoned = elapsed(start, 0.0001)
    assert (reckoned.start.microsecond, reckoned.due) == (0, start.replace(microsecond=0))


@pytest.mark.parametrize(
    ("clock_time", "days"), [("00:00:00", 3), ("12:00:00", 3), ("12:00:01", 4), ("23:59:59", 4)]
)
def test_liability_begins_a_day_later_when_the_notice_is_sent_after_noon(
    clock_time: str, days: int
):
    sent = datetime.fromisoformat(f"2026-12-21T{clock_time}+01:00")
    reckoned = payment_liability(sent, BRIDGE)
    assert reckoned.liable_from == date(2026, 12, 21) + timedelta(days=days)
    assert reckoned.due is None


@pytest.mark.parametrize(
    ("start", "amount", "target"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-10-30", 4, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-15", 13, "2027-12-15"),
        ("2026-12-01", 0, "2026-12-01"),
    ],
)
def test_months_end_on_the_same_number_or_on_the_last_of_the_month(
    start: str, amount: int, target: str
):
    reckoned = months(datetime.fromisoformat(f"{start}T08:00:00+01:00"), amount, CALENDAR)
    assert reckoned.as_json()["target"] == target + MIDNIGHT


def test_a_local_closed_day_moves_the_rules_of_local_routines():
    assert working_days(BEFORE_CHRISTMAS, 1, CALENDAR).as_json()["due"] == "2026-12-28" + MIDNIGHT
    assert working_days(BEFORE_CHRISTMAS, 1, BRIDGE).as_json()["due"] == "2026-12-29" + MIDNIGHT
    moved = hours_or_next_weekday(BEFORE_CHRISTMAS, 24, BRIDGE)
    assert moved.as_json()["due"] == "2026-12-29" + MIDNIGHT


def test_a_local_closed_day_never_moves_a_limit_in_law():
    call = sip_call(BEFORE_CHRISTMAS, BRIDGE)
    assert call.as_json()["legal_latest"] == "2026-12-28" + MIDNIGHT
    month = months(datetime(2026, 11, 28, 8, tzinfo=STOCKHOLM), 1, BRIDGE)
    assert month.as_json()["due"] == "2026-12-28" + MIDNIGHT
    assert "klämdag), men det ändrar inte tiden" in month.why.sv


def test_a_date_from_a_form_lasts_that_day_out_even_when_it_is_closed_or_past():
    christmas = on_date(date(2026, 12, 25), BEFORE_CHRISTMAS, CALENDAR)
    assert christmas.as_json()["due"] == "2026-12-25" + MIDNIGHT
    past = on_date(date(2026, 12, 1), BEFORE_CHRISTMAS, CALENDAR)
    assert past.as_json()["due"] == "2026-12-01" + MIDNIGHT


def test_zero_days_is_the_same_day():
    saturday = datetime(2026, 11, 28, 23, 59, 59, 900_000, tzinfo=STOCKHOLM)
    assert calendar_days(saturday, 0, CALENDAR).as_json()["due"] == "2026-11-28" + MIDNIGHT


def test_the_explanation_names_start_limit_and_each_day_that_moved_it():
    why = hours_or_next_weekday(BEFORE_CHRISTMAS, 24, BRIDGE).why
    assert why.sv == (
        "Räknas från onsdag 23 december 2026 kl. 10.00, svensk tid."
        " Målet är att det är gjort inom 24 timmar, senast torsdag 24 december 2026 kl. 10.00."
        " Fristen flyttas förbi torsdag 24 december 2026 (julafton),"
        " fredag 25 december 2026 (juldagen), lördag 26 december 2026 (annandag jul),"
        " söndag 27 december 2026 och måndag 28 december 2026 (lokalt stängt: klämdag)."
        " Fristen går ut vid slutet av tisdag 29 december 2026."
    )
    assert why.en == (
        "Counted from Wednesday 23 December 2026 at 10:00, Swedish time."
        " The aim is to have it done within 24 hours, by Thursday 24 December 2026 at 10:00."
        " The limit is moved past Thursday 24 December 2026 (Christmas Eve),"
        " Friday 25 December 2026 (Christmas Day),"
        " Saturday 26 December 2026 (Second Day of Christmas), Sunday 27 December 2026"
        " and Monday 28 December 2026 (closed locally: klämdag)."
        " The limit ends at the end of Tuesday 29 December 2026."
    )


def test_working_days_name_the_days_off_that_are_no_ordinary_weekend():
    why = working_days(BEFORE_CHRISTMAS, 1, CALENDAR).why
    assert (
        "Lediga dagar på vägen: torsdag 24 december 2026 (julafton)"
        " och fredag 25 december 2026 (juldagen)." in why.sv
    )
    assert "Lediga" not in working_days(datetime(2026, 11, 27, 8, tzinfo=UTC), 1, CALENDAR).why.sv


def test_the_explanation_of_a_sip_call_tells_the_day_of_the_law_apart():
    why = sip_call(datetime(2027, 3, 25, 10, 20, tzinfo=STOCKHOLM), CALENDAR).why
    assert "Fristen går ut vid slutet av söndag 28 mars 2027." in why.sv
    assert "Lagens sista dag är tisdag 30 mars 2027." in why.sv
    assert "måndag 29 mars 2027 (annandag påsk)" in why.sv
    assert "Under tiden ställs klockan om till sommartid." in why.sv


def test_one_hour_is_told_in_the_singular_and_a_half_with_the_comma_of_its_language():
    assert "Fristen är 1 timme och" in elapsed(BEFORE_CHRISTMAS, 1).why.sv
    assert "Fristen är 0,5 timmar och" in elapsed(BEFORE_CHRISTMAS, 0.5).why.sv
    assert "The limit is 0.5 hours and" in elapsed(BEFORE_CHRISTMAS, 0.5).why.en


def test_a_clock_carries_the_name_it_is_found_by():
    for name, rule in RULES.items():
        assert clock(name, BEFORE_CHRISTMAS, 1 if rule.amount else None, CALENDAR).rule == name


def test_a_clock_is_the_same_and_in_utc_after_a_journey_as_json():
    for name, rule in RULES.items():
        reckoned = clock(name, BEFORE_CHRISTMAS, 1 if rule.amount else None, CALENDAR)
        returned = Clock.from_json(json.loads(json.dumps(reckoned.as_json())))
        assert repr(returned) == repr(reckoned)  # moments are equal in any zone, their texts not


@pytest.mark.parametrize(
    ("rule", "start", "amount", "says"),
    [
        ("elapsed", "2026-10-25T02:30:00", 2, "tidszon"),
        ("gissa", "2026-10-25T02:30:00Z", 2, "Regeln finns inte. Välj någon av: elapsed"),
        ("elapsed", "2026-10-25T02:30:00Z", None, "Regeln elapsed behöver ett antal"),
        ("sip_call", "2026-10-25T02:30:00Z", 3, "Regeln sip_call tar inget antal"),
        ("elapsed", "2026-10-25T02:30:00Z", -1, "mindre än noll"),
        ("working_days", "2026-10-25T02:30:00Z", -1, "mindre än noll"),
        ("calendar_days", "2026-10-25T02:30:00Z", 10**30, "orimligt stort"),
        ("working_days", "2026-10-25T02:30:00Z", 10**30, "orimligt stort"),
        ("months", "2026-10-25T02:30:00Z", 10_000, "mellan åren 2000 och 2100"),
        ("elapsed", "2100-12-31T22:00:00Z", 2, "mellan åren 2000 och 2100"),
        ("payment_liability", "1999-12-31T12:00:00Z", None, "mellan åren 2000 och 2100"),
        ("elapsed", "2100-12-31T23:30:00Z", 0, "mellan åren 2000 och 2100"),
        ("elapsed", "0001-01-01T00:00:00+14:00", 2, "mellan åren 2000 och 2100"),
        ("elapsed", "9999-12-31T23:59:59-14:00", 2, "mellan åren 2000 och 2100"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_in_swedish(
    rule: str, start: str, amount: int | None, says: str
):
    with pytest.raises(DeadlineError, match=says):
        clock(rule, datetime.fromisoformat(start), amount, CALENDAR)


def test_a_date_from_a_form_beyond_the_known_years_is_refused():
    with pytest.raises(DeadlineError, match="2100"):
        on_date(date(2101, 1, 1), BEFORE_CHRISTMAS, CALENDAR)


def test_a_refusal_keeps_the_sentence_to_translate_apart_from_its_values():
    with pytest.raises(DeadlineError) as refused:
        clock("elapsed", BEFORE_CHRISTMAS, None, CALENDAR)
    assert refused.value.msgid == "Regeln %(rule)s behöver ett antal (%(unit)s)."
    assert refused.value.params == {"rule": "elapsed", "unit": "hours"}
