"""Rosters read in from CSV and calendar files: all of it right, or nothing put in."""

from datetime import date, datetime
from textwrap import dedent
from threading import Thread

import pytest
from sqlalchemy import select, text

from cases.admin_log import lines_about_person
from cases.database import Database
from cases.errors import NotAllowed
from cases.people import OnDutySpell, Person
from cases.roster_files import LARGEST
from cases.roster_import import Faulty, plan, read_in, read_rows
from cases.sheets import Unreadable
from tests.cases.village import Village
from workflow.holidays import STOCKHOLM
from workflow.routines import load

HEADINGS = "username,role,unit,starts_at,ends_at\n"
NIGHT = "nina,nurse,tallen,2026-11-24 21:30,2026-11-25 07:00\n"

SWEDISH = (
    "Användarnamn;Roll;Enhet;Börjar;Slutar;Telefon\n"
    '"NINA";"Sjuksköterska";"Tallen";"2026-11-24T21:30:00";"2026-11-25 07:00";"08-1"\n\n'
)


@pytest.fixture
def village(sqlite_url):
    return Village(Database(sqlite_url), load(None))


def planned(village, content, by="ada", role="", unit=""):
    content = content.encode() if isinstance(content, str) else content
    with village.database.reading() as session:
        rows = read_rows(content, role, unit, village.now)
        return plan(session, village.access(session, by), rows, village.now)


def carried_out(village, content, by="ada", role="", unit=""):
    content = content.encode() if isinstance(content, str) else content
    return village.run(
        by,
        lambda s, a: read_in(
            s, a, read_rows(content, role, unit, village.now), village.now
        ),
    )  # fmt: skip


def spells(village):
    with village.database.reading() as session:
        rows = session.execute(
            select(Person.username, OnDutySpell)
            .join(OnDutySpell.person)
            .order_by(OnDutySpell.starts_at, Person.username)
        )
        return [
            (
                who,
                *(f"{when.astimezone(STOCKHOLM):%d/%m %H:%M}" for when in (s.starts_at, s.ends_at)),
            )
            for who, s in rows
        ]


def faults(found):
    return [(str(one.place), one.column, str(one.reason)) for one in found.faults]


# CSV


@pytest.mark.parametrize(
    "content",
    [
        HEADINGS + NIGHT,
        "\ufeff" + HEADINGS + NIGHT,
        (HEADINGS + NIGHT).replace("\n", "\r\n"),
        (HEADINGS + NIGHT).replace(",", ";"),
        (HEADINGS + NIGHT).replace(",", "\t").encode("utf-16"),
        SWEDISH,
        (
            "användarnamn;roll;enhet;börjar;slutar\n"
            "nina;sjuksköterska;TALLEN;2026-11-24 21:30;2026-11-25 07:00"
        ).encode("cp1252"),
    ],
    ids=["plain", "marked", "windows", "semicolon", "utf-16", "swedish", "cp1252"],
)
def test_a_roster_is_read_however_it_was_saved(village, content):
    carried_out(village, content, by="ulla")
    assert spells(village) == [("nina", "24/11 21:30", "25/11 07:00")]
    with village.database.reading() as session:
        (line,) = lines_about_person(session, village.people["nina"])
    assert (line.actor, line.words, line.data["unit"]) == (
        "Ulla Udd",
        "Lade in ett jourpass",
        "Tallen",
    )


@pytest.mark.parametrize("unit", ["", "*", "Hela kommunen"])
def test_an_empty_unit_or_a_star_is_the_whole_municipality(village, unit):
    content = HEADINGS + NIGHT.replace("tallen", unit)
    (new,) = planned(village, content).new
    assert new.unit is None
    assert [reason for _p, _c, reason in faults(planned(village, content, by="ulla"))] == [
        "Du får inte lägga in jour för den enheten."
    ]


