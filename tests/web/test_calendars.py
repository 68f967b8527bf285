"""Calendar files, answers read in, and the private address, as people meet them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar, Event
from sqlalchemy import select
from werkzeug.test import TestResponse

from cases.access_log import AccessLogEntry
from cases.feeds import CalendarFeed
from cases.letters import Invitation, Letter
from cases.links import AnswerLink, LinkUse, token_of
from cases.models import Draft
from cases.people import Person
from notifications.channels import FolderChannel
from notifications.compose import Sender
from notifications.models import OutboxMail
from notifications.outbox import deliver
from notifications.sweep import sweep
from tests.cases.chain import Chain
from tests.web.conftest import Browser, Clock

LINDEN = "0000000a"


@pytest.fixture
def chain(app: Flask, password_hash: str) -> Chain:
    wiring = app.extensions["vardtrad"]
    chain = Chain(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    return chain


@pytest.fixture
def called(chain: Chain) -> str:
    """A SIP whose parties are called to a meeting in two weeks."""
    reference = chain.open(
        "sam", "sip", trigger="home_visit", noticed_at=chain.now.date().isoformat(),
        noticed_by="Hemtjänsten", reason="Faller ofta.",
    )  # fmt: skip
    for step in ("assess_need", "consent", "pre_planning", "call"):
        chain.do("sam", reference, step)
    return reference


See = Callable[..., TestResponse]


@pytest.fixture
def see(chain: Chain, clock: Clock, logged_in: Callable[[str], Browser]) -> See:
    """Opens a page as somebody, or sends a form to it, at the chain's moment."""
    browsers: dict[str, Browser] = {}

    def open_page(who: str, path: str, form: Any = None) -> TestResponse:
        clock.now = chain.now
        browser = browsers.get(who) or browsers.setdefault(who, logged_in(who))
        return browser.get(path) if form is None else browser.post(path, form)

    return open_page


def events_of(answer: TestResponse) -> list[Event]:
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.text)
    assert isinstance(calendar, Calendar)
    return calendar.events


Letters = list[tuple[Letter, str]]


@pytest.fixture
def letters(chain: Chain, called: str, app: Flask) -> Letters:
    """Each letter of the call with the token of its link."""
    key = app.extensions["vardtrad"].settings.secret_key
    with chain.database.reading() as session:
        found = session.scalars(select(Letter).order_by(Letter.id)).all()
        pairs = [(each, token_of(each.link, key) if each.link else "") for each in found]
        session.expunge_all()
    assert called
    return pairs


def reply(letter: Letter, partstat: str = "ACCEPTED", **more: str) -> str:
    invitation = Invitation.of(letter.invitation or {})
    given = {
        "METHOD": "REPLY", "UID": invitation.uid, "SEQUENCE": str(invitation.sequence),
        "BY": letter.to_address, "MORE": "",
    } | more  # fmt: skip
    return "\n".join(
        line for line in (
            "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{given['METHOD']}", "BEGIN:VEVENT",
            f"ATTENDEE;PARTSTAT={partstat}:mailto:{given['BY']}", f"UID:{given['UID']}",
            f"SEQUENCE:{given['SEQUENCE']}", given["MORE"], "END:VEVENT", "END:VCALENDAR",
        ) if line
    )  # fmt: skip


def typed(chain: Chain) -> dict[str, str]:
    """What the only draft holds; nothing when there is none."""
    with chain.database.reading() as session:
        draft = session.scalars(select(Draft)).one_or_none()
        return {k: v[0] for k, v in draft.data["fields"].items()} if draft else {}


# Files


def test_staff_take_the_meeting_to_their_own_calendar_and_that_is_logged(chain, called, see):
    (event,) = events_of(see("sam", f"/arende/{called}/kalender.ics"))
    assert event["SUMMARY"] == f"{called}: SIP-möte"
    assert event.start == (chain.now + timedelta(days=14)).replace(second=0, microsecond=0)
    assert str(event["URL"]).endswith(f"/arende/{called}")
    assert "Test Persson" not in event.to_ical().decode()
    with chain.database.reading() as session:
        newest = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc())).first()
        assert newest is not None
        assert (newest.action, newest.allowed) == ("case", True)
    assert "/kalender.ics" in see("sam", f"/arende/{called}").text


@pytest.mark.parametrize("who", ["gun", "otto", "ada"])
def test_nobody_else_gets_the_meeting(called, see, who):
    assert see(who, f"/arende/{called}/kalender.ics").status_code in (403, 404)


