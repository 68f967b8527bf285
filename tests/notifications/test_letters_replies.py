"""What a calendar answers, read from files, mails and pasted text."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.replies import LARGEST, Unreadable, read_reply

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)

REPLY = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
ATTENDEE;CN="Kim Ek";PARTSTAT=ACCEPTED:mailto:linden@region.example
COMMENT:Vi tar med oss\\, om det går\\,
  två till.
DTSTAMP:20261124T101500Z
SEQUENCE:2
UID:abc-123
END:VEVENT
END:VCALENDAR
"""


def changed(**lines: str) -> bytes:
    """The reply with some lines put otherwise; an empty text takes the line away."""
    text = REPLY
    for old, new in lines.items():
        kept = [
            (f"{new}\n" if new else "") if line.startswith(old) else f"{line}\n"
            for line in text.splitlines()
        ]
        text = "".join(kept)
    return text.encode()


def test_an_acceptance_tells_what_is_answered_by_whom_and_when():
    reply = read_reply(REPLY.encode(), NOW)
    assert (reply.uid, reply.sequence, reply.by) == ("abc-123", 2, "linden@region.example")
    assert reply.said.outcome == "ACCEPTED"
    assert reply.said.at == datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
    assert reply.said.who == "Kim Ek"
    assert reply.said.comment == "Vi tar med oss, om det går, två till."


@pytest.mark.parametrize("partstat", ["DECLINED", "TENTATIVE", "declined"])
def test_other_answers_are_read_too(partstat):
    line = f"ATTENDEE;PARTSTAT={partstat}:MAILTO:linden@region.example"
    reply = read_reply(changed(ATTENDEE=line), NOW)
    assert (reply.said.outcome, reply.by) == (partstat.upper(), "linden@region.example")


def test_somebody_sent_instead_is_named():
    line = 'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:bo@region.example":mailto:a@b.example'
    said = read_reply(changed(ATTENDEE=line), NOW).said
    assert (said.outcome, said.delegate) == ("DELEGATED", "bo@region.example")


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("DTSTART:20261210T090000Z", "2026-12-10T09:00+00:00"),
        ("DTSTART;TZID=Europe/Stockholm:20261210T100000", "2026-12-10T09:00+00:00"),
        ("DTSTART:20261210T100000", "2026-12-10T09:00+00:00"),
    ],
)
def test_another_time_that_is_proposed_is_read_with_its_zone(start, moment):
    text = changed(METHOD="METHOD:COUNTER", UID=f"UID:abc-123\n{start}")
    said = read_reply(text, NOW).said
    assert (said.outcome, said.proposed_at) == ("COUNTER", datetime.fromisoformat(moment))


def test_the_answer_is_found_in_a_whole_mail():
    mail = EmailMessage()
    mail["Subject"] = "Accepterat: SIP-möte"
    mail.set_content("Kim har accepterat.")
    mail.add_alternative(REPLY, subtype="calendar", params={"method": "REPLY"}, cte="base64")
    assert read_reply(mail.as_bytes(), NOW).uid == "abc-123"


def test_the_answer_is_found_in_pasted_text_with_windows_lines_and_words_around_it():
    pasted = f"Hej! Så här svarade de:\n\n{REPLY}\nHälsningar".replace("\n", "\r\n")
    assert read_reply(pasted.encode(), NOW).sequence == 2


def test_an_answer_from_the_future_counts_as_given_now():
    later = changed(DTSTAMP="DTSTAMP:20301124T101500Z")
    assert read_reply(later, NOW).said.at == NOW


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Det finns inget kalendersvar"),
        ("Hej, vi kommer gärna!".encode(), "Det finns inget kalendersvar"),
        (b"\xff\xfe\x00BEGIN:VCALENDAR", "Det finns inget kalendersvar"),
        (REPLY.partition("END:VCALENDAR")[0].encode(), "Det finns inget kalendersvar"),
        (changed(METHOD="METHOD:REQUEST"), "men inget svar"),
        (changed(METHOD=""), "men inget svar"),
        (changed(ATTENDEE=""), "saknar något"),
        (changed(UID=""), "saknar något"),
        (changed(SEQUENCE="SEQUENCE:många"), "saknar något"),
        (changed(ATTENDEE="ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@b.example"), "saknar något"),
        (changed(ATTENDEE="ATTENDEE:mailto:a@b.example"), "saknar något"),
        (changed(METHOD="METHOD:COUNTER"), "saknar något"),
        (changed(METHOD="METHOD:COUNTER", UID="UID:a\nDTSTART;VALUE=DATE:20261210"), "saknar"),
        (REPLY.encode() + b" " * LARGEST, "för stort"),
    ],
)
def test_anything_else_is_refused_in_words(content, says):
    with pytest.raises(Unreadable) as refused:
        read_reply(content, NOW)
    assert says in refused.value.msgid


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda t: t.encode())))
def test_noise_is_refused_and_never_breaks_the_page(noise):
    with pytest.raises(Unreadable):
        read_reply(noise, NOW)


@given(st.integers(0, len(REPLY)), st.text(max_size=10), st.integers(0, 30))
def test_a_damaged_answer_is_read_or_refused_and_never_breaks_the_page(at, put, gone):
    damaged = REPLY[:at] + put + REPLY[at + gone :]
    try:
        reply = read_reply(damaged.encode(), NOW)
    except Unreadable:
        return
    assert reply.said.at <= NOW + timedelta()
    assert len(reply.said.comment) < len(REPLY)
