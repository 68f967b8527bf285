"""Calendar files (RFC 5545), for parties outside and for our own people; nothing of patients."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.headerregistry import Address

from icalendar import Calendar, Component, Event, Timezone, vCalAddress
from icalendar.enums import STATUS, TRANSP

from cases.letters import CANCEL, Invitation
from cases.lines import StepLine
from workflow.holidays import STOCKHOLM
from workflow.outside import Meeting
from workflow.words import _

PRODUCT = "-//Vardtrad//SV"

# Written by hand, since Outlook knows the two rules of the European Union but not a list of days.
_STOCKHOLM = """BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def invitation_file(
    invitation: Invitation, summary: str, organizer: Address, attendee: str, now: datetime
) -> str:
    """The message to one party, as a mail program takes it."""
    event = Event.new(
        uid=invitation.uid,
        sequence=invitation.sequence,
        stamp=now.astimezone(UTC),
        start=in_calendar(invitation.at),
        end=in_calendar(invitation.ends),
        summary=summary,
        location=invitation.place,
        organizer=vCalAddress.new(organizer.addr_spec, cn=organizer.display_name),
        attendees=[
            vCalAddress.new(attendee, partstat="NEEDS-ACTION", role="REQ-PARTICIPANT", rsvp=True)
        ],
        status=STATUS.CANCELLED if invitation.method == CANCEL else STATUS.CONFIRMED,
    )
    return calendar_file([event], invitation.method)


def meeting_event(
    reference: str, summary: str, meeting: Meeting, url: str, domain: str, now: datetime
) -> Event:
    """For our own people, who may know the reference."""
    return Event.new(
        uid=f"{reference}@{domain}",
        stamp=now.astimezone(UTC),
        start=in_calendar(meeting.at),
        end=in_calendar(meeting.ends),
        summary=f"{reference}: {summary}",
        location=meeting.place,
        url=url,
    )


def step_event(step: StepLine, url: str, domain: str, now: datetime) -> Event:
    """At the time the step is due; on the whole day where the day's end is what counts."""
    due = step.due_at.astimezone(STOCKHOLM)
    return Event.new(
        uid=f"step-{step.id}@{domain}",
        stamp=now.astimezone(UTC),
        start=due.date() if f"{due:%H:%M}" == "23:59" else in_calendar(due),
        summary=f"{step.case.reference}: {step.label}",
        description=_("Klart senast den här tiden."),
        url=url,
        transparency=TRANSP.TRANSPARENT,  # it does not make the person look busy
    )


def calendar_file(events: Iterable[Component], method: str | None = None) -> str:
    """With the rules of summer time, so that the hour is right in any time zone."""
    calendar = Calendar.new(prodid=PRODUCT, method=method)
    del calendar["UID"]  # of a whole calendar, which mail programs take for the meeting's
    for part in (Timezone.from_ical(_STOCKHOLM), *events):
        calendar.add_component(part)
    text: str = calendar.to_ical().decode()
    return text


def in_calendar(moment: datetime) -> datetime:
    """In Stockholm; in UTC within the hour that comes twice, which a calendar takes for one."""
    local = moment.astimezone(STOCKHOLM)
    return moment.astimezone(UTC) if local.fold else local