def test_a_case_without_a_coming_meeting_has_no_file(chain, called, see):
    chain.wait(days=15)
    assert see("sam", f"/arende/{called}/kalender.ics").status_code == 404
    assert "/kalender.ics" not in see("sam", f"/arende/{called}").text


def test_a_party_takes_its_own_invitation_by_its_link_and_that_is_noted(
    chain, called, app, clock, letters
):
    clock.now = chain.now
    letter, token = letters[0]
    (event,) = events_of(app.test_client().get(f"/svar/{token}/kalender.ics"))
    assert event.uid == Invitation.of(letter.invitation).uid
    assert called not in event.to_ical().decode()
    with chain.database.reading() as session:
        uses = session.scalars(select(LinkUse)).all()
        assert [(use.link_id, use.what) for use in uses] == [(letter.link_id, "calendar")]


def test_a_link_that_has_ended_or_is_made_up_gives_no_file(chain, app, clock, letters):
    _letter, token = letters[0]
    clock.now = chain.now + timedelta(days=15)
    client = app.test_client()
    for tried in (token, token[:-1], "abc"):
        assert client.get(f"/svar/{tried}/kalender.ics").status_code == 404


def test_who_has_answered_can_still_take_the_meeting_until_it_is_over_or_called_off(
    chain, called, app, clock, letters
):
    (letter, token), (_school, other) = letters[:2]
    for item in (s.item for s in chain.steps(called, "answer")):
        chain.do("sam", called, "answer", item)
    with chain.database.transaction() as session:
        session.get_one(AnswerLink, letter.link_id).answered_at = chain.now
    clock.now, client = chain.now, app.test_client()
    (event,) = events_of(client.get(f"/svar/{token}/kalender.ics"))
    assert event.uid == Invitation.of(letter.invitation).uid
    with chain.database.reading() as session:
        assert list(session.scalars(select(LinkUse.what))) == ["calendar"]
    # Answered on the phone: the link itself has not been used and does not open any more.
    assert client.get(f"/svar/{other}/kalender.ics").status_code == 404
    clock.now = chain.now + timedelta(days=14, hours=2)
    assert client.get(f"/svar/{token}/kalender.ics").status_code == 404
    clock.now = chain.now
    chain.end(
        "sam", called, "withdraw_consent", withdrawn_at=chain.now.isoformat(),
        by_whom="Personen", told="Alla.",
    )  # fmt: skip
    assert client.get(f"/svar/{token}/kalender.ics").status_code == 404


def test_guessing_at_files_is_slowed_down_together_with_guessing_at_links(
    chain, app, clock, letters
):
    clock.now, client = chain.now, app.test_client()
    guesses = [f"/svar/gissning-{n}{'/kalender.ics' * (n % 2)}" for n in range(31)]
    assert [client.get(each).status_code for each in guesses] == [404] * 30 + [429]
    _letter, token = letters[0]
    held_up = client.get(f"/svar/{token}/kalender.ics")
    assert (held_up.status_code, held_up.mimetype) == (429, "text/html")
    assert client.get(f"/svar/{token}").status_code == 429


# Answers read in


def test_an_acceptance_waits_in_the_step_for_somebody_to_look_at_and_send(
    chain, called, see, letters
):
    letter, _token = letters[0]
    path = f"/arende/{called}/kalendersvar"
    answer = see("sam", path, {"text": reply(letter, MORE="DTSTAMP:20261124T073000Z")})
    step = next(s for s in chain.case(called).steps if s.key == "answer" and LINDEN in s.item)
    assert (answer.status_code, answer.location) == (303, f"/steg/{step.id}")
    assert typed(chain) == {
        "outcome": "attends", "answered_by": "Linden, Kim", "came_by": "mail",
        "answered_at": "2026-11-24T08:30",
    }  # fmt: skip
    page = see("sam", answer.location).text
    assert re.search(r'value="attends"[^>]* checked', page)
    assert step.condition == "open"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            {"partstat": "DECLINED", "MORE": "COMMENT:Är sjuk"},
            {"outcome": "declines", "reason": "Är sjuk"},
        ),
        ({"partstat": "TENTATIVE", "MORE": "COMMENT:Kanske"}, {"message": "Kanske"}),
        (
            {"METHOD": "COUNTER", "MORE": "DTSTART:20261210T090000Z"},
            {"outcome": "proposes_another_time", "proposed_at": "2026-12-10T10:00"},
        ),
        (
            {"BY": "nagon.annan@region.example"},
            {"outcome": "attends", "answered_by": "nagon.annan@region.example"},
        ),
    ],
)
def test_each_kind_of_answer_fills_in_what_it_says(chain, called, see, text, expected, letters):
    letter, _token = letters[0]
    see("sam", f"/arende/{called}/kalendersvar", {"text": reply(letter, **text)})
    filled = typed(chain)
    assert expected.items() <= filled.items()
    assert ("outcome" in filled) == ("outcome" in expected)


