"""The machine's clock set back, and the two nights when the country's clocks are changed."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels import SmtpChannel
from tests.faults.afterwards import Aftermath, armed_in
from tests.faults.mail_servers import TroubledMailbox
from tests.faults.recovering import send_until_quiet
from tests.notifications.town import DUE, FRIDAY, MINUTE, SOON, Town

HOUR = timedelta(hours=1)
SUMMER_BEGINS = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
SUMMER_ENDS = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def test_a_clock_set_back_an_hour_repeats_nothing_and_forgets_nothing(
    town: Town, mailbox: TroubledMailbox
):
    wilma, channel = town.staff()["wilma"], SmtpChannel(mailbox.url)
    before = [town.report(wilma, FRIDAY) for _ in range(3)]
    armed = armed_in(town)
    town.sweep(DUE)
    town.send(channel, DUE - 1 * MINUTE)
    set_back = DUE - HOUR
    reported_then = town.report(wilma, set_back)
    armed |= armed_in(town)
    now = set_back
    while now <= set_back + timedelta(hours=4):
        town.sweep(now)
        town.send(channel, now)
        now += 5 * MINUTE
    swept = now - 5 * MINUTE
    sent = send_until_quiet(town, channel, swept)
    for reference in before:
        fired = [e.data["rung"] for e in town.events(reference, "escalated")]
        assert fired == ["soon", "due", "head", "mas"]
    at = {e.data["rung"]: e.occurred_at for e in town.events(reported_then, "escalated")}
    assert at["due"] == set_back + timedelta(hours=2)
    assert Aftermath(town, armed, swept, sent, mailbox.messages).faults() == []


@pytest.mark.parametrize("change", [SUMMER_BEGINS, SUMMER_ENDS], ids=["spring", "autumn"])
def test_two_hours_are_two_hours_in_the_night_when_the_clocks_are_changed(
    change: datetime, town: Town, mailbox: TroubledMailbox
):
    wilma, channel = town.staff()["wilma"], SmtpChannel(mailbox.url)
    reported = change - HOUR
    reference = town.report(wilma, reported)
    armed = armed_in(town)
    now = reported
    while now <= reported + timedelta(hours=4):
        town.sweep(now)
        town.send(channel, now)
        now += 5 * MINUTE
    swept = now - 5 * MINUTE
    fired = {e.data["rung"]: e.occurred_at - reported for e in town.events(reference, "escalated")}
    assert fired == {
        "soon": SOON - FRIDAY, "due": DUE - FRIDAY, "head": 3 * HOUR, "mas": 4 * HOUR
    }  # fmt: skip
    sent = send_until_quiet(town, channel, swept)
    assert Aftermath(town, armed, swept, sent, mailbox.messages).faults() == []
