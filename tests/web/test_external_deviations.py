"""External deviations offered beside a discharge: begun, kept, printed and thrown; and payment."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from cases.access_log import AccessLogEntry
from cases.drafts import drop_old_drafts
from cases.models import Draft
from cases.people import Person
from tests.cases.chain import Chain
from tests.web import markup
from tests.web.conftest import Browser, Clock

KEY = "admission_notice_late"
LATE = {
    "admitted_at": "2026-11-21T08:00", "notice_sent_at": "2026-11-23T09:00",
    "notice_received_at": "2026-11-23T09:05",
}  # fmt: skip


@pytest.fixture
def chain(app: Flask, password_hash: str, clock: Clock) -> Chain:
    wiring = app.extensions["vardtrad"]
    chain = Chain(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    clock.now = chain.now
    return chain


def text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def drawn(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.get(path)
    assert answer.status_code == 200
    values = markup.asked(markup.read(answer.text)).values()
    return {name: value[0] if len(value) == 1 else value for name, value in values.items()}


def test_a_late_notice_is_offered_on_the_case_and_an_early_one_is_not(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    shown = text(logged_in("sam").get(f"/arende/{reference}").text)
    assert "Något som borde skrivas som extern avvikelse" in shown
    assert "Inskrivningsmeddelandet kom för sent" in shown
    other = chain.admit("bodil", patient=str(chain.patients[1]))
    assert "extern avvikelse" not in text(logged_in("bodil").get(f"/arende/{other}").text)


def test_the_draft_is_filled_in_without_the_patient(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    form = drawn(logged_in("sam"), f"/arende/{reference}/extern/{KEY}/skriv")
    assert form["to_whom"] == "Kullbergska sjukhuset, avdelning 2"
    assert form["on"] == "2026-11-23"
    assert form["paragraph"] == "LUS (2017:612) 2 kap. 3 §"
    assert "2026-11-21 kl. 08.00" in form["what_happened"]
    told = " ".join(map(str, form.values()))
    assert "Persson" not in told
    assert "189001019802" not in told


def test_a_draft_is_kept_with_its_date_opened_printed_and_thrown(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    sam, path = logged_in("sam"), f"/arende/{reference}/extern/{KEY}"
    form = drawn(sam, f"{path}/skriv") | {"what_happened": "Kom två dygn för sent.", "to_whom": ""}
    saved = sam.post(f"{path}/skriv", form)
    assert (saved.status_code, saved.location) == (303, path)
    shown = sam.get(path)
    assert "Utkast, inte skickat." in text(shown.text)
    assert "Bara du ser det" in text(shown.text)
    assert "Kom två dygn för sent." in text(shown.text)
    assert "data-print" in shown.text
    case = text(sam.get(f"/arende/{reference}").text)
    assert "Utkast sparat tis 24 nov. 2026 08:30." in case
    again = drawn(sam, f"{path}/skriv")
    assert again["what_happened"] == "Kom två dygn för sent."
    assert not again["to_whom"]
    thrown = sam.post(f"{path}/slang", {})
    assert thrown.location == f"/arende/{reference}"
    assert sam.get(path).status_code == 404
    assert "Skriv ett utkast" in text(sam.get(f"/arende/{reference}").text)


def test_the_page_says_that_nothing_is_sent_and_who_sees_it(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    told = text(logged_in("sam").get(f"/arende/{reference}/extern/{KEY}/skriv").text)
    assert "Det skickas inte härifrån." in told
    assert "Utkastet är ditt eget: bara du ser det." in told


def test_a_draft_is_nobody_elses(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    path = f"/arende/{reference}/extern/{KEY}"
    logged_in("sam").post(f"{path}/skriv", {"what_happened": "Sams ord."})
    bodil = logged_in("bodil")
    assert bodil.get(path).status_code == 404
    assert "Utkast sparat" not in text(bodil.get(f"/arende/{reference}").text)
    assert "Sams ord." not in bodil.get(f"{path}/skriv").text


@pytest.mark.parametrize(("who", "status"), [("siv", 403), ("gun", 404), ("olga", 404)])
def test_who_may_not_read_the_whole_case_is_offered_nothing(
    chain: Chain, logged_in, who: str, status: int
):
    reference = chain.admit(**LATE)
    browser = logged_in(who)
    for path in (f"/arende/{reference}/extern/{KEY}", f"/arende/{reference}/extern/{KEY}/skriv"):
        assert browser.get(path).status_code == status
    assert "extern avvikelse" not in text(browser.get(f"/arende/{reference}").text)
    assert browser.post(f"/arende/{reference}/extern/{KEY}/skriv", {"to_whom": "x"}).status_code
    with chain.database.reading() as session:
        assert session.scalar(select(func.count(Draft.id))) == 0


def test_what_there_is_no_reason_for_cannot_be_written(chain: Chain, logged_in):
    reference = chain.admit()
    sam = logged_in("sam")
    for key in (KEY, "nothing"):
        assert sam.get(f"/arende/{reference}/extern/{key}/skriv").status_code == 404
        assert sam.post(f"/arende/{reference}/extern/{key}/skriv", {}).status_code == 404


def test_each_page_about_a_letter_leaves_a_row_in_the_access_log(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    sam, path = logged_in("sam"), f"/arende/{reference}/extern/{KEY}"
    sam.get(f"{path}/skriv")
    sam.post(f"{path}/skriv", {"to_whom": "Avdelning 2"})
    sam.get(path)
    with chain.database.reading() as session:
        rows = session.scalars(select(AccessLogEntry).where(AccessLogEntry.action == "offer")).all()
        assert [row.allowed for row in rows] == [True, True, True]
        assert {row.case_id for row in rows} == {chain.case(reference).id}


def test_a_draft_outlives_the_correction_that_made_it_needless(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    sam, path = logged_in("sam"), f"/arende/{reference}/extern/{KEY}"
    sam.post(f"{path}/skriv", {"to_whom": "Avdelning 2"})
    chain.correct("sam", reference, 1, notice_sent_at="2026-11-21T09:00")
    assert "(gäller inte längre efter en rättelse)" in text(sam.get(f"/arende/{reference}").text)
    sam.post(f"{path}/slang", {})
    assert "extern avvikelse" not in text(sam.get(f"/arende/{reference}").text)


def test_a_letter_is_kept_for_a_year_though_other_drafts_are_not(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    logged_in("sam").post(f"/arende/{reference}/extern/{KEY}/skriv", {"to_whom": "Avdelning 2"})
    with chain.database.transaction() as session:
        for days, left in ((364, 1), (366, 0)):
            chain.wait(days=days)
            drop_old_drafts(session, chain.now)
            assert session.scalar(select(func.count(Draft.id))) == left
            chain.wait(days=-days)


def test_what_is_typed_is_kept_while_it_is_typed(chain: Chain, logged_in):
    reference = chain.admit(**LATE)
    sam, purpose = logged_in("sam"), f"offer:{chain.case(reference).id}:{KEY}"
    assert sam.post(f"/utkast?purpose={purpose}", {"to_whom": "Halvskriv"}).status_code == 204
    form = drawn(sam, f"/arende/{reference}/extern/{KEY}/skriv")
    assert form["to_whom"] == "Halvskriv"


def test_the_payment_stands_on_the_case_with_its_reason(chain: Chain, logged_in):
    reference = chain.admitted_and_ready()
    sam = logged_in("sam")
    shown = text(sam.get(f"/arende/{reference}").text)
    assert "Betalningsansvar" in shown
    assert "Första dagen att betala för fre 27 nov. 2026" in shown
    assert "tre dagar läggs till" in shown
    assert "För varje patient" in shown
    assert "Dagar att betala för 0 hittills" in shown
    chain.do("bodil", reference, "sip_needed", sip_needed=True, no_sip_reason=None)
    shown = text(sam.get(f"/arende/{reference}").text)
    assert "Fasta vårdkontakten har inte kallat till SIP (LUS 5 kap. 3 §)" in shown
    assert "Första dagen" not in shown
    assert "Betalningsansvar" not in text(logged_in("siv").get(f"/arende/{reference}").text)