def test_a_file_is_read_as_pasted_text_is(chain, called, see, letters):
    letter, _token = letters[0]
    file = (BytesIO(reply(letter).encode()), "svar.ics")
    answer = see("sam", f"/arende/{called}/kalendersvar", {"file": file})
    assert answer.status_code == 303
    assert typed(chain)["outcome"] == "attends"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"UID": "nagon-annans"}, "hör till en annan kallelse"),
        ({"SEQUENCE": "7"}, "en tid som inte kommer härifrån"),
        ({"METHOD": "REQUEST"}, "inget svar på en kallelse"),
        ({"MORE": "END:VEVENT\nBEGIN:VEVENT"}, "saknar något"),
    ],
)
def test_a_wrong_answer_is_refused_in_words_and_what_was_pasted_is_kept(
    chain, called, see, wrong, says, letters
):
    letter, _token = letters[0]
    pasted = reply(letter, **wrong)
    answer = see("sam", f"/arende/{called}/kalendersvar", {"text": pasted})
    assert answer.status_code in (409, 422)
    assert says in answer.text
    assert pasted.splitlines()[5] in answer.text
    assert typed(chain) == {}


def test_nothing_sent_is_told_beside_the_fields(called, see):
    answer = see("sam", f"/arende/{called}/kalendersvar", {"text": " "})
    assert answer.status_code == 409
    assert "Välj en fil, eller klistra in svaret." in answer.text


def test_an_answer_to_the_time_before_says_so(chain, called, see, letters):
    letter, _token = letters[0]
    for item in (s.item for s in chain.steps(called, "answer")):
        chain.do("sam", called, "answer", item)
    later = (chain.now + timedelta(days=20)).isoformat()
    chain.do(
        "sam", called, "hold_meeting", outcome="moved", decided_at=chain.now.isoformat(),
        meeting_at=later, minutes="60", meeting_form="home",
    )  # fmt: skip
    answer = see("sam", f"/arende/{called}/kalendersvar", {"text": reply(letter)})
    assert "Svaret gäller en tidigare tid." in answer.text
    assert typed(chain) == {}


def test_an_answer_that_is_there_already_says_so(chain, called, see, letters):
    letter, _token = letters[0]
    for item in (s.item for s in chain.steps(called, "answer")):
        chain.do("sam", called, "answer", item)
    answer = see("sam", f"/arende/{called}/kalendersvar", {"text": reply(letter)})
    assert answer.status_code == 409
    assert "De kan ha svarat redan." in answer.text


def test_only_those_who_may_do_the_step_read_answers_in(chain, called, see, letters):
    letter, _token = letters[0]
    answer = see("mats", f"/arende/{called}/kalendersvar", {"text": reply(letter)})
    assert answer.status_code == 403
    assert typed(chain) == {}


# The private address


def address(page: TestResponse) -> str:
    found = re.search(r'value="[^"]*(/kalender/[^"]+\.ics)"', page.text)
    assert found
    return found[1]


def test_the_address_is_shown_once_and_kept_as_a_hash(chain, see):
    assert "Du har ingen kalenderadress än." in see("sam", "/kalender").text
    secret = address(see("sam", "/kalender", {})).removeprefix("/kalender/")[:-4]
    assert secret not in see("sam", "/kalender").text
    with chain.database.reading() as session:
        (kept,) = session.scalars(select(CalendarFeed.secret_hash))
    assert secret not in kept


def test_the_feed_tells_own_meetings_and_steps_without_a_word_of_the_patient(called, see, app):
    path = address(see("sam", "/kalender", {}))
    answer = app.test_client().get(path)
    told = {str(event["SUMMARY"]): event for event in events_of(answer)}
    assert f"{called}: SIP-möte" in told
    assert f"{called}: Svara på kallelsen" in told
    assert re.search(r"/steg/\d+$", str(told[f"{called}: Svara på kallelsen"]["URL"]))
    for said in ("Test Persson", "189001019802", "Linden", "Faller ofta", "Tallen"):
        assert said not in answer.text


def test_somebody_with_nothing_to_do_there_has_neither_meeting_nor_step(called, see, app):
    for who in ("gun", "otto"):
        path = address(see(who, "/kalender", {}))
        assert called not in app.test_client().get(path).text


