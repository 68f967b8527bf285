"""A mail server that refuses, hangs, hangs up or is away: rungs in time, mails in the end."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications.channels import SmtpChannel
from tests.faults.afterwards import Aftermath, armed_in
from tests.faults.mail_servers import REFUSED_FOR_GOOD, REFUSED_NOW, Trouble, TroubledMailbox
from tests.faults.recovering import send_until_quiet
from tests.notifications.town import DUE, FRIDAY, MINUTE, Town

TROUBLES: list[Trouble | str] = [REFUSED_NOW, "421 4.3.2 Closing", *Trouble]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the seconds that a real server is given."""
    monkeypatch.setattr("notifications.smtp.TIMEOUT_SECONDS", 0.3)


@pytest.fixture
def town(sqlite_url: str, town_at: Callable[[str], Town]) -> Town:
    """What the mail server does is the same to both databases."""
    return town_at(sqlite_url)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_a_mail_that_met_trouble_comes_in_the_end(
    trouble: Trouble | str, town: Town, mailbox: TroubledMailbox, found: Callable[[str], None]
):
    wilma = town.staff()["wilma"]
    for _ in range(3):
        town.report(wilma, FRIDAY)
    armed = armed_in(town)
    mailbox.ahead += [trouble, trouble]
    town.sweep(DUE)
    first = town.send(SmtpChannel(mailbox.url), DUE)
    mailbox.hanging = False
    sent = send_until_quiet(town, SmtpChannel(mailbox.url), DUE + MINUTE)
    found(f"first pass: {first} The last mail came after {sent - DUE}.")
    assert not mailbox.ahead, "the trouble was never met"
    assert sent - DUE < timedelta(hours=1)
    assert {m["To"] for m in mailbox.messages} == {
        f"{name}@exempelby.example" for name in ("nils", "eva")
    }
    assert Aftermath(town, armed, DUE, sent, mailbox.messages).faults() == []


def test_a_mail_refused_for_good_is_given_up_alone(town: Town, mailbox: TroubledMailbox):
    wilma = town.staff()["wilma"]
    for _ in range(3):
        town.report(wilma, FRIDAY)
    armed = armed_in(town)
    mailbox.ahead += [REFUSED_FOR_GOOD, REFUSED_FOR_GOOD]
    town.sweep(DUE)
    sent = send_until_quiet(town, SmtpChannel(mailbox.url), DUE)
    assert [mail.last_error for mail in town.mails() if mail.failed_at] == ["DATA 550"] * 2
    assert len(mailbox.messages) == 7
    after = Aftermath(town, armed, DUE, sent, mailbox.messages, refused=True)
    assert after.faults() == []


def test_a_mail_server_away_for_an_hour_delays_mails_and_no_rung(
    town: Town, mailbox: TroubledMailbox, unused_port: int, found: Callable[[str], None]
):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    armed, away = armed_in(town), SmtpChannel(f"smtp://127.0.0.1:{unused_port}")
    now = DUE - 30 * MINUTE
    while now < DUE + 31 * MINUTE:
        town.sweep(now)
        town.send(away, now)
        now += MINUTE
    assert mailbox.messages == []
    fired = {e.data["rung"]: e.occurred_at for e in town.events(reference, "escalated")}
    assert fired == {"soon": DUE - 30 * MINUTE, "due": DUE}
    town.sweep(now)
    sent = send_until_quiet(town, SmtpChannel(mailbox.url), now)
    found(f"the last mail came {sent - now} after the server was back")
    assert sent - now <= timedelta(hours=1)
    assert len(mailbox.messages) == 3
    assert Aftermath(town, armed, now, sent, mailbox.messages).faults() == []
