"""Whatever is typed in any field of any form: no mail, log, address, metric or error holds it."""

import logging
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from random import Random
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from cases.links import AnswerLink, token_of
from cases.people import Patient, Person, Unit
from notifications.channels import SmtpChannel
from notifications.models import OutboxMail
from notifications.outbox import deliver
from notifications.sweep import sweep
from tests.cases.village import NUMBERS
from tests.notifications.test_letters_privacy import everything_in
from tests.servers.smtp import Mailbox
from tests.web.parish import SECRET, Parish
from tests.web.programs import Program, report
from tests.web.strolling import Seen
from tests.web.typing_in import MARK, Pen, Typists

STAFF = {"nina": "/", "sara": "/", "ulla": "/", "siv": "/", "mats": "/"}
"""Who together reach every form about patients, and the page that each begins at."""

CHOSEN = {
    "about.language", "answer_links.close", "answer_links.send", "calendars.own",
    "calendars.remove", "case.link_to", "conferences.taken_up", "external_deviations.throw",
    "opening.throw_draft", "operations.again", "pausing.go_on", "people.duty.absences.end",
    "people.duty.remove", "people.duty.weekly.end", "people.duty.weekly.remove",
    "people.one_time_password", "people.remove", "people.units.close", "people.units.reopen",
    "signing_in.log_out", "statistics.frozen.freeze_year", "statistics.frozen.thaw_year",
    "statistics.targets.remove", "step.give", "step.take", "tokens.end", "webhooks.again",
    "webhooks.end",
}  # fmt: skip
"""Answers to forms in which no words can be typed, only something chosen or a day set."""

BY_PROGRAMS = {
    "api.do_action", "api.do_one_step", "api.open_new_case", "api.write_note",
    "earlier_cases.read_in",
}  # fmt: skip
"""What no form on a page sends: a program's words, and a file's."""

KEPT = {
    "answering.answer", "case.do_action", "case.put_right", "case.write_note",
    "external_deviations.write", "opening.new", "step.form",
}  # fmt: skip
"""Forms about patients; each must have been taken, so that there is something to leak."""

MARK_OF_OURS = "zqvxz"
"""The name of every unit and colleague, which pages may show and mails may not."""

ANY = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]))
WRAPPINGS = st.lists(st.tuples(ANY, ANY), min_size=20, max_size=20).filter(
    # The simplest list of all comes first, and there is room for one alone.
    lambda pairs: len({*pairs}) > 10
)
ODD = [("%s %(x)d {0} {", "}%"), ("<b>", "</b>\r\nBcc: x@y.example"), ("å" * 5000, ""), ("", "\0")]


def typed_in(words: Iterable[str]) -> list[str]:
    """Where they hold something typed or a patient's number, however it is written."""
    found = []
    for each in words:
        plain = unescape(unquote_plus(each)).casefold()
        digits = re.sub(r"\W", "", plain)
        found += re.findall(f".{{0,60}}{MARK}.{{0,20}}", plain)
        found += [number for number in NUMBERS if number[2:] in digits]
    return found