def test_every_wrong_row_is_told_with_its_line_and_nothing_is_put_in(village):
    content = HEADINGS + dedent("""\
        nina,nurse,tallen,2026-11-24 21:30,2026-11-25 07:00
        okand,nurse,tallen,2026-11-24 21:30,2026-11-25 07:00

        nina,mas,tallen,2026-11-24 21:30,2026-11-25 07:00
        arne,nurse,eken,2026-11-24 21:30,2026-11-25 07:00
        olga,nurse,granen,i morgon,2026-11-25 07:00
        olga,nurse,granen,2026-11-25 07:00,2026-11-24 21:30
        olga,nurse,granen,2027-03-28 02:30,2027-03-28 07:00
        olga,nurse,granen
        nina,nurse,tallen,2026-11-25 06:00,2026-11-25 12:00
        """)
    with pytest.raises(Faulty):
        carried_out(village, content)
    assert spells(village) == []
    found = planned(village, content)
    assert faults(found) == [
        ("rad 3", "", "Ingen har det användarnamnet eller den adressen."),
        ("rad 5", "", "Rollen finns inte, eller har inte jour."),
        ("rad 6", "", "Personen har inte den rollen i någon enhet."),
        ("rad 6", "", "Enheten finns inte, eller två enheter heter så."),
        ("rad 7", "Börjar", "Skriv datum och klockslag."),
        ("rad 8", "Slutar", "Passet slutar innan det börjar."),
        ("rad 9", "Börjar", "Klockslaget finns inte: klockan ställdes om till sommartid."),
        ("rad 10", "Börjar", "Fyll i det här."),
        ("rad 10", "Slutar", "Fyll i det här."),
        ("rad 11", "", "Personen har redan jour där under den tiden."),
    ]


def test_the_same_file_twice_puts_nothing_in_twice(village):
    content = HEADINGS + NIGHT + NIGHT.replace("24", "26").replace("25", "27")
    first = carried_out(village, content)
    again = carried_out(village, content + NIGHT.replace("nina", "olga"))
    assert (len(first.new), first.known) == (2, 0)
    assert (len(again.new), again.known) == (1, 2)
    assert len(spells(village)) == 3


def test_a_row_over_time_that_is_held_already_is_told(village):
    carried_out(village, HEADINGS + NIGHT)
    later = HEADINGS + NIGHT.replace("21:30", "22:00")
    assert [reason for *_rest, reason in faults(planned(village, later))] == [
        "Personen har redan jour där under den tiden."
    ]


def test_rows_that_are_over_are_left_out_whoever_they_name(village):
    content = HEADINGS + NIGHT + NIGHT.replace("2026-11", "2026-10").replace("nina", "slutat")
    found = planned(village, content)
    assert (len(found.new), found.over, found.faults) == (1, 1, ())


@pytest.mark.parametrize(
    "content",
    [
        b"", b" \n", b"\x81\x8d\x8f", b"namn,roll\nnina,nurse\n", b"PK\x03\x04 kalkylark",
        HEADINGS.encode() + b'"nina,nurse,tallen\n', b"x" * (LARGEST + 1),
        HEADINGS.encode() + b"a,b,c,d,e\n" * 5001, b"BEGIN:VCALENDAR\nEND:VCALENDAR",
    ],
    ids=["empty", "blank", "bytes", "headings", "sheet", "quote", "large", "many", "role"],
)  # fmt: skip
def test_what_is_no_roster_is_refused_in_words(village, content):
    with pytest.raises(Unreadable) as refused:
        planned(village, content)
    assert refused.value.msgid.endswith(".")


def test_others_read_no_roster_in(village):
    for by in ("siv", "nina", "mats"):
        with pytest.raises(NotAllowed):
            carried_out(village, HEADINGS + NIGHT, by=by)


# Calendar files


def calendar(*events):
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//SV"]
    for n, event in enumerate(events):
        parts += ["BEGIN:VEVENT", f"UID:{n}", *dedent(event).strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""])


def read(village, *events, role="nurse", unit="tallen"):
    return planned(village, calendar(*events), role=role, unit=unit)


def times(found):
    return [
        tuple(f"{when.astimezone(STOCKHOLM):%d/%m %H:%M}" for when in one.time) for one in found.new
    ]