def test_a_step_due_when_the_day_ends_is_on_the_whole_day(chain, called, see, app):
    path = address(see("sam", "/kalender", {}))
    events = events_of(app.test_client().get(path))
    step = next(e for e in events if e["SUMMARY"] == f"{called}: Svara på kallelsen")
    (due,) = {s.due_at for s in chain.steps(called, "answer")}
    assert step.start == due.date()


def test_a_renewed_or_removed_address_stops_working(see, app):
    client = app.test_client()
    first = address(see("sam", "/kalender", {}))
    second = address(see("sam", "/kalender", {}))
    assert [client.get(each).status_code for each in (first, second)] == [404, 200]
    assert see("sam", "/kalender/ta-bort", {}).status_code == 303
    assert client.get(second).status_code == 404


def test_a_closed_account_has_no_feed(chain, see, app):
    path = address(see("sam", "/kalender", {}))
    with chain.database.transaction() as session:
        session.get_one(Person, chain.people["sam"]).active = False
    assert app.test_client().get(path).status_code == 404


def test_a_calendar_that_asks_again_is_told_that_nothing_is_new(chain, called, see, app):
    path, client = address(see("sam", "/kalender", {})), app.test_client()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    chain.do("sam", called, "answer", chain.steps(called, "answer")[0].item)
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


# Letters on the case and in the practice town


@pytest.fixture
def mailed(chain: Chain, called: str, app: Flask, clock: Clock, tmp_path: Path) -> str:
    """The call, gone by mail."""
    clock.now, wiring = chain.now, app.extensions["vardtrad"]
    deliver(wiring.database, wiring.routines, FolderChannel(tmp_path), sender_of(app), chain.now)
    return called


def sender_of(app: Flask) -> Sender:
    sender: Sender = app.extensions["vardtrad"].settings.sender
    return sender


def test_a_sent_letter_stands_on_the_case_with_its_party(mailed, see):
    page = see("sam", f"/arende/{mailed}").text
    timeline, _sep, mails = page.partition('id="mejl"')
    assert "Kallelsen är mejlad" in timeline
    assert "Kallelsen är mejlad" in mails
    assert "Linden" in mails


def test_a_letter_that_did_not_come_is_shown_as_other_failed_mails_are(chain, mailed, see):
    with chain.database.transaction() as session:
        for mail in session.scalars(select(OutboxMail)):
            mail.taken_at, mail.failed_at = None, chain.now
    page = see("sam", f"/arende/{mailed}").text
    assert 'id="mejl" open' in page
    assert "Kom inte fram" in page


def test_who_sees_a_part_of_the_case_does_not_read_which_party_it_was(chain, see):
    reference = chain.open(
        "siv", "sip", trigger="home_visit", noticed_at=chain.now.date().isoformat(),
        noticed_by="Hemtjänsten", reason="Faller ofta.",
    )  # fmt: skip
    for step in ("assess_need", "consent", "pre_planning", "call"):
        chain.do("sam", reference, step)
    page = see("siv", f"/arende/{reference}").text
    assert "Någon utanför kommunen" in page
    assert "Linden" not in page


def test_in_the_practice_town_a_newcomer_opens_a_letter_as_its_reader_would(
    mailed, see, app, letters
):
    wiring = app.extensions["vardtrad"]
    practice = replace(wiring, settings=replace(wiring.settings, demo=True))
    app.extensions["vardtrad"] = practice
    page = see("sam", "/postlada").text
    _letter, token = letters[0]
    assert f'/svar/{token}"' in page
    assert "/svar/…" in page
    assert "Öppna som mottagaren" in page
    (file,) = set(re.findall(r"/postlada/1/kalender.ics", page))
    (event,) = events_of(see("sam", file))
    assert event["SUMMARY"] == "SIP-möte"
    assert mailed not in event.to_ical().decode()


def test_letters_to_parties_can_be_shown_without_our_own_peoples_mails(
    mailed, see, app, chain, letters, clock, tmp_path
):
    wiring = app.extensions["vardtrad"]
    app.extensions["vardtrad"] = replace(wiring, settings=replace(wiring.settings, demo=True))
    chain.wait(days=8)
    sweep(chain.database, chain.routines, chain.now)
    chain.wait(days=1)
    clock.now = chain.now
    deliver(wiring.database, wiring.routines, FolderChannel(tmp_path), sender_of(app), chain.now)
    both, parties = see("sam", "/postlada").text, see("sam", "/postlada?till=parter").text
    assert mailed in both
    assert mailed not in parties
    assert letters[0][0].to_address in parties
