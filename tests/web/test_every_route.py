"""One proof over every route: who is let in, what each sees there, and that each read is logged."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from html import unescape
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import func, select
from werkzeug.routing import Rule

from cases.access_log import AccessLogEntry
from cases.duty import Absence, WeeklyDuty
from cases.log import CaseEvent
from cases.models import Case
from cases.people import Membership, OnDutySpell, Patient, Unit
from cases.tokens import ApiToken
from cases.webhooks import Webhook
from cases.yearly_plan import BoardTarget
from notifications.models import Bulletin, OutboxMail
from tests.web.parish import Parish, flat
from web.app import PUBLIC
from workflow.moments import day_of
from workflow.roles import Role

PEOPLE = (
    "siv", "nina", "arne", "frida", "ulla",  # at Tallen: care worker, three HSL staff, manager
    "hedda", "mats", "mona", "ada",  # everywhere: head of health care, MAS, MAR, administrator
    "otto", "olga", "gun",  # at Granen: care worker, nurse, manager
    "erik", "ines",  # a nurse who left Tallen yesterday, and one whose account is closed
    "jon", "jan",  # nurses at Granen, on duty at Tallen now, and until this moment
    "sara", "bodil",  # at Tallen: a coordinator of SIPs and a case officer
)  # fmt: skip

LET_IN = """
GET  static                  200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET  about.accessibility     200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET  monitoring.alive        200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET  monitoring.ready        200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET  monitoring.metrics      200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET  answering.answer        404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
POST answering.answer        404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
POST about.language          303 303 303 303 303 303 303 303 303 303 303 303 303 303 303 303 303 303
GET  statistics.tables       403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.files.table  403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.files.workbook           403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.files.appendix           403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.control.page 403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.control.paper            403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.frozen.years 403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.frozen.freeze_year 403 403 403 403 403 200 200 403 403 403 403 403 403 out 403 403 403 403
POST statistics.frozen.freeze_year 403 403 403 403 403 303 303 403 403 403 403 403 403 out 403 403 403 403
GET  statistics.frozen.thaw_year 403 403 403 403 403 200 200 403 403 403 403 403 403 out 403 403 403 403
POST statistics.frozen.thaw_year 403 403 403 403 403 303 303 403 403 403 403 403 403 out 403 403 403 403
GET  signing_in.log_in       303 303 303 303 303 303 303 303 303 303 303 303 303 200 303 303 303 303
POST signing_in.log_in       422 422 422 422 422 422 422 422 422 422 422 422 422 422 422 422 422 422
GET  signing_in.change       200 200 200 200 200 200 200 200 200 200 200 200 200 out 200 200 200 200
POST signing_in.change       422 422 422 422 422 422 422 422 422 422 422 422 422 out 422 422 422 422
GET  start.mine              200 200 200 200 200 200 200 200 403 200 200 200 403 out 200 200 200 200
GET  opening.kinds           200 200 200 200 200 200 200 200 403 200 200 200 403 out 200 200 200 200
GET  opening.new             200 200 200 200 200 403 200 200 403 200 200 200 403 out 200 200 403 403
POST opening.new             303 303 303 303 303 403 303 303 403 422 422 422 403 out 303 422 403 403
POST opening.keep_draft      204 204 204 204 204 204 204 204 403 204 204 204 403 out 204 204 204 204
POST opening.throw_draft     303 303 303 303 303 303 303 303 403 303 303 303 403 out 303 303 303 303
GET  case.show               200 200 200 200 200 200 200 200 403 404 404 404 403 out 200 404 404 404
GET  documents.show          403 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
GET  external_deviations.read            403 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
GET  external_deviations.write           403 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
POST external_deviations.write           403 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
POST external_deviations.throw           403 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
GET  case.write_note         200 200 200 200 200 200 200 200 403 404 404 404 403 out 200 404 404 404
POST case.write_note         303 303 303 303 303 303 303 303 403 404 404 404 403 out 303 404 404 404
GET  case.put_right          200 403 403 403 200 403 200 403 403 404 404 404 403 out 403 404 404 404
POST case.put_right          303 403 403 403 303 403 303 403 403 404 404 404 403 out 403 404 404 404
GET  case.link_to            200 200 200 200 200 200 200 200 403 404 404 404 403 out 200 404 404 404
POST case.link_to            303 303 303 303 303 303 303 303 403 404 404 404 403 out 303 404 404 404
GET  step.form               200 200 200 200 200 200 200 200 403 404 404 404 403 out 200 404 404 404
GET  step.give               403 200 200 200 200 403 403 403 403 404 404 404 403 out 200 404 404 404
POST step.take               403 303 303 303 403 403 403 403 403 404 404 404 403 out 303 404 404 404
GET  pausing.ask             403 409 409 409 409 403 403 403 403 404 404 404 403 out 409 404 404 404
POST pausing.ask             403 409 409 409 409 403 403 403 403 404 404 404 403 out 409 404 404 404
POST pausing.go_on           403 303 303 303 303 403 403 403 403 404 404 404 403 out 303 404 404 404
POST answer_links.send       403 409 409 409 403 403 403 403 403 404 404 404 403 out 409 404 404 404
POST answer_links.close      403 303 303 303 403 403 403 403 403 404 404 404 403 out 303 404 404 404
POST step.give               403 303 303 303 303 403 403 403 403 404 404 404 403 out 303 404 404 404
POST step.form               403 303 303 303 403 403 403 403 403 404 404 404 403 out 303 404 404 404
GET  case.do_action          403 403 403 403 200 403 200 403 403 404 404 404 403 out 403 404 404 404
POST case.do_action          403 403 403 403 303 403 303 403 403 404 404 404 403 out 403 404 404 404
GET  board.acute             403 200 200 200 200 200 200 200 403 403 200 200 403 out 200 200 403 403
GET  overdue.late            403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  conferences.of_unit     403 200 200 200 200 200 200 200 403 403 404 404 403 out 200 404 403 403
POST conferences.taken_up    403 303 303 303 303 303 303 303 403 403 404 404 403 out 303 404 403 403
GET  coordination.sip        403 200 200 200 200 200 200 200 403 403 200 200 403 out 200 200 200 200
GET  coordination.discharges 403 200 200 200 200 200 200 200 403 403 200 200 403 out 200 200 200 200
GET  coordination.quiet      403 200 200 200 200 200 200 200 403 403 200 200 403 out 200 200 200 200
GET  coordination.awaited    403 200 200 200 200 200 200 200 403 403 200 200 403 out 200 200 200 200
GET  patient.show            403 200 200 200 200 200 200 200 403 403 404 404 403 out 200 404 200 200
GET  search.find             200 200 200 200 200 200 200 200 403 200 200 200 403 out 200 200 200 200
POST search.found            303 303 303 303 303 303 303 303 403 200 200 200 403 out 303 200 200 200
GET  routines.all_routines   200 200 200 200 200 200 200 200 200 200 200 200 403 out 200 200 200 200
GET  routines.one_routine    200 200 200 200 200 200 200 200 200 200 200 200 403 out 200 200 200 200
GET  routines.picture        200 200 200 200 200 200 200 200 200 200 200 200 403 out 200 200 200 200
GET  mailbox.newest          404 404 404 404 404 404 404 404 404 404 404 404 403 out 404 404 404 404
GET  people.everyone         403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
GET  people.new              403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST people.new              403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.one              403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
GET  people.change           403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST people.change           403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.give             403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST people.give             403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.end              403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST people.end              403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
POST people.remove           403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
POST people.one_time_password 403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
GET  people.units.everywhere 403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
GET  people.units.new        403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST people.units.new        403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.units.one        403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
GET  people.units.change     403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST people.units.change     403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
POST people.units.close      403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
POST people.units.reopen     403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.duty.week        403 403 403 403 200 403 403 403 200 403 403 200 403 out 403 403 403 403
GET  people.duty.new         403 403 403 403 200 403 403 403 200 403 403 200 403 out 403 403 403 403
POST people.duty.new         403 403 403 403 303 403 403 403 303 403 403 422 403 out 403 403 403 403
POST people.duty.remove      403 403 403 403 303 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.duty.weekly.new  403 403 403 403 200 403 403 403 200 403 403 200 403 out 403 403 403 403
POST people.duty.weekly.new  403 403 403 403 303 403 403 403 303 403 403 422 403 out 403 403 403 403
GET  people.duty.weekly.end  403 403 403 403 200 403 403 403 200 403 403 403 403 out 403 403 403 403
POST people.duty.weekly.end  403 403 403 403 303 403 403 403 303 403 403 403 403 out 403 403 403 403
POST people.duty.weekly.remove           403 403 403 403 303 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.duty.absences.new            403 403 403 403 200 403 403 403 200 403 403 200 403 out 403 403 403 403
POST people.duty.absences.new            403 403 403 403 303 403 403 403 303 403 403 422 403 out 403 403 403 403
POST people.duty.absences.end            403 403 403 403 303 403 403 403 303 403 403 403 403 out 403 403 403 403
GET  people.duty.roster_import.read_in_file 403 403 403 403 200 403 403 403 200 403 403 200 403 out 403 403 403 403
POST people.duty.roster_import.read_in_file 403 403 403 403 303 403 403 403 303 403 403 422 403 out 403 403 403 403
GET  people.access_log.read  403 403 403 403 403 403 200 403 403 403 403 403 403 out 403 403 403 403
GET  mailbox.calendar_of     404 404 404 404 404 404 404 404 404 404 404 404 403 out 404 404 404 404
GET  calendars.of_case       404 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
GET  calendars.read_in       404 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
POST calendars.read_in       404 404 404 404 404 404 404 404 403 404 404 404 403 out 404 404 404 404
GET  calendars.own           200 200 200 200 200 200 200 200 200 200 200 200 200 out 200 200 200 200
POST calendars.own           200 200 200 200 200 200 200 200 200 200 200 200 200 out 200 200 200 200
POST calendars.remove        303 303 303 303 303 303 303 303 303 303 303 303 303 out 303 303 303 303
GET  tokens.own              200 200 200 200 200 200 200 200 200 200 200 200 200 out 200 200 200 200
GET  tokens.new              200 200 200 200 200 200 200 200 200 200 200 200 200 out 200 200 200 200
POST tokens.new              200 200 200 200 200 200 200 200 200 200 200 200 200 out 200 200 200 200
POST tokens.end              404 303 404 404 404 404 404 404 303 404 404 404 404 out 404 404 404 404
GET  calendars.feed          404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET  calendars.of_party      404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET  operations.state        403 403 403 403 403 403 200 403 200 403 403 403 403 out 403 403 403 403
GET  operations.failed       403 403 403 403 403 403 200 403 200 403 403 403 403 out 403 403 403 403
POST operations.again        403 403 403 403 403 403 303 403 303 403 403 403 403 out 403 403 403 403
GET  earlier_cases.read_in         403 403 403 403 403 403 200 403 200 403 403 403 403 out 403 403 403 403
POST earlier_cases.read_in         403 403 403 403 403 403 303 403 303 403 403 403 403 out 403 403 403 403
GET  statistics.targets.of_year          403 403 403 403 200 200 200 200 403 403 403 200 403 out 403 403 403 403
GET  statistics.targets.new  403 403 403 403 403 200 200 403 403 403 403 403 403 out 403 403 403 403
POST statistics.targets.new  403 403 403 403 403 303 303 403 403 403 403 403 403 out 403 403 403 403
GET  statistics.targets.change           403 403 403 403 403 200 200 403 403 403 403 403 403 out 403 403 403 403
POST statistics.targets.change           403 403 403 403 403 303 303 403 403 403 403 403 403 out 403 403 403 403
GET  statistics.targets.remove           403 403 403 403 403 200 200 403 403 403 403 403 403 out 403 403 403 403
POST statistics.targets.remove           403 403 403 403 403 303 303 403 403 403 403 403 403 out 403 403 403 403
GET  statistics.care_days.of_year        403 403 403 403 403 200 200 403 403 403 403 403 403 out 403 403 403 403
GET  statistics.care_days.enter          403 403 403 403 403 200 200 403 403 403 403 403 403 out 403 403 403 403
POST statistics.care_days.enter          403 403 403 403 403 303 303 403 403 403 403 403 403 out 403 403 403 403
GET  api_reference.page      200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET  api_reference.openapi   200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET  api.list_cases          401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
POST api.open_new_case       401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
GET  api.read_case           401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
GET  api.read_timeline       401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
POST api.write_note          401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
POST api.do_action           401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
POST api.do_one_step         401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
GET  api.list_overdue        401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
GET  api.list_definitions    401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
GET  api.read_definition     401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
GET  api.read_statistics     401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
GET  webhooks.everywhere     403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
GET  webhooks.new            403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST webhooks.new            403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
GET  webhooks.end            403 403 403 403 403 403 403 403 200 403 403 403 403 out 403 403 403 403
POST webhooks.again          403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
POST webhooks.end            403 403 403 403 403 403 403 403 303 403 403 403 403 out 403 403 403 403
POST signing_in.log_out      out out out out out out out out out out out out out out out out out out
"""  # noqa: E501 -- a column for each of PEOPLE
"""What each of PEOPLE gets, in that order, for Tallen's patient; "out" is the page to log in.

