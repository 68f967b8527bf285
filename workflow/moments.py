"""Arithmetic on moments: in UTC once begun, through Stockholm's dates when days are counted."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from workflow.explanation import DeadlineError
from workflow.holidays import STOCKHOLM, refuse_years_unknown
from workflow.words import _

END_OF_DAY = time(23, 59, 59)
# Beyond any real limit, and small enough that no sum leaves what datetime can hold.
LARGEST_AMOUNT = 10_000


def begin(start: datetime) -> datetime:
    """The start in UTC and whole seconds; raises DeadlineError for a naive one."""
    if start.utcoffset() is None:
        raise DeadlineError(_("Starttiden behöver en tidszon, till exempel +01:00."))
    refuse_years_unknown(start.year)  # the years 1 and 9999 cannot be converted
    return start.astimezone(UTC).replace(microsecond=0)


def day_of(moment: datetime) -> date:
    """The date in Stockholm."""
    return moment.astimezone(STOCKHOLM).date()


def end_of(day: date) -> datetime:
    """23:59:59 in Stockholm, as UTC."""
    return datetime.combine(day, END_OF_DAY, STOCKHOLM).astimezone(UTC)


def hours_after(begun: datetime, hours: float) -> datetime:
    """Elapsed hours, cut to whole seconds; raises DeadlineError for an impossible amount."""
    refuse_impossible(hours)
    return (begun + timedelta(hours=hours)).replace(microsecond=0)


def days_after(day: date, days: int) -> date:
    """Calendar days; raises DeadlineError for an impossible amount."""
    refuse_impossible(days)
    return day + timedelta(days=days)


def months_after(day: date, months: int) -> date:
    """1930:173 1 §: the same number in the month, else the month's last day."""
    refuse_impossible(months)
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def refuse_impossible(amount: float) -> None:
    """Raises DeadlineError below zero and above 10,000."""
    if amount < 0:
        raise DeadlineError(_("Antalet får inte vara mindre än noll."))
    if not amount <= LARGEST_AMOUNT:
        raise DeadlineError(_("Antalet är orimligt stort: högst %(n)s."), n=LARGEST_AMOUNT)
