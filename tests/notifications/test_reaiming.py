"""What has waited for its digest goes to those whose step it is by then."""

from datetime import timedelta

import pytest

from cases.access import access_of
from cases.events import faults_of_log
from cases.operations import hand_over
from cases.people import Person
from notifications.channels import SmtpChannel
from tests.notifications.test_sweep import MONDAY_AT_SEVEN, SATURDAY
from tests.notifications.town import Town, step_of
from tests.servers.smtp import Mailbox
from workflow.roles import Role

SUNDAY = SATURDAY + timedelta(days=1)


@pytest.fixture
def late(town: Town, channel: SmtpChannel, smtp: Mailbox) -> tuple[str, dict[str, int]]:
    """A report whose event report is late on a Saturday, told to eva, who is to hear on Monday."""
    staff = town.staff()
    reference = town.report(
        staff["wilma"], SATURDAY - timedelta(days=2), called_at=SATURDAY - timedelta(days=2)
    )
    for hours in range(0, 48, 3):
        town.sweep(SATURDAY - timedelta(days=2, hours=-hours))
    town.send(channel, SATURDAY)
    smtp.messages.clear()
    waiting = [n for n in town.notifications() if n.send_after == MONDAY_AT_SEVEN]
    assert staff["eva"] in [n.recipient_id for n in waiting]
    return reference, staff


def to(mailbox: Mailbox) -> list[str]:
    return sorted(str(m["To"]).split("@")[0] for m in mailbox.messages)


def test_a_step_handed_over_before_the_digest_is_the_new_persons(
    town: Town, late: tuple[str, dict[str, int]], channel: SmtpChannel, smtp: Mailbox
):
    reference, staff = late
    ester = town.hire("ester", Role.UNIT_MANAGER)
    with town.database.transaction() as session:
        access = access_of(session, session.get_one(Person, staff["eva"]), SUNDAY)
        step = step_of(session, reference, "event_report")
        hand_over(session, access, step.id, ester, SUNDAY)
    town.send(channel, MONDAY_AT_SEVEN)
    assert "ester" in to(smtp)
    moved = [e for e in town.events(reference, "escalated") if e.data.get("moved")]
    assert {tuple(e.data["to"]) for e in moved} == {(ester,)}
    with town.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_whoever_falls_ill_before_the_digest_is_not_written_to_but_the_substitute(
    town: Town, late: tuple[str, dict[str, int]], channel: SmtpChannel, smtp: Mailbox
):
    _reference, staff = late
    ester = town.hire("ester", Role.UNIT_MANAGER, unit_id=town.unit("bjorkbacken"))
    town.away(staff["eva"], SUNDAY, SUNDAY + timedelta(days=7), ester)
    town.send(channel, MONDAY_AT_SEVEN)
    assert "ester" in to(smtp)
    assert "eva" not in to(smtp)


def test_with_nobody_else_it_goes_as_it_was_armed(
    town: Town, late: tuple[str, dict[str, int]], channel: SmtpChannel, smtp: Mailbox
):
    _reference, staff = late
    town.away(staff["eva"], SUNDAY, SUNDAY + timedelta(days=7))
    town.send(channel, MONDAY_AT_SEVEN)
    assert "eva" in to(smtp)


def test_what_still_concerns_its_recipient_is_left_alone(
    town: Town, late: tuple[str, dict[str, int]], channel: SmtpChannel
):
    reference, _staff = late
    before = len(town.notifications())
    town.send(channel, MONDAY_AT_SEVEN)
    assert len(town.notifications()) == before
    assert not [e for e in town.events(reference, "escalated") if "moved" in e.data]
