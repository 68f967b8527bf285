"""Where a SIP's papers are found, who gets them, and what is logged."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from cases.access_log import AccessLogEntry
from cases.disposal import dispose_case
from cases.models import OPEN, Case, CaseStep
from cases.operations import Sent, act, do_step, open_case
from cases.people import Person
from tests.cases.village import Village, new_key
from tests.web import markup
from tests.web.conftest import Browser, Clock
from tests.web.paper import Paper
from tests.workflow.sip_answers import ANSWERS, NEED

NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
PLANS = ["Planen till personen, med stor stil", "Planen till deltagarna"]
CALLS = ["Kallelsen till personen, med stor stil", "Kallelsen till deltagarna"]


class Sips:
    """A village where the nurse Nina coordinates a SIP of the first patient's."""

    def __init__(self, village: Village, log_in: Callable[[str], Browser]) -> None:
        self.village, self.log_in = village, log_in
        need = NEED | {"patient": str(village.patients[0]), "unit": "tallen", "assessed": "true"}
        self.reference = village.run(
            "nina",
            lambda s, a: open_case(s, village.routines, a, "sip", Sent(need, new_key()), NOW),
        ).reference

    @property
    def case(self) -> Case:
        return self.village.case(self.reference)

    def do(self, *keys: str, **changed: Any) -> "Sips":
        """Every open step of each key, as in a SIP that goes well."""
        for key in keys:
            while step := next((s for s in self.case.steps if _waits(s, key)), None):
                data = ANSWERS[key] | changed
                if key == "confirm_part":
                    (row,) = (r for r in ("8a9b0c1d", "2e3f4051") if step.item.startswith(r))
                    data = data | {"efforts": [{"effort": row, "confirmed": "true"}]}
                self._sent(step.id, data)
        return self

    def end(self, action: str) -> None:
        sent = Sent(ANSWERS[action], new_key(), self.case.revision)
        self.village.run(
            "nina",
            lambda s, a: act(s, self.village.routines, a, self.reference, action, sent, NOW),
        )

    def get(self, who: str, key: str) -> TestResponse:
        return self.log_in(who).get(f"/arende/{self.reference}/dokument/{key}.pdf")

    def listed(self, who: str = "nina", path: str = "") -> list[str]:
        """The labels under the heading "Dokument", each leading to a paper that is there."""
        browser = self.log_in(who)
        shown = browser.get(path or f"/arende/{self.reference}")
        assert shown.status_code == 200
        page = markup.read(shown.text)
        links = [a for a in page.iter("a") if "/dokument/" in a.get("href", "")]
        answers = [browser.get(link.attrib["href"]) for link in links]
        assert {(a.status_code, a.mimetype) for a in answers} <= {(200, "application/pdf")}
        headings = [markup.words(h) for h in page.iter("h2")]
        assert ("Dokument" in headings) == bool(links)
        return [markup.words(link).partition(" (pdf")[0] for link in links]

    def reads(self) -> list[tuple[str, bool]]:
        """What the access log says of the papers."""
        with self.village.database.reading() as session:
            rows = session.scalars(select(AccessLogEntry).where(AccessLogEntry.action != "case"))
            return [(row.action, row.allowed) for row in rows if row.case_id == self.case.id]

    def _sent(self, step_id: int, data: dict[str, Any]) -> None:
        sent = Sent(data, new_key(), self.case.revision)
        self.village.run(
            "nina", lambda s, a: do_step(s, self.village.routines, a, step_id, sent, NOW)
        )


def _waits(step: CaseStep, key: str) -> bool:
    return step.key == key and step.condition == OPEN


@pytest.fixture
def sips(app: Flask, clock: Clock, password_hash: str, logged_in: Callable[[str], Browser]) -> Sips:
    wiring = app.extensions["vardtrad"]
    village = Village(wiring.database, wiring.routines)
    village.now = clock.now = NOW
    with wiring.database.transaction() as session:
        session.execute(update(Person).values(password_hash=password_hash))
    return Sips(village, logged_in)


def planned(sips: Sips) -> Sips:
    return sips.do("consent", "pre_planning", "call_by_law", "answer", "hold_meeting").do(
        "write_plan"
    )


