"""Webhooks as an administrator meets them: the page, the command, the worker."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from html import unescape

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from werkzeug.test import TestResponse

from cases.webhooks import Webhook, WebhookEvent
from tests.notifications.listening import told, verified
from tests.servers.receiver import Receiver
from tests.servers.smtp import Mailbox
from tests.web.parish import SECRET, Parish
from tests.web.test_metrics import metrics
from web.cli import main
from web.scheduler import channel_of, sweep_once


@pytest.fixture
def hamlet(sqlite_url: str, smtp: Mailbox) -> Iterator[Parish]:
    """Without cases, allowed to call this machine."""
    parish = Parish(sqlite_url)
    parish.serve(sqlite_url, smtp_url=smtp.url, webhook_hosts="127.0.0.1")
    yield parish
    parish.database.engine.dispose()


@pytest.fixture
def see(hamlet: Parish) -> Callable[[], str]:
    """The text of the page's main part, on one line."""

    def page(path: str = "/webhookar") -> str:
        answer = hamlet.client("ada").get(path)
        assert answer.status_code == 200, answer.status
        return words(answer)

    return page


def words(answer: TestResponse) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())


def post(hamlet: Parish, path: str, data: Mapping[str, object] | None = None) -> TestResponse:
    ada = hamlet.client("ada")
    return ada.post(path, data={**(data or {}), **hamlet.token(ada)})


def add(hamlet: Parish, url: str, *events: str) -> str:
    """The secret, as the page shows it."""
    sent = {"name": "Verksamhetssystemet", "url": url, "events": list(events)}
    answer = post(hamlet, "/webhookar/ny", sent)
    assert answer.status_code == 200, words(answer)
    found = re.search(r'value="(whsec_[^"]+)"', answer.text)
    assert found
    return unescape(found[1])


def passed(hamlet: Parish) -> None:
    wiring = hamlet.app.extensions["vardtrad"]
    sweep_once(wiring, channel_of(wiring))


def test_an_empty_page_says_what_a_webhook_is_for_and_leads_to_the_first(see):
    assert "Inget program får veta något än." in see()


def test_a_webhook_is_added_shown_its_secret_once_and_called_by_the_worker(
    hamlet, receiver: Receiver, see
):
    secret = add(hamlet, receiver.url, *WebhookEvent)
    assert secret not in hamlet.client("ada").get("/webhookar").text
    assert "Inget har skickats än" in see()
    hamlet.report()
    passed(hamlet)
    assert told(receiver) == ["case_opened"]
    verified(receiver.heard[0], secret)
    assert "Tar emot" in see()
    assert "Lade upp en webhook Namn: Verksamhetssystemet" in see()


def test_what_is_wrong_in_the_form_stands_beside_its_field_and_what_was_typed_is_kept(hamlet):
    for url, fault in (
        ("http://system.example/in", "Adressen måste börja med https://."),
        ("system.example", "Skriv en adress, till exempel https://"),
    ):
        answer = post(hamlet, "/webhookar/ny", {"name": "Systemet", "url": url})
        assert answer.status_code == 422
        assert f'value="{url}"' in answer.text
        assert fault in words(answer) or url.startswith("http://")
    answer = post(hamlet, "/webhookar/ny", {
        "name": "Systemet", "url": "http://system.example/in", "events": ["case_opened"]
    })  # fmt: skip
    assert "Adressen måste börja med https://." in words(answer)


def test_a_receiver_that_fails_is_told_of_in_words_counted_and_called_again_on_request(
    hamlet, receiver: Receiver, see
):
    add(hamlet, receiver.url, "case_opened")
    receiver.status = 500
    reference = hamlet.report()
    passed(hamlet)
    assert "Tar inte emot Mottagaren svarade med ett fel (svar 500). 1 anrop väntar" in see()
    assert metrics(hamlet.client())["queue_length", "calls"] == 1
    hamlet.now += timedelta(days=3)
    passed(hamlet)
    assert f"{reference} Ett ärende öppnas Verksamhetssystemet Mottagaren svarade" in see()
    assert metrics(hamlet.client())["calls_failed", ""] == 1
    assert "Anrop som inte kom fram 1" in see("/drift")
    receiver.status = 200
    assert post(hamlet, "/webhookar/1/igen").status_code == 303
    passed(hamlet)
    assert len(receiver.heard) == 3
    assert "Anrop som inte kom fram" not in see()


def test_ending_one_is_asked_about_first_and_nothing_is_told_after(hamlet, receiver, see):
    add(hamlet, receiver.url, "case_opened")
    assert "Avsluta Verksamhetssystemet" in see("/webhookar/1/avsluta")
    hamlet.report()
    assert post(hamlet, "/webhookar/1/avsluta").status_code == 303
    passed(hamlet)
    assert receiver.heard == []
    assert "Avslutad" in see()
    ada = hamlet.client("ada")
    assert ada.get("/webhookar/1/avsluta").status_code == 404
    assert post(hamlet, "/webhookar/1/igen").status_code == 404


def test_the_command_adds_lists_and_ends_one(hamlet, receiver: Receiver):
    environment = {
        "VARDTRAD_DATABASE_URL": hamlet.url, "VARDTRAD_SECRET_KEY": SECRET,
        "VARDTRAD_WEBHOOK_HOSTS": "127.0.0.1",
    }  # fmt: skip

    def vardtrad(*line: str, **more: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, ["webhook", *line], env=environment | more)
        return done.exit_code, done.stdout, done.stderr

    code, secret, _said = vardtrad(
        "add", "Systemet", receiver.url, "--by", "ada", "--event", "case_opened"
    )
    assert code == 0
    hamlet.report()
    passed(hamlet)
    verified(receiver.heard[0], secret.strip())
    assert vardtrad("list")[1] == f"1  tar emot  Systemet  {receiver.url}  case_opened\n"
    assert vardtrad("end", "1", "--by", "ada")[0] == 0
    assert vardtrad("list")[1].startswith("1  avslutad")
    assert vardtrad("end", "1", "--by", "nina")[0] == 2
    assert vardtrad("add", "X", receiver.url, "--by", "nina")[0] == 2
    faulty = vardtrad("add", "X", "http://system.example", "--by", "ada")
    assert faulty[0] == 2
    assert "url: Adressen måste börja med https://." in faulty[2]
    assert vardtrad("add", "X", receiver.url, "--by", "ada", VARDTRAD_SECRET_KEY="")[0] == 2
    with hamlet.database.reading() as session:
        assert len(session.scalars(select(Webhook)).all()) == 1
