"""The deadline rules: hours are counted in UTC, days in Stockholm; each answer says why."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import NamedTuple

from workflow.clocks import Clock
from workflow.explanation import (
    DeadlineError,
    Explanation,
    spoken_amount,
    spoken_day,
    spoken_moment,
)
from workflow.holidays import BY_LAW, STOCKHOLM, WorkingCalendar
from workflow.moments import (
    begin,
    day_of,
    days_after,
    end_of,
    hours_after,
    months_after,
    refuse_impossible,
)
from workflow.reasons import ends, moved, skipped, stays, why
from workflow.words import _

__all__ = [
    "RULES",
    "Clock",
    "DeadlineError",
    "Explanation",
    "calendar_days",
    "clock",
    "elapsed",
    "hours_or_next_weekday",
    "months",
    "on_date",
    "payment_liability",
    "rule_named",
    "sip_call",
    "working_days",
]

NOON = time(12)


def elapsed(start: datetime, hours: float, calendar: WorkingCalendar = BY_LAW) -> Clock:
    """Real hours round the clock, never moved; the calendar only serves the explanation."""
    begun = begin(start)
    due = hours_after(begun, hours)
    local = due.astimezone(STOCKHOLM)
    rule = Explanation(
        "Fristen är %(amount)s och löper dygnet runt, alla dagar. Den går ut %(due)s.",
        "The limit is %(amount)s and runs round the clock, every day. It ends on %(due)s.",
    ).filled(amount=spoken_amount(hours, "hours"), due=spoken_moment(local))
    reasons = why(begun, due, rule, stays(local.date(), calendar))
    return Clock(rule="elapsed", start=begun, due=due, why=reasons)


def hours_or_next_weekday(start: datetime, hours: float, calendar: WorkingCalendar) -> Clock:
    """Target after the hours; due at the end of that day, or of the next working day."""
    begun = begin(start)
    target = hours_after(begun, hours)
    local = target.astimezone(STOCKHOLM)
    day = calendar.next_working_day(local.date())
    due = end_of(day)
    rule = Explanation(
        "Målet är att det är gjort inom %(amount)s, senast %(target)s.",
        "The aim is to have it done within %(amount)s, by %(target)s.",
    ).filled(amount=spoken_amount(hours, "hours"), target=spoken_moment(local))
    reasons = why(begun, due, rule, moved(local.date(), day, calendar), ends(day))
    return Clock(rule="hours_or_next_weekday", start=begun, target=target, due=due, why=reasons)


def calendar_days(start: datetime, days: int, calendar: WorkingCalendar) -> Clock:
    """End of the start's date + days, never moved; 0 is the same day."""
    begun = begin(start)
    day = days_after(day_of(begun), days)
    due = end_of(day)
    rule = Explanation(
        "Fristen är %(amount)s; startdagen räknas inte.",
        "The limit is %(amount)s; the day it starts is not counted.",
    ).filled(amount=spoken_amount(days, "days"))
    reasons = why(begun, due, rule, ends(day), stays(day, calendar))
    return Clock(rule="calendar_days", start=begun, due=due, why=reasons)


def working_days(start: datetime, days: int, calendar: WorkingCalendar) -> Clock:
    """End of the nth working day after the start's date; 0 is the same day or the next worked."""
    refuse_impossible(days)
    begun = begin(start)
    first = day_of(begun)
    day = calendar.add_working_days(first, days)
    due = end_of(day)
    rule = Explanation(
        "Fristen är %(amount)s; startdagen, lördagar, söndagar och andra lediga dagar räknas inte.",
        "The limit is %(amount)s; the day it starts, weekends and other days off do not count.",
    ).filled(amount=spoken_amount(days, "working_days"))
    reasons = why(begun, due, rule, skipped(first, day, calendar), ends(day))
    return Clock(rule="working_days", start=begun, due=due, why=reasons)


def months(start: datetime, months: int, calendar: WorkingCalendar) -> Clock:
    """Law (1930:173) 1 and 2 §§: only the law's own days move it, never a local closed day."""
    begun = begin(start)
    target = months_after(day_of(begun), months)
    day = BY_LAW.next_working_day(target)
    due = end_of(day)
    rule = Explanation(
        "Fristen är %(amount)s och slutar på startdagens datum, eller på månadens sista dag om"
        " datumet saknas: %(target)s.",
        "The limit is %(amount)s and ends on the date it started, or on the last day of a month"
        " without that date: %(target)s.",
    ).filled(amount=spoken_amount(months, "months"), target=spoken_day(target))
    reasons = why(begun, due, rule, moved(target, day, BY_LAW), ends(day), stays(day, calendar))
    return Clock(rule="months", start=begun, target=end_of(target), due=due, why=reasons)


