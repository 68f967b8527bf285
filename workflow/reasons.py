"""The sentences that say why a limit ends when it does."""

from datetime import date, datetime, timedelta

from workflow.explanation import (
    Explanation,
    listed,
    spoken_day,
    spoken_moment,
    spoken_summer_time,
    told,
)
from workflow.holidays import STOCKHOLM, WorkingCalendar

LIMIT = Explanation("Fristen", "The limit")


def why(start: datetime, end: datetime, *sentences: Explanation | None) -> Explanation:
    """The start, the sentences, and the change of the clocks when start and end differ in it."""
    begun, ended = start.astimezone(STOCKHOLM), end.astimezone(STOCKHOLM)
    opening = Explanation(
        "Räknas från %(start)s, svensk tid.", "Counted from %(start)s, Swedish time."
    ).filled(start=spoken_moment(begun))
    changed = (
        Explanation(
            "Under tiden ställs klockan om till %(season)s.",
            "Meanwhile the clocks change to %(season)s.",
        ).filled(season=spoken_summer_time(ended))
        if begun.utcoffset() != ended.utcoffset()
        else None
    )
    return told([opening, *sentences, changed])


def ends(day: date) -> Explanation:
    """For limits that last the day out."""
    return Explanation(
        "Fristen går ut vid slutet av %(day)s.", "The limit ends at the end of %(day)s."
    ).filled(day=spoken_day(day))


def moved(
    first: date, to: date, calendar: WorkingCalendar, what: Explanation = LIMIT
) -> Explanation | None:
    """Each closed day from the first up to the day it was moved to."""
    passed = _closed(first, to, calendar)
    if not passed:
        return None
    return Explanation(
        "%(what)s flyttas förbi %(passed)s.", "%(what)s is moved past %(passed)s."
    ).filled(what=what, passed=listed(_named(*closed) for closed in passed))


def skipped(start: date, to: date, calendar: WorkingCalendar) -> Explanation | None:
    """The closed days from the start on, without the ordinary weekends."""
    passed = [closed for closed in _closed(start, to, calendar) if closed[0].weekday() < 5]
    if not passed:
        return None
    return Explanation(
        "Lediga dagar på vägen: %(passed)s.", "Days off on the way: %(passed)s."
    ).filled(passed=listed(_named(*closed) for closed in passed))


def stays(day: date, calendar: WorkingCalendar) -> Explanation | None:
    """For limits that nothing moves, on a day somebody might think does."""
    reason = calendar.closed_because(day)
    if reason is None:
        return None
    return Explanation(
        "Dagen är inte arbetsdag (%(reason)s), men det ändrar inte tiden.",
        "It is not a working day (%(reason)s), but that does not change the time.",
    ).filled(reason=reason)


def _closed(first: date, to: date, calendar: WorkingCalendar) -> list[tuple[date, Explanation]]:
    days = (first + timedelta(days=n) for n in range((to - first).days))
    return [(day, reason) for day in days if (reason := calendar.closed_because(day))]


def _named(day: date, reason: Explanation) -> Explanation:
    words = spoken_day(day)
    if words.sv.startswith(reason.sv):  # an ordinary Saturday or Sunday says so itself
        return words
    return Explanation("%(words)s (%(reason)s)", "%(words)s (%(reason)s)").filled(
        words=words, reason=reason
    )