Where programs are let in no browser is (tests/web/test_api_access.py shows who they are).
"""

TABLE = {
    (method, endpoint): dict(zip(PEOPLE, answers, strict=True))
    for method, endpoint, *answers in map(str.split, LET_IN.strip().splitlines())
}

READ_BY_CARE_STAFF = {
    "Hittad på golvet i badrummet.",  # the report
    "Se över sömnmedicinen.", "Nattlampa i hallen", "Kontaktpersonen",  # decided, to carry out
    "På mötet.", "Tack för rapporten.",  # relayed to them, and told to the reporter
}  # fmt: skip
NOT_FOR_CARE_STAFF = {
    "Ingen smärta.", "Föll.", "Kvällspasset", "Halt.", "Har berättat redan.",  # assessed, talks
    "Gick upp själv.", "Mörkt.",  # investigated
    "Lampa uppsatt.",  # summed up for MAS
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One request and its answer; `rows` are those it left in the access log."""

    method: str
    endpoint: str
    answer: str
    text: str
    rows: tuple[AccessLogEntry, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}: {self.answer}"


Walk = Callable[[str], tuple[Visit, ...]]


@pytest.fixture(scope="module")
def walk(filled_parish: Parish, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Every route of the table in its order, by somebody who finds the parish untouched."""
    seen: list[Parish] = []

    @cache
    def walked(who: str) -> tuple[Visit, ...]:
        parish = filled_parish.moved(tmp_path_factory.mktemp(who))
        seen.append(parish)
        return tuple(_walk(parish, who))

    yield walked
    for parish in seen:
        parish.database.engine.dispose()


def _walk(parish: Parish, who: str) -> Iterator[Visit]:
    addresses = _addresses(parish)
    client = parish.client(who)
    token = parish.token(client)
    for method, endpoint in TABLE:
        address, form = addresses.get(endpoint, ({}, {}))
        with parish.app.test_request_context():
            path = url_for(endpoint, **address)
        about = address.get("reference", parish.cases["reported"])
        sent = form | parish.tokens(about) | token if method == "POST" else None
        before = _newest_read(parish)
        answer = client.open(path, method=method, data=sent, buffered=True)
        text = answer.get_data().decode(errors="replace")
        to_login = answer.status_code == 303 and answer.location.startswith("/logga-in")
        yield Visit(
            method, endpoint, "out" if to_login else str(answer.status_code),
            f"{answer.location or ''} {text}", tuple(parish.reads_since(before)),
        )  # fmt: skip


def _newest_read(parish: Parish) -> int:
    with parish.database.reading() as session:
        return session.scalar(select(func.max(AccessLogEntry.id))) or 0


def _addresses(parish: Parish) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """For each endpoint what its address names, and what is sent to it: all about Tallen."""
    reported, assess, _nurse = parish.steps["assess"]
    today = day_of(parish.now)
    tomorrow = (parish.now + timedelta(days=1)).replace(tzinfo=None)
    with parish.database.transaction() as session:
        empty = Unit(key="bjorken", name="Björken", kind="special_housing")
        role = Membership(
            person_id=parish.people["stina"], role=Role.CARE_WORKER, unit=empty, from_day=today
        )
        spell = OnDutySpell(
            person_id=parish.people["nina"], role=Role.NURSE, unit_id=parish.units["tallen"],
            starts_at=parish.now, ends_at=parish.now + timedelta(hours=8),
        )  # fmt: skip
        weekly = WeeklyDuty(
            person_id=parish.people["frida"], role=Role.PHYSIOTHERAPIST, from_day=today,
            unit_id=parish.units["tallen"], weekday=0, starts=0, ends=60,
        )  # fmt: skip
        absence = Absence(
            person_id=parish.people["frida"], starts_at=parish.now + timedelta(days=1),
            ends_at=parish.now + timedelta(days=2),
        )  # fmt: skip
        nina = parish.people["nina"]
        bulletin = Bulletin(
            kind="overdue", key="1", recipient_id=nina, data={}, created_at=parish.now,
            send_after=parish.now, gathered_at=parish.now,
        )  # fmt: skip
        mail = OutboxMail(
            bulletin=bulletin, recipient_id=nina, message_id="<1@a.example>", attempts=1,
            created_at=parish.now, failed_at=parish.now, last_error="RCPT 550",
        )  # fmt: skip
        key = ApiToken(
            person_id=nina, name="Journalen", digest="", scopes=["read"], created_at=parish.now,
            expires_at=parish.now + timedelta(days=1),
        )  # fmt: skip
        webhook = Webhook(
            name="Systemet", url="https://system.example", events=[], salt="",
            created_at=parish.now,
        )  # fmt: skip
        session.add_all((empty, role, spell, weekly, absence, mail, key, webhook))
        session.flush()
        webhook_id = webhook.id
        target_id = session.scalars(select(BoardTarget.id)).one()
        mail_id, token_id = mail.id, key.id
        unit_id, role_id, spell_id = empty.id, role.id, spell.id
        duty_id, absence_id = weekly.id, absence.id
    happened = (parish.now - timedelta(minutes=20)).isoformat()
    report = {
        "kind": "fall", "event_class": "adverse_event", "what_happened": "Satt på golvet.",
        "harm": "unknown", "patient": str(parish.patients[0]), "unit": "tallen",
        "discovered_at": happened,
    }  # fmt: skip
    person: dict[str, Any] = {"person_id": parish.people["stina"]}
    account = {"name": "Nya Namn", "username": "nya", "email": "nya@a.example"}
    case, step = {"reference": reported}, {"step_id": assess}
    return {
        "static": ({"filename": "vard.css"}, {}),
        "about.language": ({}, {"language": "sv"}),
        "statistics.files.table": ({"key": "by_month"}, {}),
        "statistics.frozen.freeze_year": ({"year": 2025}, {}),
        "statistics.frozen.thaw_year": ({"year": 2025}, {}),
        "api.read_case": (case, {}),
        "api.read_timeline": (case, {}),
        "api.write_note": (case, {}),
        "api.do_action": (case | {"action": "withdraw"}, {}),
        "api.do_one_step": (step, {}),
        "api.read_definition": ({"key": "deviation"}, {}),
        "signing_in.log_in": ({}, {"username": "ingen", "password": "fel lösenord här"}),
        "signing_in.change": ({}, {"new_password": "ett", "new_password_again": "ett annat"}),
        "opening.new": ({"definition": "deviation"}, report),
        "opening.keep_draft": ({"purpose": f"step:{assess}"}, {"own_assessment": "Vaken."}),
        "opening.throw_draft": ({"purpose": f"step:{assess}"}, {}),
        "case.show": (case, {}),
        "documents.show": (case | {"key": "plan_person"}, {}),
        "external_deviations.read": (case | {"key": "admission_notice_late"}, {}),
        "external_deviations.write": (
            case | {"key": "admission_notice_late"}, {"to_whom": "Avdelning 2"},
        ),
        "external_deviations.throw": (case | {"key": "admission_notice_late"}, {}),
        "case.write_note": (case, {"note": "Ringde igen."}),
        "case.put_right": (
            case | {"sequence": 1},
            report | {"occurred_at": happened, "reason_for_correction": "Skrev fel."},
        ),
        "case.link_to": (case, {"other": parish.cases["closed"]}),
        "case.do_action": (
            {"reference": parish.cases["home_visit"], "action": "withdraw"},
            {"reason": "mistake", "explanation": "Fel patient valdes."},
        ),
        "statistics.targets.new": (
            {"kind": "deviation"},
            {"year": "2026", "measure": "in_time", "step": "assess", "amount": "95"},
        ),
        "statistics.targets.change": (
            {"target_id": target_id}, {"year": "2026", "measure": "more", "amount": "10"},
        ),
        "statistics.targets.remove": ({"target_id": target_id}, {}),
        "statistics.care_days.enter": (
            {"unit_id": parish.units["tallen"], "year": today.year - 1}, {"month_1": "930"},
        ),
        "step.form": (step, flat(parish.plain(reported, "assess"))),
        "step.give": (step, {"person": "everybody"}),
        "step.take": (step, {}),
        "pausing.ask": (step, {"reason": "in_hospital", "back": tomorrow.date().isoformat()}),
        "pausing.go_on": (step, {}),
        "answer_links.send": (step, {"link": "0"}),
        "answer_links.close": (step, {}),
        "conferences.of_unit": ({"enhet": "tallen"}, {}),
        "conferences.taken_up": ({}, {"patient": parish.patients[0]}),
        "search.found": ({}, {"sok": reported}),
        "patient.show": ({"patient_id": parish.patients[1]}, {}),
        "routines.one_routine": ({"key": "deviation"}, {}),
        "routines.picture": ({"key": "deviation"}, {}),
        "mailbox.calendar_of": ({"mail_id": 1}, {}),
        "calendars.of_case": (case, {}),
        "calendars.read_in": (case, {"text": "BEGIN:VCALENDAR"}),
        "calendars.feed": ({"secret": "okand"}, {}),
        "calendars.of_party": ({"token": "okand"}, {}),
        "answering.answer": ({"token": "okand"}, {}),
        "people.new": ({}, account),
        "people.one": (person, {}),
        "people.change": (person, account | {"username": "stina", "active": "yes"}),
        "people.give": (
            person,
            {"role": "nurse", "unit": parish.units["tallen"], "from_day": today.isoformat()},
        ),
        "people.end": (person | {"membership_id": role_id}, {"to_day": today.isoformat()}),
        "people.remove": (person | {"membership_id": role_id}, {}),
        "people.one_time_password": (person, {}),
        "people.units.new": ({}, {"name": "Eken", "kind": "home_care"}),
        "people.units.one": ({"unit_id": unit_id}, {}),
        "people.units.change": (
            {"unit_id": unit_id}, {"name": "Björkarna", "kind": "special_housing"},
        ),
        "people.units.close": ({"unit_id": unit_id}, {}),
        "people.units.reopen": ({"unit_id": unit_id}, {}),
        "people.duty.new": (
            {},
            {
                "person": parish.people["nina"], "role": "nurse", "unit": parish.units["tallen"],
                "starts_at": tomorrow.isoformat(timespec="minutes"),
                "ends_at": (tomorrow + timedelta(hours=8)).isoformat(timespec="minutes"),
            },
        ),
        "operations.again": ({"mail_id": mail_id}, {}),
        "earlier_cases.read_in": (
            {},
            {
                "content": b64encode(
                    b"reference,occurred_at,reported_at,category,unit,closed_at\n"
                    b"1,2022-03-04,2022-03-04,fall,tallen,2022-04-01\n"
                ).decode(),
                "carry_out": "yes",
            },
        ),
        "webhooks.new": (
            {},
            {"name": "Systemet", "url": "https://system.example", "events": ["case_opened"]},
        ),
        "webhooks.end": ({"webhook_id": webhook_id}, {}),
        "webhooks.again": ({"webhook_id": webhook_id}, {}),
        "tokens.new": ({}, {"name": "Journalen", "scopes": ["read"], "days": "90"}),
        "tokens.end": ({"token_id": token_id}, {}),
        "people.duty.remove": ({"spell_id": spell_id}, {}),
        "people.duty.weekly.new": (
            {},
            {
                "person": parish.people["nina"], "role": "nurse", "unit": parish.units["tallen"],
                "weekdays": "0", "starts": "21:00", "ends": "07:00", "every_weeks": "1",
                "from_day": today.isoformat(),
            },
        ),
        "people.duty.weekly.end": ({"duty_id": duty_id}, {"to_day": today.isoformat()}),
        "people.duty.weekly.remove": ({"duty_id": duty_id}, {}),
        "people.duty.absences.new": (
            {},
            {
                "person": parish.people["nina"],
                "starts_at": tomorrow.isoformat(timespec="minutes"),
                "ends_at": (tomorrow + timedelta(hours=8)).isoformat(timespec="minutes"),
            },
        ),
        "people.duty.absences.end": ({"absence_id": absence_id}, {}),
        "people.duty.roster_import.read_in_file": (
            {},
            {
                "text": "username,role,unit,starts_at,ends_at\n"
                f"nina,nurse,tallen,{tomorrow:%Y-%m-%d} 23:00,{tomorrow:%Y-%m-%d} 23:30\n",
                "carry_out": "yes",
            },
        ),
    }  # fmt: skip


def methods(rule: Rule) -> set[str]:
    """Without those that Flask answers itself."""
    return set(rule.methods or ()) - {"HEAD", "OPTIONS"}


def secrets_of(parish: Parish, unit: str) -> dict[str, int]:
    """Every name, number and typed text of the unit's patients, and whose it is."""
    secrets: dict[str, int] = {}
    with parish.database.reading() as session:
        at = parish.units[unit]
        for patient in session.scalars(select(Patient).where(Patient.unit_id == at)):
            secrets |= {patient.name: patient.id, patient.number: patient.id}
        rows = session.execute(
            select(CaseEvent, Case.patient_id).join(Case).where(Case.unit_id == at)
        )
        for event, patient_id in rows:
            body = event.text.body if event.text else None
            # What was chosen from a list has no space in it.
            secrets |= {text: patient_id for text in _texts(body) if " " in text or "." in text}
    return secrets


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def shown(text: str, secrets: Iterable[str]) -> set[str]:
    """Those that stand in the page, a number with or without its dash."""
    text = unescape(text)
    digits = text.replace("-", "")
    return {each for each in secrets if each in (digits if each.isdecimal() else text)}


def leaks(pages: Mapping[str, str], secrets: Iterable[str]) -> dict[str, set[str]]:
    """The pages where something stands that must not."""
    found = {name: shown(text, secrets) for name, text in pages.items()}
    return {name: secret for name, secret in found.items() if secret}


# The door


def test_the_table_has_a_line_for_every_route(parish):
    routes = {(m, rule.endpoint) for rule in parish.app.url_map.iter_rules() for m in methods(rule)}
    assert routes ^ TABLE.keys() == set()


def test_every_view_but_the_public_ones_says_what_right_it_asks_for(parish):
    views = parish.app.view_functions
    assert {name for name, view in views.items() if not hasattr(view, "asks")} == PUBLIC


def test_nobody_gets_anything_without_logging_in(parish):
    client, routes = parish.client(), list(_closed_routes(parish))
    token, before, answers = parish.token(client), parish.counted(), {}
    for method, path, form in routes:
        sent = form | parish.tokens() | token if method == "POST" else None
        answer = client.open(path, method=method, data=sent)
        answers[method, path] = (answer.status_code, (answer.location or "").partition("?")[0])
    assert answers == {
        (method, path): (401, "") if path.startswith("/api/") else (303, "/logga-in")
        for method, path in answers
    }
    assert parish.counted() == before


def test_nothing_is_taken_from_a_form_of_another_site(parish):
    client, routes = parish.client("ada"), list(_closed_routes(parish))
    before = parish.counted()
    answers = {
        path: client.open(path, method=method, data=form | parish.tokens()).status_code
        for method, path, form in routes
        if method == "POST"
    }
    assert answers == {path: 401 if path.startswith("/api/") else 400 for path in answers}
    assert parish.counted() == before


def _closed_routes(parish: Parish) -> Iterator[tuple[str, str, dict[str, Any]]]:
    addresses = _addresses(parish)
    for rule in parish.app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC:
            address, form = addresses.get(rule.endpoint, ({}, {}))
            with parish.app.test_request_context():
                path = url_for(rule.endpoint, **address)
            # What OPTIONS answers Flask reads from the addresses alone.
            yield from ((m, path, form) for m in sorted(set(rule.methods or ()) - {"OPTIONS"}))


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_is_let_in_where_their_role_unit_and_dates_say_and_nowhere_else(walk, who):
    answers = {(visit.method, visit.endpoint): visit.answer for visit in walk(who)}
    assert answers == {route: everybody[who] for route, everybody in TABLE.items()}


# What is seen


@pytest.mark.parametrize("who", ["ada", "otto", "olga", "gun", "erik", "ines", "jan"])
def test_nothing_about_a_patient_of_tallen_is_seen_by_who_has_no_part_in_it(
    walk, filled_parish, who
):
    secrets = secrets_of(filled_parish, "tallen")
    assert leaks({str(visit): visit.text for visit in walk(who)}, secrets) == {}


def test_no_patient_at_all_is_seen_by_the_administrator(walk, filled_parish):
    secrets = secrets_of(filled_parish, "granen")
    assert leaks({str(visit): visit.text for visit in walk("ada")}, secrets) == {}


@pytest.mark.parametrize("who", ["ada", "olga", "jan"])
def test_every_page_about_every_case_of_tallen_is_closed_to_them(parish, who):
    secrets, client = secrets_of(parish, "tallen"), parish.client(who)
    cases = [reference for name, reference in parish.cases.items() if name != "elsewhere"]
    pages = [f"/arende/{reference}" for reference in cases]
    pages += [f"/steg/{step_id}" for _case, step_id, _who in parish.steps.values()]
    expected = TABLE["GET", "case.show"][who]
    for page in pages:
        answer = client.get(page)
        seen = shown(answer.text, secrets)
        assert (page, str(answer.status_code), seen) == (page, expected, set())


@pytest.mark.parametrize("who", ["sara", "bodil"])
def test_every_page_about_every_deviation_is_closed_to_those_who_coordinate(parish, who):
    """Though they work at the unit, and find the same patients there."""
    client, before = parish.client(who), _newest_read(parish)
    pages = [f"/arende/{reference}" for reference in parish.cases.values()]
    pages += [f"/steg/{step_id}" for _case, step_id, _who in parish.steps.values()]
    for page in pages:
        answer = client.get(page)
        seen = shown(answer.text, READ_BY_CARE_STAFF | NOT_FOR_CARE_STAFF | {"Test Persson"})
        assert (page, answer.status_code, seen) == (page, 404, set())
    rows = parish.reads_since(before)
    assert [row.allowed for row in rows] == [False] * len(pages)


@pytest.mark.parametrize("who", ["sara", "bodil"])
def test_no_search_shows_a_deviation_to_those_who_coordinate(parish, who):
    client = parish.client(who)
    for text in ("Test", "189001019802", "AVV", parish.cases["closed"]):
        page = client.post("/sok", data={"sok": text} | parish.token(client)).text
        assert "/arende/AVV" not in page
    page = client.get(f"/patient/{parish.patients[0]}").text
    assert "Test Persson" in page
    assert "AVV-" not in page


def test_those_who_coordinate_see_the_sip_and_the_stay_at_their_unit(parish):
    for who in ("sara", "bodil", "nina", "mats"):
        for reference in parish.coordinated.values():
            assert parish.client(who).get(f"/arende/{reference}").status_code == 200
    for who, status in (("otto", 404), ("olga", 404), ("ada", 403)):
        for reference in parish.coordinated.values():
            assert parish.client(who).get(f"/arende/{reference}").status_code == status


def test_health_care_staff_see_the_name_the_number_and_all_that_is_written(parish):
    reference = parish.cases["closed"]
    page = parish.client("nina").get(f"/arende/{reference}").text
    texts = READ_BY_CARE_STAFF | NOT_FOR_CARE_STAFF | {"Test Persson", "189001019802"}
    assert shown(page, texts) == texts


def test_care_staff_see_the_name_the_report_and_what_they_are_to_do_but_no_more(parish):
    secrets = READ_BY_CARE_STAFF | NOT_FOR_CARE_STAFF | {"Test Persson", "189001019802"}
    page = parish.client("siv").get(f"/arende/{parish.cases['closed']}").text
    assert shown(page, secrets) == READ_BY_CARE_STAFF | {"Test Persson"}


def test_care_staff_see_no_more_on_any_other_page(parish, walk):
    closed = NOT_FOR_CARE_STAFF | {"189001019802", "Dottern ringde och var orolig."}
    client = parish.client("siv")
    pages = {str(visit): visit.text for visit in walk("siv")}
    for reference in parish.cases.values():
        for page in ("", "/anteckna", "/ratta/1", "/lanka"):
            path = f"/arende/{reference}{page}"
            pages[path] = client.get(path).text
    for _case, step_id, _who in parish.steps.values():
        pages[f"/steg/{step_id}"] = client.get(f"/steg/{step_id}").text
    assert leaks(pages, closed) == {}


def test_searching_by_name_or_number_finds_nobody_at_another_unit(parish):
    secrets = secrets_of(parish, "tallen")
    for text in ("Test", "189001019802", "18900101", "AVV-2026-0001"):
        for who in ("otto", "olga", "gun", "jan", "siv"):
            client = parish.client(who)
            page = client.post("/sok", data={"sok": text} | parish.token(client)).text
            assert shown(page, secrets) <= {text}


def test_a_patient_of_another_unit_cannot_be_chosen_in_a_report(parish):
    assert shown(parish.client("olga").get("/ny/deviation").text, ["Test Persson"]) == set()


# What is logged

LOGGED_AS = {"opening.new": "patients", "people.access_log.read": "access_log"}
"""Pages that show a list of patients, for which there is one row without any."""


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_that_shows_a_patient_leaves_a_row_for_that_patient_and_no_other_page_does(
    walk, filled_parish, who
):
    secrets = secrets_of(filled_parish, "tallen") | secrets_of(filled_parish, "granen")
    patients, logged = {}, {}
    for visit in walk(who):
        assert {row.person_id for row in visit.rows} <= {filled_parish.people[who]}
        if visit.endpoint not in LOGGED_AS:
            patients[str(visit)] = {secrets[text] for text in shown(visit.text, secrets)}
            logged[str(visit)] = {row.patient_id for row in visit.rows if row.allowed}
    assert logged == patients


@pytest.mark.parametrize("who", PEOPLE)
def test_a_list_of_patients_leaves_one_row(walk, who):
    for visit in walk(who):
        if visit.endpoint in LOGGED_AS and visit.answer in ("200", "422"):
            (row,) = visit.rows
            assert (row.action, row.allowed) == (LOGGED_AS[visit.endpoint], True)


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "ines"])
def test_every_try_to_read_a_case_leaves_a_row_that_says_how_it_went(walk, filled_parish, who):
    about = {
        "case.do_action": filled_parish.case(filled_parish.cases["home_visit"]).id,
        "": filled_parish.case(filled_parish.cases["reported"]).id,
    }
    for visit in walk(who):
        about_a_case = (
            "case.",
            "step.",
            "documents.",
            "external_deviations.",
            "calendars.of_case",
            "calendars.read_in",
        )
        if visit.method == "GET" and visit.endpoint.startswith(about_a_case):
            (row,) = visit.rows
            case_id = about.get(visit.endpoint, about[""])
            expected = (case_id, filled_parish.patients[0], filled_parish.units["tallen"])
            assert (str(visit), row.case_id, row.patient_id, row.unit_id) == (str(visit), *expected)
            assert (str(visit), row.allowed) == (str(visit), visit.answer == "200")
            assert row.at == filled_parish.now


@pytest.mark.parametrize(
    ("who", "role"),
    [("siv", "care_worker"), ("jon", "nurse"), ("ulla", "unit_manager"), ("mats", "mas")],
)
def test_a_row_names_the_role_in_which_the_case_was_read(walk, who, role):
    rows = [row for visit in walk(who) for row in visit.rows if row.case_id is not None]
    assert {row.role for row in rows} == {role}


def test_a_case_that_does_not_exist_leaves_no_row_and_looks_like_one_that_may_not_be_seen(parish):
    client = parish.client("olga")
    unknown, closed = (client.get(f"/arende/AVV-2026-{n}") for n in ("9999", "0001"))
    assert unknown.status_code == closed.status_code == 404
    assert unknown.text == closed.text
    assert [row.case_id for row in parish.reads_since(0)] == [parish.case("AVV-2026-0001").id]


def test_mas_reads_in_the_log_who_tried_in_vain(parish):
    parish.client("ada").get(f"/arende/{parish.cases['reported']}")
    page = parish.client("mats").get("/atkomstlogg").text
    row = page.partition("Ada Adm")[2].partition("</tr>")[0]
    assert "AVV-2026-0001" in row
    assert "Nekad" in row
