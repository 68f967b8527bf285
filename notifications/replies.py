"""A calendar's answer to an invitation, read from a file or from pasted text (RFC 5546)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from icalendar import Calendar, Event

from cases.errors import Refused
from workflow.holidays import STOCKHOLM
from workflow.outside import Replied
from workflow.words import _

LARGEST = 200_000
"""Bytes; an answer is some hundred, with the whole mail around it some thousand."""

LONGEST_TEXT = 1900
"""Letters of a comment that are kept; what the form takes less what may be added to it."""

_FILE = re.compile(rb"BEGIN:VCALENDAR\b.*?^\s*END:VCALENDAR\b", re.DOTALL | re.MULTILINE)
_ANSWERS = frozenset({"ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"})


class Unreadable(Refused):
    """Nothing in what was sent is a calendar's answer."""

    http = 422


@dataclass(frozen=True)
class Reply:
    """Which invitation is answered, by the address of whom, and what it says."""

    uid: str
    sequence: int
    by: str
    said: Replied


def read_reply(content: bytes, now: datetime) -> Reply:
    """Of an .ics or .eml file or its text; raises Unreadable in Swedish for anything else."""
    if len(content) > LARGEST:
        raise Unreadable(_("Det är för stort för att vara ett kalendersvar."))
    calendar = _calendar(content)
    method = str(calendar.get("METHOD", "")).upper()
    if method not in ("REPLY", "COUNTER"):
        raise Unreadable(_("Det är en kalenderfil, men inget svar på en kallelse."))
    try:
        return _reply(calendar.events, method, now)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise Unreadable(_("Svaret saknar något som behövs. Skriv in det för hand.")) from None


def _calendar(content: bytes) -> Calendar:
    for part in (content, *_parts(content)):
        if found := _FILE.search(part):
            try:
                read = Calendar.from_ical(found[0].decode(errors="replace"))
            except (ValueError, IndexError, KeyError):
                continue
            if isinstance(read, Calendar):
                return read
    raise Unreadable(
        _("Det finns inget kalendersvar i det här. Spara svaret som en fil och välj den.")
    )


def _parts(content: bytes) -> list[bytes]:
    """Of a mail; in any other text there are none."""
    try:
        walked = list(message_from_bytes(content, policy=default).walk())
        parts = [part.get_payload(decode=True) for part in walked]
    except (ValueError, LookupError, AttributeError):
        return []
    return [part for part in parts if isinstance(part, bytes)]


def _reply(events: list[Event], method: str, now: datetime) -> Reply:
    (event,) = events
    (attendee,) = event.attendees
    outcome = "COUNTER" if method == "COUNTER" else str(attendee.params["PARTSTAT"]).upper()
    if outcome not in (*_ANSWERS, "COUNTER"):
        raise ValueError(outcome)
    stamp = event.DTSTAMP
    told = stamp.astimezone(UTC) if stamp and stamp.tzinfo else now
    delegate = str(attendee.params.get("DELEGATED-TO", "")) if outcome == "DELEGATED" else ""
    return Reply(
        uid=str(event["UID"]),
        sequence=int(event.get("SEQUENCE", 0)),
        by=_address(str(attendee)),
        said=Replied(
            outcome,
            min(told, now),
            who=_plain(str(attendee.params.get("CN", ""))),
            comment=_plain("\n".join(str(each) for each in event.comments)),
            delegate=_address(delegate),
            proposed_at=_moment(event) if outcome == "COUNTER" else None,
        ),
    )


def _moment(event: Event) -> datetime:
    start = event.start
    if not isinstance(start, datetime):
        raise TypeError(start)
    # A time without a zone is the clock on the wall where the meeting is.
    return start.astimezone(UTC) if start.tzinfo else start.replace(tzinfo=STOCKHOLM)


def _address(uri: str) -> str:
    return uri.strip("\"' ").removeprefix("mailto:").removeprefix("MAILTO:")[:200]


def _plain(text: str) -> str:
    """Without what cannot be seen, which no form takes."""
    kept = "".join(c for c in text if c.isprintable() or c == "\n")
    return kept.strip()[:LONGEST_TEXT]