def test_papers_are_listed_when_there_is_something_to_print(sips):
    assert sips.listed() == []
    sips.do("consent", "pre_planning")
    assert sips.listed() == []
    sips.do("call_by_law")
    assert sips.listed() == CALLS
    sips.do("answer", "hold_meeting")
    assert sips.listed() == []
    sips.do("write_plan")
    assert sips.listed() == PLANS


def test_the_step_that_hands_out_the_plan_shows_the_papers(sips):
    planned(sips).do("confirm_part")
    (step,) = (s for s in sips.case.steps if _waits(s, "send_copies"))
    assert sips.listed(path=f"/steg/{step.id}") == PLANS


def test_the_plan_is_about_the_cases_patient_and_shown_in_the_browser_without_being_kept(sips):
    answer = planned(sips).get("nina", "plan_deltagare")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == (
        f"inline; filename={sips.reference}-plan_deltagare.pdf"
    )
    assert answer.headers["Cache-Control"] == "no-store"
    paper = Paper(answer.data)
    assert "Test Persson, 18900101-9802" in paper.text
    assert "Tallen" in paper.text
    assert sips.reference in paper.outside
    assert "Utkast – inte bekräftad av alla" in paper.text


def test_a_confirmed_plan_is_no_draft(sips):
    answer = planned(sips).do("confirm_part").get("nina", "plan_person")
    paper = Paper(answer.data)
    assert "Utkast" not in paper.text
    assert "18900101" not in paper.text


def test_the_papers_are_in_swedish_for_somebody_who_reads_the_pages_in_english(sips):
    planned(sips)
    browser = sips.log_in("nina")
    browser.post("/sprak", {"language": "en"})
    answer = browser.get(f"/arende/{sips.reference}/dokument/plan_person.pdf")
    paper = Paper(answer.data)
    assert "Klart senast tisdag 1 december 2026" in paper.text
    assert str(paper.root.Lang) == "sv-SE"


def test_a_plan_whose_consent_is_withdrawn_says_that_it_does_not_hold(sips):
    planned(sips).end("withdraw_consent")
    assert sips.listed() == PLANS
    for key in ("plan_person", "plan_deltagare"):
        paper = Paper(sips.get("nina", key).data)
        assert "Ärendet är avslutat: Samtycket är återtaget" in paper.text
        assert "Dokumentet gäller inte längre." in paper.text


def test_there_is_no_call_in_a_closed_case(sips):
    sips.do("consent", "pre_planning", "call_by_law").end("withdraw_consent")
    assert sips.listed() == []
    answer = sips.get("nina", "kallelse_person")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("plan_person", "Det finns ingen plan att skriva ut än. Skriv planen först."),
        ("kallelse_deltagare", "Det finns inget kommande möte att kalla till."),
        ("nonsens", "Ärendet har inget sådant dokument."),
    ],
)
def test_a_paper_that_is_not_there_yet_has_a_page_that_says_why(sips, key, told):
    answer = sips.get("nina", key)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert told in answer.text


def test_after_disposal_the_page_says_that_the_texts_are_gone(sips):
    planned(sips).end("withdraw_consent")
    with sips.village.database.transaction() as session:
        dispose_case(session, sips.reference, "Gallringsplanen 2026", NOW)
    assert sips.listed() == []
    answer = sips.get("nina", "plan_person")
    assert answer.status_code == 404
    assert "Texterna i ärendet är gallrade." in answer.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("nina", 200), ("ulla", 200), ("mats", 200), ("siv", 403), ("olga", 404), ("ada", 403)],
)
def test_only_who_may_read_all_of_the_case_gets_a_paper(sips, who, status):
    answer = planned(sips).get(who, "plan_deltagare")
    assert answer.status_code == status
    if status != 200:
        assert "Test Persson" not in answer.text
        assert "Hembesök" not in answer.text


def test_care_staff_see_no_papers_on_the_case_page(sips):
    planned(sips)
    assert sips.listed("siv") == []


def test_every_paper_and_every_refusal_is_in_the_access_log_in_words(sips):
    planned(sips).get("nina", "plan_person")
    sips.get("siv", "plan_person")
    sips.get("nina", "kallelse_person")
    assert sips.reads() == [("document", True), ("document", False), ("document", False)]
    assert "Skrev ut ett dokument" in sips.log_in("mats").get("/atkomstlogg").text
