"""The hours of an invitation, as a calendar anywhere reckons them, over both changes of clock."""

from datetime import UTC, date, datetime, timedelta
from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from cases.letters import CANCEL, REQUEST, Invitation
from notifications.calendar import invitation_file

SENDER = Address("Exempelby kommun", addr_spec="v@a.example")
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def event_of(at: datetime, minutes: int, method: str = REQUEST) -> Event:
    invitation = Invitation("uid-1", 3, method, at, minutes, "På video")
    file = invitation_file(invitation, "SIP-möte", SENDER, "p@b.example", NOW)
    calendar = Calendar.from_ical(file)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return event


def written(event: Event, name: str) -> str:
    text = event[name].to_ical()
    return text.decode() if isinstance(text, bytes) else str(text)


def moment(value: date) -> datetime:
    assert isinstance(value, datetime)
    return value.astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "minutes", "starts", "ends"),
    [
        # Winter time, summer time, and an hour that is there twice.
        ("2026-03-28T13:00+01:00", 60, "20260328T130000", "20260328T140000"),
        ("2026-03-30T13:00+02:00", 60, "20260330T130000", "20260330T140000"),
        ("2026-10-26T13:00+01:00", 60, "20261026T130000", "20261026T140000"),
        ("2026-03-29T01:30+01:00", 60, "20260329T013000", "20260329T033000"),
        ("2026-10-25T01:30+02:00", 60, "20261025T013000", "20261025T023000"),
        ("2026-10-25T01:30+02:00", 120, "20261025T013000", "20261025T013000Z"),
    ],
)
def test_a_meeting_is_written_in_the_clock_of_stockholm(at, minutes, starts, ends):
    event = event_of(datetime.fromisoformat(at), minutes)
    assert written(event, "DTSTART") == starts
    assert event["DTSTART"].params["TZID"] == "Europe/Stockholm"
    assert written(event, "DTEND") == ends


MINUTES_FROM = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]


@given(
    st.one_of(
        st.integers(0, 4 * 365 * 24 * 60).map(lambda n: MINUTES_FROM + timedelta(minutes=n)),
        st.builds(
            lambda change, n: change + timedelta(minutes=n),
            st.sampled_from(CHANGES),
            st.integers(-200, 200),
        ),
    ),
    st.integers(10, 480),
)
def test_the_moments_and_the_length_are_kept_whatever_the_clocks_do(at, minutes):
    event = event_of(at, minutes)
    assert moment(event.start) == at
    assert moment(event.end) - at == timedelta(minutes=minutes)


@pytest.mark.parametrize("at", ["2026-03-28T23:30:00+00:00", "2026-10-24T23:30:00+00:00"])
def test_the_zone_in_the_file_says_the_same_as_the_one_that_everybody_has(at):
    invitation = Invitation("u", 0, REQUEST, datetime.fromisoformat(at), 60, "På video")
    file = invitation_file(invitation, "SIP-möte", SENDER, "p@b.example", NOW)
    calendar = Calendar.from_ical(file)
    assert isinstance(calendar, Calendar)
    zone = calendar.timezones[0].to_tz(lookup_tzid=False)
    local = event_of(invitation.at, 60).start
    assert isinstance(local, datetime)
    assert local.replace(tzinfo=None) == invitation.at.astimezone(zone).replace(tzinfo=None)


def test_the_file_says_who_calls_whom_and_that_an_answer_is_wanted():
    event = event_of(datetime(2026, 5, 5, 11, 0, tzinfo=UTC), 45)
    (attendee,) = event.attendees
    assert str(event["ORGANIZER"]) == "mailto:v@a.example"
    assert str(attendee) == "mailto:p@b.example"
    assert (attendee.params["RSVP"], attendee.params["PARTSTAT"]) == ("TRUE", "NEEDS-ACTION")
    assert (event["SUMMARY"], event["LOCATION"]) == ("SIP-möte", "På video")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("uid-1", 3, "CONFIRMED")
    assert event.DTSTAMP == NOW


def test_a_cancelled_meeting_says_so():
    assert event_of(NOW, 60, CANCEL)["STATUS"] == "CANCELLED"
