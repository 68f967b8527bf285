"""Rosters as calendar files (RFC 5545), whose repeating events are followed half a year ahead."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import recurring_ical_events
from icalendar import Calendar, Event

from cases.roster_files import Row, moment_written, refuse_too_many
from cases.sheets import Unreadable
from workflow.fields import Message
from workflow.holidays import STOCKHOLM
from workflow.words import _

HORIZON = timedelta(days=184)
MOST_EVENTS = 500
OLDEST = timedelta(days=3660)

_AT_A_TIME = timedelta(days=23)
_PLAIN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"}
# Other parts can name days that never come, which are looked for to the year 9999.
_PARTS = {
    "DAILY": _PLAIN,
    "WEEKLY": _PLAIN,
    "MONTHLY": _PLAIN | {"BYMONTHDAY"},
    "YEARLY": _PLAIN,
}
_WORD = re.compile(r"[\w.@-]+")

FAULTY = (ValueError, KeyError, TypeError, AttributeError, OverflowError, IndexError)
"""What the libraries raise on files that are not as the standard says."""


def calendar_rows(text: str, role: str, unit: str, now: datetime) -> tuple[Row, ...]:
    """Events not over yet, of one role and unit; raises Unreadable."""
    try:
        calendar = Calendar.from_ical(text)
        _refuse_heavy(calendar, now)
        events = sorted(_events(calendar, now), key=lambda event: _moment(event.start))
        return tuple(_row(event, role, unit) for event in events)
    except FAULTY:
        raise Unreadable(_("Kalenderfilen går inte att läsa.")) from None


def _events(calendar: Calendar, now: datetime) -> Iterator[Event]:
    """In parts, so that a file with too much in it is left soon."""
    query, seen = recurring_ical_events.of(calendar), set[tuple[str, str]]()
    begins = now
    while begins < now + HORIZON:
        for event in query.between(begins, begins + _AT_A_TIME):
            key = (str(event.get("UID")), str(event.start))
            if key not in seen and str(event.get("STATUS", "")).upper() != "CANCELLED":
                seen.add(key)
                yield event
            refuse_too_many(len(seen))
        begins += _AT_A_TIME


def _refuse_heavy(calendar: Calendar, now: datetime) -> None:
    events = calendar.events
    if len(events) > MOST_EVENTS:
        raise Unreadable(_("Kalendern har fler än %(n)s händelser. Dela upp den."), n=MOST_EVENTS)
    for event in events:
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            often = "".join(str(each).upper() for each in rule.get("FREQ", []))
            if often not in _PARTS or min(rule.get("INTERVAL", [1])) < 1:
                raise Unreadable(_("En händelse kommer tillbaka oftare än varje dag."))
            if {str(part).upper() for part in rule} - _PARTS[often]:
                raise Unreadable(
                    _("En händelse kommer tillbaka på ett sätt som inte går att följa.")
                )
            if _moment(event.start) < now - OLDEST:
                raise Unreadable(
                    _("En händelse som kommer tillbaka började för över tio år sedan.")
                )


def _row(event: Event, role: str, unit: str) -> Row:
    starts, ends = _moment(event.start), _moment(event.end)
    organizer = _address(str(event.get("ORGANIZER", "")))
    return Row(
        Message(_("händelsen %(when)s"), when=f"{starts.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"),
        (
            tuple(_address(str(attendee)) for attendee in event.attendees),
            (organizer,) if organizer else (),
            tuple(word.strip(".-") for word in _WORD.findall(str(event.get("SUMMARY", "")))),
        ),
        role,
        unit,
        moment_written(starts),
        moment_written(ends),
    )


def _moment(when: date) -> datetime:
    if not isinstance(when, datetime):
        when = datetime.combine(when, time())
    # A time without a zone is the clock on the wall where the duty is.
    return when if when.tzinfo else when.replace(tzinfo=STOCKHOLM)


def _address(uri: str) -> str:
    return re.sub("^mailto:", "", uri.strip("\"' "), flags=re.IGNORECASE)