def test_a_repeating_event_is_followed_over_summer_time_and_its_exceptions(village):
    found = read(
        village,
        """
        SUMMARY:Natt
        ATTENDEE;CN=Nina:MAILTO:Nina@a.example
        DTSTART;TZID=Europe/Stockholm:20261030T213000
        DTEND;TZID=Europe/Stockholm:20261031T070000
        RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000Z
        EXDATE;TZID=Europe/Stockholm:20261211T213000
        """,
        """
        SUMMARY:nina\\, kväll
        DTSTART;TZID=Europe/Stockholm:20261025T160000
        DTEND;TZID=Europe/Stockholm:20261025T213000
        RRULE:FREQ=MONTHLY;BYDAY=-1SU;COUNT=6
        """,
    )
    assert found.faults == ()
    assert times(found) == [
        ("27/11 21:30", "28/11 07:00"), ("29/11 16:00", "29/11 21:30"),
        ("25/12 21:30", "26/12 07:00"), ("27/12 16:00", "27/12 21:30"),
        ("31/01 16:00", "31/01 21:30"), ("28/02 16:00", "28/02 21:30"),
        ("28/03 16:00", "28/03 21:30"),
    ]  # fmt: skip
    assert {(one.person.username, one.role, one.unit.key) for one in found.new} == {
        ("nina", "nurse", "tallen")
    }
    summer = read(
        village,
        """
        SUMMARY:nina
        DTSTART;TZID=Europe/Stockholm:20270326T213000
        DTEND;TZID=Europe/Stockholm:20270327T070000
        RRULE:FREQ=DAILY;COUNT=3
        """,
    )
    assert times(summer)[-1] == ("28/03 21:30", "29/03 07:00")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20261124T203000Z\nDTEND:20261125T060000Z", ("24/11 21:30", "25/11 07:00")),
        ("DTSTART:20261124T213000\nDURATION:PT9H30M", ("24/11 21:30", "25/11 07:00")),
        ("DTSTART;VALUE=DATE:20261126\nDTEND;VALUE=DATE:20261127", ("26/11 00:00", "27/11 00:00")),
    ],
    ids=["utc", "no zone", "whole day"],
)
def test_the_times_of_an_event_are_read_as_a_calendar_would(village, event, expected):
    assert times(read(village, f"SUMMARY:nina\n{event}")) == [expected]


TOMORROW = "DTSTART:20261125T203000Z\nDTEND:20261126T060000Z"


@pytest.mark.parametrize(
    ("event", "people"),
    [
        ("ATTENDEE:mailto:nina@a.example\nATTENDEE:mailto:olga@a.example", ["nina", "olga"]),
        ("ATTENDEE:mailto:x@y.example\nORGANIZER:mailto:olga@a.example", ["olga"]),
        ("ATTENDEE:mailto:nina@a.example\nORGANIZER:mailto:olga@a.example", ["nina"]),
        ("SUMMARY:Jour Olga.", ["olga"]),
        ("SUMMARY:Jour olgas", []),
        ("STATUS:CANCELLED\nSUMMARY:olga", []),
    ],
)
def test_a_person_is_known_by_mail_address_or_by_user_name_in_the_title(village, event, people):
    found = read(village, f"{event}\n{TOMORROW}")
    assert [one.person.username for one in found.new] == people


def test_an_event_with_nobody_known_is_told_by_its_time(village):
    found = read(village, f"SUMMARY:Hemlig Person\n{TOMORROW}")
    assert faults(found) == [
        ("händelsen 2026-11-25 21:30", "", "Ingen har det användarnamnet eller den adressen.")
    ]


@pytest.mark.parametrize(
    "event",
    [
        f"SUMMARY:nina\n{TOMORROW}\nRRULE:FREQ=SECONDLY",
        f"SUMMARY:nina\n{TOMORROW}\nRRULE:FREQ=DAILY;BYMINUTE=1,2,3",
        f"SUMMARY:nina\n{TOMORROW}\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "SUMMARY:nina\nDTSTART:19010101T000000Z\nRRULE:FREQ=DAILY",
        "SUMMARY:nina",
        "SUMMARY:nina\nDTSTART:x",
        f"{TOMORROW}\nRRULE:FREQ=WEEKLY;INTERVAL=0",
        "BEGIN:VEVENT",
    ],
)
def test_a_calendar_that_cannot_be_followed_is_refused(village, event):
    with pytest.raises(Unreadable):
        read(village, event)


def test_the_same_calendar_half_a_year_on_puts_in_only_what_is_new(village):
    nights = calendar("""
        SUMMARY:nina
        DTSTART;TZID=Europe/Stockholm:20261123T213000
        DTEND;TZID=Europe/Stockholm:20261124T070000
        RRULE:FREQ=WEEKLY
        """)
    first = carried_out(village, nights, role="Sjuksköterska", unit="*")
    assert len(first.new) == 26
    village.now = datetime(2026, 12, 24, 12, 0, tzinfo=STOCKHOLM)
    again = carried_out(village, nights, role="nurse", unit="*")
    assert (len(again.new), again.known) == (4, 22)
    assert date(2027, 6, 21) in {one.starts_at.astimezone(STOCKHOLM).date() for one in again.new}


# At once


def test_the_same_file_from_two_at_once_is_put_in_once(database_url):
    village = Village(Database(database_url), load(None))
    threads = [Thread(target=carried_out, args=(village, HEADINGS + NIGHT)) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with village.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM on_duty_spells")) == 1
    village.database.engine.dispose()
