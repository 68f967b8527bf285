"""The days of a century, against a reckoning of their own and against what people know."""

from datetime import date, timedelta

import pytest

from workflow.explanation import DeadlineError
from workflow.holidays import WorkingCalendar

CALENDAR = WorkingCalendar()
MAUNDY_THURSDAY = date(2027, 3, 25)


def easter_sunday(year: int) -> date:
    """The anonymous Gregorian computus."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


def saturday_from(day: date) -> date:
    return day + timedelta(days=(5 - day.weekday()) % 7)


def days_off(year: int) -> set[date]:
    """Law (1989:253), and the eves of law (1930:173) 2 §, without plain weekends."""
    easter = easter_sunday(year)
    midsummer = saturday_from(date(year, 6, 20))
    # Whit Monday gave way to the National Day in 2005.
    spring = date(year, 6, 6) if year >= 2005 else easter + timedelta(days=50)
    return {
        *(date(year, 1, day) for day in (1, 6)),
        *(easter + timedelta(days=after) for after in (-2, 0, 1, 39, 49)),
        date(year, 5, 1),
        spring,
        midsummer - timedelta(days=1),
        midsummer,
        saturday_from(date(year, 10, 31)),
        *(date(year, 12, day) for day in (24, 25, 26, 31)),
    }


@pytest.mark.parametrize("year", range(2000, 2101))
def test_the_working_days_are_those_of_an_independent_reckoning(year: int):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0))]
    days = [day for day in days if day.year == year]
    worked = [day for day in days if CALENDAR.is_working_day(day)]
    assert worked == [d for d in days if d.weekday() < 5 and d not in days_off(year)]


@pytest.mark.parametrize(
    "day",
    [MAUNDY_THURSDAY, date(2026, 4, 30), date(2026, 1, 5), date(2026, 5, 15), date(2027, 5, 17)],
    ids=["skärtorsdag", "valborg", "trettondagsafton", "klämdag", "annandag pingst"],
)
def test_a_day_many_believe_to_be_off_is_worked(day: date):
    assert CALENDAR.is_working_day(day)


@pytest.mark.parametrize(
    ("day", "swedish", "english"),
    [
        (date(2026, 11, 28), "lördag", "Saturday"),
        (date(2026, 11, 29), "söndag", "Sunday"),
        (date(2026, 6, 19), "midsommarafton", "Midsummer Eve"),
        (date(2027, 3, 28), "påskdagen", "Easter Sunday"),
        (date(2026, 5, 14), "Kristi himmelsfärdsdag", "Ascension Day"),
        (date(2008, 5, 1), "första maj och Kristi himmelsfärdsdag", "Ascension Day and May Day"),
    ],
)
def test_a_closed_day_says_why_as_within_a_sentence(day: date, swedish: str, english: str):
    because = CALENDAR.closed_because(day)
    assert because
    assert (because.sv, because.en) == (swedish, english)


def test_a_local_closed_day_is_not_worked_and_gives_its_reason():
    closed = WorkingCalendar({date(2026, 5, 15): "klämdag, beslut av nämnden"})
    because = closed.closed_because(date(2026, 5, 15))
    assert because
    assert because.sv == "lokalt stängt: klämdag, beslut av nämnden"
    assert closed.next_working_day(date(2026, 5, 14)) == date(2026, 5, 18)


def test_a_local_reason_does_not_hide_a_holiday():
    closed = WorkingCalendar({date(2026, 12, 24): "kontoret stängt"})
    assert closed.closed_because(date(2026, 12, 24)) == CALENDAR.closed_because(date(2026, 12, 24))


def test_calendars_with_the_same_closed_days_are_one_and_the_same():
    days = {date(2026, 5, 15): "klämdag"}
    assert len({WorkingCalendar(days), WorkingCalendar(dict(days))}) == 1
    assert WorkingCalendar(days) != CALENDAR


def test_working_days_are_counted_from_the_day_after():
    assert CALENDAR.add_working_days(MAUNDY_THURSDAY, 1) == date(2027, 3, 30)
    assert CALENDAR.add_working_days(date(2027, 3, 27), 1) == date(2027, 3, 30)
    assert CALENDAR.add_working_days(date(2026, 12, 23), 3) == date(2026, 12, 30)


def test_no_working_days_from_a_closed_day_is_the_next_that_is_worked():
    assert CALENDAR.add_working_days(MAUNDY_THURSDAY, 0) == MAUNDY_THURSDAY
    assert CALENDAR.add_working_days(date(2027, 3, 26), 0) == date(2027, 3, 30)


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2101, 1, 3)])
def test_a_year_whose_holidays_are_not_known_is_refused_not_guessed(day: date):
    with pytest.raises(DeadlineError, match="mellan åren 2000 och 2100"):
        CALENDAR.is_working_day(day)


def test_no_day_is_looked_for_beyond_the_last_year():
    with pytest.raises(DeadlineError, match="2100"):
        CALENDAR.next_working_day(date(2100, 12, 31))
