"""What Prometheus reads, and who may read it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select, update

from cases.models import PendingEscalation
from notifications.channels import SmtpChannel
from notifications.models import CatchUp, OutboxMail, Worker
from notifications.outbox import deliver
from notifications.sweep import sweep
from tests.servers.smtp import Mailbox
from tests.web.parish import Parish
from web.app import create_app
from web.settings import read_settings

Metrics = dict[tuple[str, str], float]
"""By the name and the value of the only label, if there is one."""


def metrics(client: FlaskClient) -> Metrics:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name.removeprefix("vardtrad_"), "".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
def quiet(hamlet: Parish) -> Parish:
    """A hamlet with one report, just swept, on both databases."""
    hamlet.report()
    sweep(hamlet.database, hamlet.routines, hamlet.now)
    return hamlet


def test_the_numbers_are_those_of_the_database_when_it_asks(quiet: Parish, smtp: Mailbox):
    calm = metrics(quiet.client())
    assert (calm["queue_length", "calls"], calm["calls_failed", ""]) == (0, 0)
    assert calm["last_sweep_age_seconds", ""] < 1
    assert (calm["sweep_late", ""], calm["steps_overdue", "deviation"]) == (0, 0)
    assert calm["queue_length", "rungs"] == 0
    quiet.wait(hours=3)
    with quiet.database.reading() as session:
        first, rungs = session.execute(
            select(func.min(PendingEscalation.at), func.count()).where(
                PendingEscalation.at <= quiet.now
            )
        ).one()
    late = metrics(quiet.client())
    assert late["last_sweep_age_seconds", ""] == pytest.approx(3 * 3600, abs=1)
    assert (late["sweep_late", ""], late["steps_overdue", "deviation"]) == (1, 1)
    assert late["queue_length", "rungs"] == rungs > 1
    told = sweep(quiet.database, quiet.routines, quiet.now).fired.told
    caught_up = metrics(quiet.client())
    assert (caught_up["queue_length", "rungs"], caught_up["sweep_late", ""]) == (0, 0)
    lateness = (quiet.now - first).total_seconds()
    assert caught_up["sweep_lateness_seconds", ""] == pytest.approx(lateness, abs=1)
    assert caught_up["catch_ups_total", ""] == 1
    assert caught_up["queue_length", "notifications"] == told > 1
    smtp.refuse("451 4.3.0 later")
    sender = quiet.app.extensions["vardtrad"].settings.sender
    deliver(quiet.database, quiet.routines, SmtpChannel(smtp.url), sender, quiet.now)
    tried = metrics(quiet.client())
    assert (tried["queue_length", "notifications"], tried["queue_length", "again"]) == (0, told)
    with quiet.database.transaction() as session:
        session.execute(update(OutboxMail).values(failed_at=quiet.now, next_attempt_at=None))
    failed = metrics(quiet.client())
    assert (failed["queue_length", "again"], failed["mails_failed", ""]) == (0, told)
    quiet.act("ulla", "AVV-2026-0001")
    assert metrics(quiet.client())["mails_failed", ""] == 0


def test_a_worker_is_alive_while_it_is_seen_and_has_not_ended(parish: Parish):
    now, long_ago = parish.now, parish.now - timedelta(hours=1)
    seen = {"alive": (now, None), "silent": (long_ago, None), "ended": (now, now)}
    with parish.database.transaction() as session:
        session.add_all(
            Worker(
                id=name, host="a", pid=1, started_at=long_ago, seen_at=seen_at, ended_at=ended_at
            )
            for name, (seen_at, ended_at) in seen.items()
        )
    assert metrics(parish.client())["workers_alive", ""] == 1


def test_no_person_unit_or_case_is_named(parish: Parish):
    with parish.database.transaction() as session:
        session.add(
            CatchUp(stood_still_from=parish.now, found_at=parish.now, rungs=1, latest_seconds=600)
        )
    text = parish.client().get("/metrics").text
    named = [*parish.people, *parish.units, *parish.cases.values(), "AVV", "Tallen", "Persson"]
    assert [name for name in named if name in text] == []


@pytest.fixture
def guarded(sqlite_url: str) -> Iterator[Callable[..., int]]:
    """The status that a reader gets where a token is set."""
    app = create_app(read_settings({"VARDTRAD_METRICS_TOKEN": "hemlig"}, database_url=sqlite_url))
    yield lambda **more: app.test_client().get("/metrics", **more).status_code
    app.extensions["vardtrad"].database.engine.dispose()


def bearer(token: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_with_a_token_set_only_those_who_show_it_may_read(guarded: Callable[..., int]):
    assert guarded(**bearer("hemlig")) == 200
    assert guarded(**bearer("hemlig"), environ_base={"REMOTE_ADDR": "10.0.0.9"}) == 200
    refused: list[dict[str, Any]] = [
        bearer("fel"),
        bearer(""),
        bearer("hemligt"),
        {},
        {"auth": ("hemlig", "hemlig")},
    ]
    assert [guarded(**each) for each in refused] == [403] * 5


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}, 200),
        ({"environ_base": {"REMOTE_ADDR": "::1"}}, 200),
        ({"environ_base": {"REMOTE_ADDR": "10.0.0.9"}}, 403),
        ({"environ_base": {"REMOTE_ADDR": ""}}, 403),
        # A proxy on this machine passes on what somebody elsewhere asks.
        ({"headers": {"X-Forwarded-For": "10.0.0.9"}}, 403),
        ({"headers": {"Forwarded": "for=10.0.0.9"}}, 403),
    ],
)
def test_without_a_token_only_this_machine_may_read(browser, who, status: int):
    answer = browser.get("/metrics", **who)
    assert answer.status_code == status
    assert status == 200 or answer.text == ""
    assert "Set-Cookie" not in answer.headers


def test_two_applications_in_one_process_do_not_mix_their_numbers(parish: Parish, browser):
    assert metrics(parish.client())["steps_overdue", "deviation"] > 0
    assert metrics(browser.client)["steps_overdue", "deviation"] == 0


def test_a_database_that_does_not_answer_is_told_without_detail(tmp_path):
    url = f"sqlite:///{tmp_path}/no/such/folder.db"
    answer = create_app(read_settings({}, database_url=url)).test_client().get("/metrics")
    assert (answer.status_code, answer.text) == (503, "")
