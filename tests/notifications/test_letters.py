"""Letters to parties outside, read back from a real mail server."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest

from cases.links import AnswerLink, token_of
from cases.outside_links import remind
from notifications.trying import LEASE, wait_after
from tests.notifications.calling import (
    CLINIC,
    EXEMPELSKOLAN,
    LATER,
    LINDEN,
    MEETING,
    SCHOOL,
    Calling,
    calendar_in,
    event_in,
    party,
)
from tests.notifications.town import MINUTE, SECRET, SENDER, Town, texts
from tests.servers.smtp import Mailbox
from workflow.outside import Office

OFFICE = Office("Exempelby kommun", "08-465 004 00")
CLINICS, SCHOOLS = "linden@region.example", "skola@skola.example"


@pytest.fixture
def calling(town: Town, smtp: Mailbox) -> Calling:
    return Calling(town, smtp).begin()


def only(messages: list[EmailMessage]) -> EmailMessage:
    (message,) = messages
    return message


def test_every_party_is_called_with_its_own_link_and_invitation(calling):
    calling.call()
    came = calling.sent()
    assert came.keys() == {CLINICS, SCHOOLS}
    clinics, schools = only(came[CLINICS]), only(came[SCHOOLS])
    links = {calling.link_in(each).public_id for each in (clinics, schools)}
    assert len(links) == 2
    assert event_in(clinics).uid != event_in(schools).uid
    assert [a.email for a in event_in(clinics).attendees] == [CLINICS]
    assert clinics["Subject"] == "SIP-möte fredag 4 december 2026 kl. 13.00"
    plain = texts(clinics)["plain"]
    for told in (
        "Kommunen skickar en kallelse eller inbjudan till ett SIP-möte.",
        "När: fredag 4 december 2026 kl. 13.00 till 14.00",
        "Var: På video",
        "Kan ni komma till SIP-mötet?",
        "Svara här: https://vardtrad.exempelby.example/svar/",
        "För att svara behöver ni en kod. Den får ni på telefon av samordnaren.",
        "Länken gäller till fredag 4 december 2026 kl. 13.00.",
        "Mejlet skickas av Vårdtråd, vardtrad@exempelby.example.",
    ):
        assert told in plain


def test_a_letter_says_first_of_all_who_writes_and_which_number_to_call(calling):
    calling.town.sender = replace(SENDER, office=OFFICE)
    calling.call()
    first = only(calling.sent()[CLINICS])
    plain, html = texts(first)["plain"], texts(first)["html"]
    assert plain.startswith(
        "Exempelby kommun skickar en kallelse eller inbjudan till ett SIP-möte."
    )
    for told in (
        "Ring samordnaren på 08-465 004 00 så får ni den.",
        "Har ni frågor? Ring samordnaren på 08-465 004 00.",
    ):
        assert told in plain
        assert told in html
    assert parseaddr(str(first["From"])) == ("Exempelby kommun, Vårdtråd", SENDER.address)
    assert len(first["From"].addresses) == 1
    assert event_in(first)["ORGANIZER"].params["CN"] == "Exempelby kommun, Vårdtråd"
    calling.answer_all()
    calling.move()
    moved = texts(only(calling.sent()[CLINICS]))["plain"]
    assert moved.startswith("Exempelby kommun meddelar att mötet är ändrat.")
    calling.withdraw_consent()
    taken_back = texts(only(calling.sent()[CLINICS]))["plain"]
    assert taken_back.startswith("Exempelby kommun meddelar att kallelsen inte gäller.")
    assert "Har ni frågor? Ring samordnaren på 08-465 004 00." in taken_back


def test_a_letter_from_nobody_in_particular_names_no_number(calling):
    calling.call()
    message = only(calling.sent()[CLINICS])
    assert "Ring samordnaren" not in texts(message)["plain"] + texts(message)["html"]
    assert parseaddr(str(message["From"])) == ("Vårdtråd", SENDER.address)


def test_the_invitation_is_both_a_part_that_programs_act_on_and_a_file(calling):
    calling.call()
    message = only(calling.sent()[CLINICS])
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["application/ics"].get_filename() == "mote.ics"
    file = parts["application/ics"].get_content()
    assert calendar_in(message).to_ical() == file
    alternatives = parts["multipart/alternative"].iter_parts()
    assert [part.get_content_type() for part in alternatives] == [
        "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip


def test_the_kept_copy_holds_everything_but_the_working_address(calling):
    calling.call()
    message = only(calling.sent()[CLINICS])
    link = calling.link_in(message)
    for mail in calling.town.mails():
        kept = mail.subject + mail.text + mail.html
        assert token_of(link, SECRET) not in kept
        assert link.public_id not in kept
        assert "/svar/…" in mail.text
        assert "/svar/…" in mail.html
    assert token_of(link, SECRET) in texts(message)["html"]


def test_no_mail_holds_the_reference_which_is_the_second_secret(calling):
    calling.call()
    calling.sent()
    calling.answer_all()
    calling.move()
    calling.sent()
    calling.withdraw_consent()
    calling.sent()
    assert len(calling.smtp.messages) == 6
    for message in calling.smtp.messages:
        for part in message.walk():
            text = part.get_content() if not part.is_multipart() else ""
            whole = text.decode() if isinstance(text, bytes) else text
            assert calling.reference not in whole + str(message.items())


def test_a_moved_meeting_is_the_same_one_in_the_calendar_with_a_new_link(calling):
    calling.call()
    first = only(calling.sent()[CLINICS])
    calling.answer_all()
    calling.move()
    second = only(calling.sent()[CLINICS])
    assert second["Subject"] == "Ändrat SIP-möte: tisdag 8 december 2026 kl. 09.30"
    assert event_in(second).uid == event_in(first).uid
    assert (event_in(first)["SEQUENCE"], event_in(second)["SEQUENCE"]) == (0, 1)
    assert event_in(second).start == LATER
    assert calling.link_in(second).public_id != calling.link_in(first).public_id
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_a_place_that_changes_reaches_the_calendar_with_the_link_that_still_lives(calling):
    calling.call()
    first = only(calling.sent()[CLINICS])
    calling.correct_call(meeting_form="phone")
    second = only(calling.sent()[CLINICS])
    assert event_in(second)["LOCATION"] == "På telefon"
    assert event_in(second)["SEQUENCE"] == 1
    assert calling.link_in(second).public_id == calling.link_in(first).public_id


def test_a_withdrawn_consent_takes_the_meeting_out_of_every_calendar(calling):
    calling.call()
    first = calling.sent()
    calling.withdraw_consent()
    for to, messages in calling.sent().items():
        message = only(messages)
        calendar, event = calendar_in(message), event_in(message)
        assert (calendar.method, event["STATUS"]) == ("CANCEL", "CANCELLED")
        assert event.uid == event_in(only(first[to])).uid
        assert event["SEQUENCE"] == 1
        assert "/svar/" not in texts(message)["plain"]
        assert message["Subject"].startswith("Återtagen kallelse: SIP-möte fredag 4 december")
        assert [p.get_param("method") for p in message.walk() if p.get_param("method")] == [
            "CANCEL"
        ]


def test_a_call_that_never_went_is_not_taken_back(calling):
    calling.call()
    calling.withdraw_consent()
    assert calling.sent() == {}
    assert all(mail.dropped_at for mail in calling.town.mails())


def test_a_meeting_moved_before_any_mail_went_is_told_once_as_a_first_call(calling):
    calling.call()
    calling.answer_all()
    calling.move()
    message = only(calling.sent()[CLINICS])
    assert message["Subject"] == "SIP-möte tisdag 8 december 2026 kl. 09.30"
    assert event_in(message)["SEQUENCE"] == 1


def test_a_call_answered_on_the_phone_before_it_went_still_invites_but_asks_nothing(calling):
    calling.call()
    calling.answer_all()
    message = only(calling.sent()[CLINICS])
    assert event_in(message)["SEQUENCE"] == 0
    assert "/svar/" not in texts(message)["plain"] + texts(message)["html"]


def test_an_address_put_right_gets_the_call_and_the_wrong_one_loses_it(calling):
    calling.call()
    wrong = calling.link_in(only(calling.sent()[CLINICS]))
    calling.correct_parties(LINDEN | {"email": "ratt@region.example"}, EXEMPELSKOLAN)
    came = calling.sent()
    assert came.keys() == {CLINICS, "ratt@region.example"}
    assert calendar_in(only(came[CLINICS])).method == "CANCEL"
    right = only(came["ratt@region.example"])
    assert calendar_in(right).method == "REQUEST"
    assert calling.link_in(right).public_id != wrong.public_id
    assert calling.link(wrong.id).revoked_at == calling.now


def test_an_address_taken_away_leaves_no_living_link_behind(calling):
    calling.call()
    wrong = calling.link_in(only(calling.sent()[CLINICS]))
    calling.correct_parties(party(CLINIC, "Linden", ""), EXEMPELSKOLAN)
    assert calendar_in(only(calling.sent()[CLINICS])).method == "CANCEL"
    assert calling.link(wrong.id).revoked_at == calling.now


def test_two_parties_with_one_address_each_get_a_letter(town, smtp):
    calling = Calling(town, smtp).begin(parties=[LINDEN, party(SCHOOL, "Linden rehab", CLINICS)])
    calling.call()
    first, second = calling.sent()[CLINICS]
    assert event_in(first).uid != event_in(second).uid
    assert calling.link_in(first).public_id != calling.link_in(second).public_id


def test_a_party_added_after_the_meeting_is_not_invited_to_it(calling):
    calling.call()
    calling.answer_all()
    calling.sent()
    calling.now = LATER
    calling.correct_parties(LINDEN, EXEMPELSKOLAN, party("0000000c", "Avdelning 2", "a@b.example"))
    assert calling.sent() == {}


def test_nothing_is_sent_about_a_meeting_that_has_been(calling):
    calling.call()
    calling.now = LATER
    assert calling.sent() == {}


def test_each_sent_letter_is_a_line_on_the_timeline_that_names_the_party_by_key(calling):
    calling.call()
    calling.sent()
    events = calling.town.events(calling.reference, "mail_sent")
    assert [e.data for e in events] == [
        {"party": key, "letter": "call", "mail": mail.id}
        for key, mail in zip((CLINIC, SCHOOL), calling.town.mails(), strict=True)
    ]


def test_an_address_that_is_refused_for_good_is_given_up_and_told(calling):
    calling.call()
    calling.smtp.refuse("550 5.1.1 No such user")
    calling.sent()
    events = calling.town.events(calling.reference, "mail_failed")
    assert [(e.data["party"], e.data["error"]) for e in events] == [
        (CLINIC, "DATA 550"), (SCHOOL, "DATA 550"),
    ]  # fmt: skip
    assert all(mail.failed_at for mail in calling.town.mails())


def test_a_letter_waits_while_the_server_is_busy_and_is_then_sent_once(calling):
    calling.call()
    calling.smtp.refuse()
    assert calling.sent() == {}
    calling.smtp.accept()
    calling.now += wait_after(1) + MINUTE
    assert calling.sent().keys() == {CLINICS, SCHOOLS}
    calling.now += LEASE + timedelta(days=1)
    assert calling.sent() == {}


def test_a_reminder_carries_the_same_link_in_the_same_thread_and_no_calendar(calling):
    calling.call()
    first = only(calling.sent()[CLINICS])
    calling.wait(days=1)
    with calling.town.database.transaction() as session:
        link = session.get_one(AnswerLink, calling.link_in(first).id)
        remind(session, calling.town.routines, link.step, calling.now, calling.now)
    reminder = only(calling.sent()[CLINICS])
    assert reminder["Subject"] == "Påminnelse: Kan ni komma till SIP-mötet?"
    assert calling.link_in(reminder).id == calling.link_in(first).id
    assert reminder["References"] == first["References"]
    assert "text/calendar" not in [part.get_content_type() for part in reminder.walk()]
    assert "Kommunen har inte fått ert svar än." in texts(reminder)["plain"]


def test_a_reminder_to_somebody_who_has_answered_meanwhile_does_not_go(calling):
    calling.call()
    first = only(calling.sent()[CLINICS])
    with calling.town.database.transaction() as session:
        link = session.get_one(AnswerLink, calling.link_in(first).id)
        remind(session, calling.town.routines, link.step, calling.now, calling.now)
    calling.answer_all()
    assert calling.sent() == {}


def test_who_answers_for_a_part_of_the_plan_is_asked_to_confirm_it_once_for_each(calling):
    calling.call()
    calling.answer_all()
    calling.now = MEETING + timedelta(hours=2)
    calling.do(
        "hold_meeting", outcome="held", held_at=MEETING.isoformat(), held_form="video",
        person_took_part="present", chair="Kim", secretary="Bo",
        attendance=[{"organisation": "Linden", "came": "came"}],
    )  # fmt: skip
    calling.sent()
    effort = {"principal": "region", "organisation": "LINDEN", "due": "2027-01-10"}
    calling.do(
        "write_plan", goals="Laga mat.", needed_efforts="Stöd.", measures_by_others="Inget.",
        overall_principal="region", overall_contact="Kim", crisis_contact="1177",
        follow_up_date="2027-02-24",
        efforts=[
            effort | {"key": "000000aa", "effort": "Hembesök", "responsible": "Kim"},
            effort | {"key": "000000bb", "effort": "Medicin", "responsible": "Bo"},
        ],
    )  # fmt: skip
    asked = calling.sent()[CLINICS]
    assert {message["Subject"] for message in asked} == {"Bekräftar ni er del av planen?"}
    assert len({calling.link_in(message).id for message in asked}) == 2
    assert "Länken gäller till" in texts(asked[0])["plain"]
    assert "Hembesök" not in texts(asked[0])["plain"]
