"""Pages for somebody outside: no patient before the second check, and no way in but the link."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cases.access import Right
from cases.accounts import LoginSession
from cases.links import AnswerLink, LinkUse, Standing, link_of, standing, token_of
from cases.models import Case
from cases.people import Membership, Unit
from tests.cases.chain import Chain
from tests.cases.outsiders import COMES, called, links
from tests.cases.village import new_key
from tests.web.markup import asked, only, read, told, words
from web.app import create_app
from web.door import asks
from web.pages.access_log import USES
from web.settings import read_settings

SECRET = "ett hemligt ord som är minst 32 tecken långt"
PATIENT, NUMBER = "Test Persson", "18900101-9802"


class Outside:
    """A called SIP behind the doors of the web, and the browser of somebody at Linden."""

    def __init__(self, url: str, **more: str) -> None:
        given = {"database_url": url, "secret_key": SECRET} | more
        self.app: Flask = create_app(read_settings({}, **given), lambda: self.chain.now)
        wiring = self.app.extensions["vardtrad"]
        self.chain = Chain(wiring.database, wiring.routines)
        self.sip = called(self.chain)
        self.paths = [self.path(each) for each in links(self.chain, self.sip)]
        self.client = self.app.test_client()

    def path(self, link_id: int) -> str:
        with self.chain.database.reading() as session:
            return f"/svar/{token_of(session.get_one(AnswerLink, link_id), SECRET)}"

    def link(self, path: str = "") -> AnswerLink:
        with self.chain.database.reading() as session:
            found = link_of(session, (path or self.paths[0]).removeprefix("/svar/"), SECRET)
            assert found
            assert found.step
            session.expunge_all()
        return found

    def open(self, path: str = "", client: FlaskClient | None = None) -> TestResponse:
        return (client or self.client).get(path or self.paths[0])

    def send(
        self, data: dict[str, Any], path: str = "", client: FlaskClient | None = None
    ) -> TestResponse:
        client = client or self.client
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/tillganglighet").text)
        assert found
        return client.post(path or self.paths[0], data={"csrf_token": found[1]} | data)

    def prove(self, client: FlaskClient | None = None, path: str = "") -> TestResponse:
        return self.send({"code": self.link(path).code}, path, client)

    def answer(self, client: FlaskClient | None = None, **more: Any) -> TestResponse:
        sent = {"submission_key": "k" * 20, "revision": "0"} | COMES | more
        return self.send(sent, client=client)

    def used(self) -> list[str]:
        with self.chain.database.reading() as session:
            return list(session.scalars(select(LinkUse.what).order_by(LinkUse.id)))

    def head(self) -> int:
        return self.chain.case(self.sip).head_sequence


@pytest.fixture
def outside(sqlite_url: str) -> Iterator[Outside]:
    outside = Outside(sqlite_url)
    yield outside
    outside.chain.database.engine.dispose()


def everything(answer: TestResponse) -> str:
    return "\n".join([*(f"{k}: {v}" for k, v in answer.headers.items()), answer.text])


def heading(answer: TestResponse) -> str:
    return words(only(read(answer.text), ".//h1"))


# Before the second check


def test_the_first_page_says_what_is_asked_and_of_whom_and_nothing_of_the_patient(outside):
    page = outside.open()
    assert (page.status_code, heading(page)) == (200, "Kan ni komma till SIP-mötet?")
    assert "Linden" in page.text
    assert "8 dec. 2026 08:30" in page.text
    for answer in (page, outside.send({"code": "0"}), outside.answer()):
        for secret in ("Persson", "9802", outside.sip, "Morgnar?", outside.link().code, "Tallen"):
            assert secret not in everything(answer)
    assert outside.used() == ["opened", "wrong_code", "unproven"]


def test_no_page_is_kept_found_or_told_of_to_other_sites(outside):
    for answer in (outside.open(), outside.open("/svar/fel"), outside.prove(), outside.open()):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        # "no-referrer" would keep the browser from proving that a form is our own over https.
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_frame_of_those_who_work_here_is_not_shown(outside):
    page = read(outside.open().text)
    links_ = [a.attrib["href"] for a in page.iter("a")]
    assert page.findall(".//nav") == []
    assert [each for each in links_ if each.startswith(("/sok", "/arende", "/logga"))] == []


def test_a_wrong_code_is_told_beside_the_field_with_how_many_tries_are_left(outside):
    answer = outside.send({"code": "123"})
    assert answer.status_code == 422
    assert "4 gånger" in told(read(answer.text))["code"]
    for _try in range(4):
        answer = outside.send({"code": "123"})
    assert (answer.status_code, heading(answer)) == (410, "Länken är låst")
    assert outside.prove().status_code == 410


# After it


def test_the_code_shows_whom_it_is_about_and_the_form(outside):
    assert outside.prove().status_code == 303
    page = outside.open()
    assert page.status_code == 200
    for shown in (PATIENT, NUMBER, "Morgnar?", "Linden"):
        assert shown in page.text
    form = asked(read(page.text))
    assert {"outcome", "answered_by", "reason", "proposed_at"} <= form.controls.keys()
    assert {"came_by", "answered_at"}.isdisjoint(form.controls)
    assert "skriv vem du är" in page.text
    assert outside.used() == ["right_code", "read"]


@pytest.mark.parametrize("write", [str, str.lower, lambda r: r.replace("-", " ")])
def test_the_reference_will_do_instead_of_the_code(outside, write):
    assert outside.send({"code": write(outside.sip)}).status_code == 303


def test_the_second_check_lasts_half_an_hour_at_that_browser_and_for_that_link_alone(outside):
    outside.prove()
    forwarded = outside.app.test_client()
    assert PATIENT not in outside.open(client=forwarded).text
    assert PATIENT not in outside.open(outside.paths[1]).text
    outside.chain.wait(minutes=29)
    assert PATIENT in outside.open().text
    outside.chain.wait(minutes=2)
    assert PATIENT not in outside.open().text


def test_an_answer_is_thanked_for_told_again_and_on_the_timeline(outside):
    outside.prove()
    assert outside.answer(message="Vi kommer två.").status_code == 303
    thanks = outside.open()
    assert (thanks.status_code, heading(thanks)) == (200, "Tack för svaret")
    assert "Vi kommer två." in thanks.text
    assert "Genom svarslänken" not in thanks.text
    assert standing(outside.link(), outside.chain.now) is Standing.ANSWERED


def test_a_double_click_is_one_answer_and_the_same_thanks(outside):
    outside.prove()
    first = outside.answer()
    before = outside.head()
    second = outside.answer()
    assert (first.status_code, second.status_code) == (303, 303)
    assert outside.head() == before


def test_faults_stand_beside_their_fields_and_the_text_is_kept(outside):
    outside.prove()
    before = outside.head()
    answer = outside.answer(outcome="declines", message="Ring oss.")
    page = read(answer.text)
    assert answer.status_code == 422
    assert told(page).keys() == {"reason"}
    assert asked(page).values()["message"] == ["Ring oss."]
    assert outside.head() == before


def test_what_was_typed_while_the_half_hour_ran_out_is_kept_through_a_new_check(outside):
    outside.prove()
    outside.chain.wait(minutes=31)
    refused = outside.answer(message="Vi kommer två.")
    assert refused.status_code == 403
    assert PATIENT not in refused.text
    kept = {n: v[0] for n, v in asked(read(refused.text)).values().items() if n != "code"}
    again = outside.client.post(outside.paths[0], data=kept | {"code": outside.link().code})
    form = asked(read(again.text))
    assert form.values()["message"] == ["Vi kommer två."]
    assert standing(outside.link(), outside.chain.now) is Standing.ALIVE


def test_the_thanks_lead_to_the_meeting_for_the_calendar(outside):
    outside.prove()
    outside.answer()
    file = f"{outside.paths[0]}/kalender.ics"
    assert file in [a.attrib["href"] for a in read(outside.open().text).iter("a")]
    assert outside.client.get(file).mimetype == "text/calendar"
    outside.chain.wait(days=14)
    outside.prove()
    assert "kalender.ics" not in outside.open().text


# Who to call


@pytest.fixture
def named(sqlite_url: str) -> Iterator[Outside]:
    named = Outside(sqlite_url, organisation="Exempelby kommun", phone="08-465 004 00")
    yield named
    named.chain.database.engine.dispose()


def test_every_page_says_who_sent_the_link_and_which_number_to_call(named):
    check, wrong = named.open(), named.open("/svar/hittepå")
    named.prove()
    form = named.open()
    named.answer()
    thanks, closed = named.open(), named.open(client=named.app.test_client())
    assert [heading(each) for each in (thanks, closed)] == [
        "Tack för svaret", "Frågan är redan besvarad",
    ]  # fmt: skip
    for answer in (check, wrong, form, thanks, closed):
        assert "Länken kommer från Exempelby kommun." in answer.text
        calls = [a for a in read(answer.text).iter("a") if a.attrib["href"] == "tel:0846500400"]
        assert [words(each) for each in calls] == ["08-465 004 00"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"phone": "08-465 004 00"}, "Samordnaren nås på"),
        ({"organisation": "Exempelby kommun"}, "Länken kommer från Exempelby kommun."),
    ],
)
def test_what_is_not_set_is_not_told(sqlite_url, given, told):
    some = Outside(sqlite_url, **given)
    page = some.open().text
    some.chain.database.engine.dispose()
    assert told in page
    assert ("tel:" in page) == ("phone" in given)
    assert ("kommer från" in page) == ("organisation" in given)


def test_without_settings_no_page_names_a_number(outside):
    for answer in (outside.open(), outside.open("/svar/hittepå")):
        assert "nås på" not in answer.text
        assert "kommer från" not in answer.text


# Misuse


def test_a_link_that_is_changed_or_made_up_is_not_found_and_leaves_no_row(outside):
    for wrong in (outside.paths[0][:-1], "/svar/hittepå", "/svar/" + "a" * 90):
        answer = outside.open(wrong)
        assert (answer.status_code, heading(answer)) == (404, "Länken fungerar inte")
        assert outside.send({"code": "1"}, wrong).status_code == 404
    assert outside.used() == []


def test_guessing_is_slowed_down_by_address_with_the_minutes_told(outside):
    codes = [outside.open(f"/svar/gissning-{n}").status_code for n in range(31)]
    assert codes == [404] * 30 + [429]
    held_up = outside.open()
    assert held_up.status_code == 429
    assert "1 min" in held_up.text
    outside.chain.wait(minutes=1, seconds=1)
    assert outside.open().status_code == 200


@pytest.mark.parametrize("why", ["expired", "revoked", "phone", "consent"])
def test_a_link_that_has_ended_says_so_and_changes_nothing(outside, why):
    outside.prove()
    chain, sip = outside.chain, outside.sip
    match why:
        case "expired":
            chain.wait(days=14)
        case "revoked":
            with chain.database.transaction() as session:
                session.get_one(AnswerLink, outside.link().id).revoked_at = chain.now
        case "phone":
            chain.do("bodil", sip, "answer", outside.link().step.item)
        case _:
            chain.end(
                "bodil", sip, "withdraw_consent", withdrawn_at=chain.now.isoformat(),
                by_whom="Personen", told="Alla.",
            )  # fmt: skip
    before = outside.head()
    titles = {
        "expired": "Tiden för att svara har gått ut", "revoked": "Länken är stängd",
        "phone": "Svaret behövs inte längre", "consent": "Svaret behövs inte längre",
    }  # fmt: skip
    for answer in (outside.open(), outside.answer(message="Vi kommer."), outside.prove()):
        assert (answer.status_code, heading(answer)) == (410, titles[why])
        assert PATIENT not in answer.text
    assert outside.head() == before
    assert [each for each in outside.used() if each.startswith("refused_")] == outside.used()[1:]


def test_who_answers_after_somebody_else_keeps_the_text_but_changes_nothing(outside):
    other = outside.app.test_client()
    outside.prove()
    outside.prove(other)
    outside.answer()
    before = outside.head()
    late = outside.answer(other, submission_key="x" * 20, message="Vi kan inte.")
    assert (late.status_code, heading(late)) == (410, "Frågan är redan besvarad")
    assert "Vi kan inte." in late.text
    assert outside.head() == before


def test_a_link_used_by_another_browser_tells_nothing_of_what_was_said(outside):
    outside.prove()
    outside.answer(message="Vi kommer två.")
    answer = outside.open(client=outside.app.test_client())
    assert (answer.status_code, heading(answer)) == (410, "Frågan är redan besvarad")
    assert "Vi kommer två." not in answer.text


def test_nothing_is_taken_without_the_token_of_a_page(outside):
    outside.prove()
    answer = outside.client.post(outside.paths[0], data=COMES)
    assert answer.status_code == 400
    assert standing(outside.link(), outside.chain.now) is Standing.ALIVE


@pytest.mark.parametrize("code", [400, 404, 405, 413, 500])
def test_a_failure_leads_nowhere_but_to_the_mail_even_who_is_logged_in(outside, code):
    @outside.app.get("/svar/<token>/faller")
    @asks(Right.WORK)
    def fall(token: str) -> None:
        raise RuntimeError(token)

    client, path = sign_in(outside, "bodil"), outside.paths[0]
    match code:
        case 400:
            answer = client.post(path, data=COMES)
        case 404:
            answer = outside.open(f"{path}/finns/inte", client)
        case 405:
            answer = client.delete(path)
        case 413:
            answer = outside.send({"message": "x" * 5_000_000}, client=client)
        case _:
            answer = outside.open(f"{path}/faller", client)
    page = read(answer.text)
    assert answer.status_code == code
    assert page.findall(".//nav") == []
    assert list(only(page, ".//main").iter("a")) == []
    assert "Öppna länken i mejlet igen." in words(only(page, ".//main"))
    assert "Bodil" not in answer.text


def test_the_pages_are_there_in_english_too(outside):
    with outside.client.session_transaction() as cookie:
        cookie["language"] = "en"
    assert read(outside.open().text).attrib["lang"] == "en"


def test_nothing_else_opens_to_who_has_proved_a_link(outside):
    outside.prove()
    for path in (f"/arende/{outside.sip}", "/", f"/steg/{outside.link().step_id}"):
        answer = outside.client.get(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/logga-in")
    with outside.chain.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_every_use_is_kept_in_order(outside):
    outside.open()
    outside.send({"code": "1"})
    outside.prove()
    outside.open()
    outside.answer()
    outside.open()
    outside.open(client=outside.app.test_client())
    assert outside.used() == [
        "opened", "wrong_code", "right_code", "read", "answered", "read_answer",
        "refused_answered",
    ]  # fmt: skip
    assert outside.link().expires_at - outside.chain.now == timedelta(days=14)


# Those who look after the links


def sign_in(outside: Outside, who: str) -> FlaskClient:
    client, token = outside.app.test_client(), new_key()
    client.environ_base["HTTP_USER_AGENT"] = "Webbläsare/1.0"
    with outside.chain.database.transaction() as session:
        session.add(
            LoginSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                person_id=outside.chain.people[who], created_at=outside.chain.now,
                last_seen_at=outside.chain.now, must_change=False,
            )
        )  # fmt: skip
    with client.session_transaction() as cookie:
        cookie.update(_user_id=token, _id="Webbläsare/1.0", _fresh=True)
    return client


def test_the_coordinator_reads_out_the_code_and_sends_a_new_link_on_the_page_of_the_case(outside):
    outside.open()
    bodil, case = sign_in(outside, "bodil"), f"/arende/{outside.sip}"
    page = bodil.get(case).text
    assert outside.link().code in page
    assert "kim@region.example" in page
    assert outside.paths[0] not in page
    step = outside.link().step_id
    sent = outside.send({"link": outside.link().id}, f"/steg/{step}/ny-lank", bodil)
    assert (sent.status_code, sent.location) == (303, f"{case}#utifran")
    assert heading(outside.open()) == "Länken är stängd"
    assert outside.link().code not in bodil.get(case).text
    assert outside.send({}, f"/steg/{step}/stang-lank", bodil).status_code == 303
    assert outside.send({"link": "x"}, f"/steg/{step}/ny-lank", bodil).status_code == 409


def test_the_manager_reads_no_codes_and_may_not_touch_the_links(outside):
    ulla = sign_in(outside, "ulla")
    page = ulla.get(f"/arende/{outside.sip}").text
    assert "kim@region.example" in page
    assert outside.link().code not in page
    step = outside.link().step_id
    for what in ("ny-lank", "stang-lank"):
        assert outside.send({"link": "1"}, f"/steg/{step}/{what}", ulla).status_code == 403
    assert outside.open().status_code == 200


def test_the_page_of_the_case_says_that_an_answer_came_by_the_link(outside):
    outside.prove()
    outside.answer()
    bodil = sign_in(outside, "bodil")
    assert "Genom svarslänken" in bodil.get(f"/arende/{outside.sip}").text
    step = bodil.get(f"/steg/{outside.link().step_id}").text
    assert "Det besvarades genom svarslänken" in step


def test_somebody_logged_in_sees_the_page_as_others_do(outside):
    bodil = sign_in(outside, "bodil")
    page = read(outside.open(client=bodil).text)
    assert page.findall(".//nav") == []
    assert PATIENT not in outside.open(client=bodil).text


def test_the_access_log_shows_the_mas_every_use_of_the_links_of_a_case(outside):
    mats = sign_in(outside, "mats")
    log = f"/atkomstlogg?reference={outside.sip}"
    assert "Svarslänkar i ärendet" not in mats.get(log).text
    outside.send({"code": "1"})
    outside.prove()
    outside.open()
    outside.answer()
    page = mats.get(log).text
    assert "Svarslänkar i ärendet: 4 användningar" in page
    told = [row for row in map(words, read(page).iter("tr")) if "Svara på kallelsen" in row]
    for row, what in zip(
        told,
        ["Svarade", "Läste frågan och vem den gäller", "Skrev rätt kod", "Skrev fel kod"],
        strict=True,
    ):
        assert what in row
        assert "Linden" in row
    assert outside.link().code not in page
    assert outside.paths[0].removeprefix("/svar/") not in page
    for elsewhere in (f"{log}&person=bodil", f"{log}&to_day=2020-01-01", "/atkomstlogg"):
        assert "Svarslänkar i ärendet" not in mats.get(elsewhere).text


def test_a_mas_of_another_unit_sees_that_a_link_was_used_but_not_for_what_or_by_whom(outside):
    outside.open()
    with outside.chain.database.transaction() as session:
        granen = session.scalars(select(Unit.id).where(Unit.key == "granen")).one()
        mine = Membership.person_id == outside.chain.people["mats"]
        session.scalars(select(Membership).where(mine)).one().unit_id = granen
    page = sign_in(outside, "mats").get(f"/atkomstlogg?reference={outside.sip}").text
    assert "Öppnade länken" in page
    assert "Linden" not in page
    assert "Svara på kallelsen" not in page


def test_each_way_that_a_link_can_have_ended_has_words_in_the_access_log():
    assert {f"refused_{each}" for each in Standing if each is not Standing.ALIVE} <= USES.keys()