class Walk:
    """A parish in which everything that can be typed is, mailed by the real outbox."""

    def __init__(self, parish: Parish, smtp: Mailbox, pen: Pen) -> None:
        self.parish, self.smtp, self.all = parish, smtp, Typists(parish, pen)
        with parish.database.transaction() as session:
            session.execute(update(Patient).values(name=f"{MARK} {MARK}", sort_name=MARK))
            session.execute(update(Unit).values(name=MARK_OF_OURS))
            session.execute(update(Person).values(name=MARK_OF_OURS))

    def go(self) -> None:
        """Through the pages, by those inside and outside, with time for every ladder's rungs."""
        self._outside()
        for who, start in STAFF.items():
            self.all.typist(who).go_about(start)
            self._time_passes(hours=3)
        self._outside()
        self._by_programs()
        self._time_passes(days=6)
        self.shut_out, self.broken = list(self._shut_out()), self._broken()
        self.all.typist("ada").go_about("/personer", "/enheter", "/jour")
        nobody = self.all.typist("")
        self.machines = [nobody.look(f"/{page}") for page in ("metrics", "readyz", "healthz")]
        self.all.typist("").go_about("/logga-in")
        self._time_passes(days=6)

    def _time_passes(self, **span: float) -> None:
        parish, channel = self.parish, SmtpChannel(self.smtp.url)
        parish.wait(**span)
        sweep(parish.database, parish.routines, parish.now)
        sender = parish.app.extensions["vardtrad"].settings.sender
        deliver(parish.database, parish.routines, channel, sender, parish.now)

    def _outside(self) -> None:
        with self.parish.database.reading() as session:
            links = session.scalars(select(AnswerLink).where(AnswerLink.revoked_at.is_(None)))
            codes = {f"/svar/{token_of(link, SECRET)}": link.code for link in links}
        for path, code in codes.items():
            party = self.all.typist("")
            token = self.parish.token(party.client)
            for typed in (self.all.pen.word(), code):
                party.send(path, token | {"code": typed})
            party.go_about(path)

    def _by_programs(self) -> None:
        """Taken, refused for what was typed, and refused for the name of a field."""
        nina, ulla = Program(self.parish, "nina"), Program(self.parish, "ulla")
        word, mats = self.all.pen.word, self.all.typist("mats")
        opened = nina.post("/cases", report(self.parish, what_happened=word()))
        reference = opened.json["reference"]
        nina.post("/cases", report(self.parish, kind=word()))
        nina.post(f"/cases/{reference}/notes", {"note": word()})
        step, seen = nina.step(reference, "assess")
        nina.post(step, {"form": {"own_assessment": word(), word(): word()}}, If_Match=seen)
        ended = ulla.post(
            f"/cases/{reference}/actions/withdraw",
            {"form": {"reason": "other", "explanation": word()}}, If_Match=seen,
        )  # fmt: skip
        assert {opened.status_code, ended.status_code} <= {200, 201, 412, 422}
        row = f"{word()};2026-01-02 10:00;2026-01-02 12:00;fall;tallen;{word()}"
        for each in (row, row.replace("fall", word())):
            file = f"reference;occurred_at;reported_at;category;unit;description\n{each}\n"
            content = b64encode(file.encode()).decode()
            sent = {"content": content, "carry_out": "yes"} | self.parish.token(mats.client)
            assert mats.send("/import", sent).status in (303, 422)

    def _shut_out(self) -> Iterator[Seen]:
        """What others see at the addresses of pages that hold something typed."""
        paths = sorted({seen.path for seen in self.all.seen if MARK in seen.text and seen.who})
        for number, path in enumerate(paths):
            yield self.all.typist("ada" if number % 2 else "").look(path)

    def _broken(self) -> list[Seen]:
        """Pages of a time when the database refuses to keep what was typed."""
        refuse = (
            "CREATE TRIGGER t BEFORE INSERT ON event_texts BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        again = Typists(self.parish, self.all.pen)
        with self.parish.database.transaction() as session:
            session.execute(text(refuse))
        for who in ("nina", "ulla"):
            again.typist(who).visit(f"/arende/{self.parish.cases['reported']}/anteckna")
        with self.parish.database.transaction() as session:
            session.execute(text("DROP TRIGGER t"))
        return [seen for seen in again.seen if seen.status == 500]

    def mails(self) -> list[str]:
        """As they went over the wire, and as they are kept."""
        with self.parish.database.reading() as session:
            kept = session.scalars(select(OutboxMail)).all()
            texts = [f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in kept]
        return texts + [everything_in(message) for message in self.smtp.messages]


@pytest.fixture
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """By everything in the process but the mail server, which reads each mail aloud."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "mail.log")
    return caplog


@settings(
    max_examples=1,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(wrappings=WRAPPINGS, chance=st.randoms(use_true_random=True))
def test_nothing_typed_is_in_a_mail_a_log_an_address_a_metric_or_an_error(
    filled_parish: Parish,
    tmp_path: Path,
    smtp: Mailbox,
    everything_is_logged: pytest.LogCaptureFixture,
    wrappings: list[tuple[str, str]],
    chance: Random,
):
    smtp.messages.clear()
    everything_is_logged.clear()
    parish = filled_parish.moved(tmp_path)
    pen = Pen(chance, [("", ""), *wrappings, *ODD], "18900101-9802")
    walk = Walk(parish, smtp, pen)
    walk.go()
    logged = list(_logged(everything_is_logged))
    parish.database.engine.dispose()
    inputs = {r.endpoint for r in parish.app.url_map.iter_rules() if "POST" in (r.methods or ())}
    assert inputs - CHOSEN - BY_PROGRAMS - walk.all.reached == set()
    assert {each for each in KEPT if not walk.all.taken[each]} == set()
    assert {m["To"].partition("@")[0] for m in smtp.messages} >= {"nina", "ulla", "hedda", "mats"}
    assert typed_in(walk.mails()) == []
    assert [mail for mail in walk.mails() if MARK_OF_OURS in mail] == []
    assert typed_in(logged) == []
    assert typed_in(address for seen in walk.all.seen for address in seen.leads_to) == []
    assert typed_in(seen.text for seen in [*walk.shut_out, *walk.broken, *walk.machines]) == []
    assert [seen.status for seen in walk.machines] == [200] * 3
    assert len(walk.shut_out) > 20
    assert len(walk.broken) > 1
    assert [str(seen) for seen in walk.all.seen if seen.status == 500] == []


def _logged(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    for record in caplog.get_records("call"):
        yield f"{record.name}: {record.getMessage()} {record.exc_info}"