def sip_call(start: datetime, calendar: WorkingCalendar) -> Clock:
    """LUS (2017:612) 4:3: due on day three; only 1930:173 2 § moves legal_latest, nothing local."""
    begun = begin(start)
    day = days_after(day_of(begun), 3)
    last = BY_LAW.next_working_day(day)
    due, legal_latest = end_of(day), end_of(last)
    rule = Explanation(
        "Kallelsen ska skickas inom tre dagar; dagen då underrättelsen lämnades är dag noll.",
        "The call is due within three days; the day the notice was given is day zero.",
    )
    law = Explanation("Lagens sista dag", "The last day by law")
    latest = Explanation("%(law)s är %(last)s.", "%(law)s is %(last)s.").filled(
        law=law, last=spoken_day(last)
    )
    reasons = why(
        begun,
        legal_latest,
        rule,
        ends(day),
        stays(day, calendar),
        moved(day, last, BY_LAW, what=law),
        latest,
    )
    return Clock(rule="sip_call", start=begun, due=due, legal_latest=legal_latest, why=reasons)


def payment_liability(start: datetime, calendar: WorkingCalendar) -> Clock:
    """LUS (2017:612) 5:4: three days after the notice was sent, four when sent after 12:00:00."""
    begun = begin(start)
    late = begun.astimezone(STOCKHOLM).time() > NOON
    day = days_after(day_of(begun), 4 if late else 3)
    rule = (
        Explanation(
            "Underrättelsen skickades efter klockan 12, och fyra dagar läggs till.",
            "The notice was sent after 12 o'clock, and four days are added.",
        )
        if late
        else Explanation(
            "Underrättelsen skickades senast klockan 12, och tre dagar läggs till.",
            "The notice was sent by 12 o'clock, and three days are added.",
        )
    )
    begins = Explanation(
        "Betalningsansvaret börjar %(day)s.", "Liability to pay begins on %(day)s."
    ).filled(day=spoken_day(day))
    reasons = why(begun, end_of(day), rule, begins, stays(day, calendar))
    return Clock(rule="payment_liability", start=begun, liable_from=day, why=reasons)


def on_date(day: date, start: datetime, calendar: WorkingCalendar) -> Clock:
    """End of a day somebody chose in a form, never moved and possibly before the start."""
    begun = begin(start)
    rule = Explanation("Dagen är vald i ärendet.", "The day was chosen in the case.")
    reasons = why(begun, end_of(day), rule, ends(day), stays(day, calendar))
    return Clock(rule="on_date", start=begun, due=end_of(day), why=reasons)


class DeadlineRule(NamedTuple):
    """A rule and the name of the amount it takes: hours, days, months or None."""

    reckon: Callable[..., Clock]
    amount: str | None


RULES: Mapping[str, DeadlineRule] = MappingProxyType(
    {
        "elapsed": DeadlineRule(elapsed, "hours"),
        "hours_or_next_weekday": DeadlineRule(hours_or_next_weekday, "hours"),
        "calendar_days": DeadlineRule(calendar_days, "days"),
        "working_days": DeadlineRule(working_days, "days"),
        "months": DeadlineRule(months, "months"),
        "sip_call": DeadlineRule(sip_call, None),
        "payment_liability": DeadlineRule(payment_liability, None),
    }
)


def rule_named(name: str) -> DeadlineRule:
    """Raises DeadlineError, which lists the rules there are."""
    if name not in RULES:
        raise DeadlineError(
            _("Regeln finns inte. Välj någon av: %(rules)s."), rules=", ".join(RULES)
        )
    return RULES[name]


def clock(rule: str, start: datetime, amount: int | None, calendar: WorkingCalendar) -> Clock:
    """Raises DeadlineError for an unknown rule, a naive start or an amount it cannot take."""
    reckon, unit = rule_named(rule)
    if unit is None:
        if amount is not None:
            raise DeadlineError(_("Regeln %(rule)s tar inget antal."), rule=rule)
        return reckon(start, calendar)
    if amount is None:
        raise DeadlineError(
            _("Regeln %(rule)s behöver ett antal (%(unit)s)."), rule=rule, unit=unit
        )
    return reckon(start, amount, calendar)
