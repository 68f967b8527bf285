"""The check that all the fault tests share finds what it is there to find."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cases.models import Case, CaseStep, PendingEscalation
from notifications.channels import SmtpChannel
from notifications.models import Notification, OutboxMail
from tests.faults.afterwards import Aftermath, armed_in
from tests.faults.mail_servers import TroubledMailbox
from tests.notifications.town import DUE, FRIDAY, Town

Spoiling = Callable[[Session], object]


def due_again(session: Session) -> None:
    step = session.scalars(select(CaseStep.id).where(CaseStep.key == "assess")).one()
    session.execute(insert(PendingEscalation).values(step_id=step, rung="due", at=DUE, passed=[]))


SPOILT: dict[str, tuple[Spoiling, str]] = {
    "a notification lost": (
        lambda s: s.execute(delete(Notification).where(Notification.id == 1)),
        "told 0 times, 1 of them in the log",
    ),
    "a rung lost": (
        lambda s: s.execute(
            delete(PendingEscalation).where(
                PendingEscalation.rung == "mas", PendingEscalation.at < DUE.replace(hour=23)
            )
        ),
        "rung mas vanished",
    ),
    "a rung fired and still pending": (due_again, "rung due due and left pending"),
    "a mail in limbo": (lambda s: s.execute(update(OutboxMail).values(taken_at=None)), "in limbo"),
    "a mail given up": (
        lambda s: s.execute(update(OutboxMail).values(taken_at=None, failed_at=DUE)),
        "given up",
    ),
    "a mail that waits": (
        lambda s: s.execute(update(OutboxMail).values(taken_at=None, next_attempt_at=DUE)),
        "due and not sent",
    ),
    "the log cut short": (lambda s: s.execute(update(Case).values(head_sequence=1)), "huvudet"),
}


@pytest.fixture
def town(sqlite_url: str, town_at: Callable[[str], Town]) -> Town:
    return town_at(sqlite_url)


@pytest.fixture
def whole(town: Town, mailbox: TroubledMailbox) -> Aftermath:
    """A case whose first two rungs have gone as they should."""
    town.report(town.staff()["wilma"], FRIDAY)
    armed = armed_in(town)
    town.sweep(DUE)
    town.send(SmtpChannel(mailbox.url), DUE)
    return Aftermath(town, armed, DUE, DUE, mailbox.messages)


def test_what_went_well_has_no_faults(whole: Aftermath):
    assert whole.faults() == []


@pytest.mark.parametrize(("spoil", "expected"), SPOILT.values(), ids=SPOILT)
def test_a_broken_promise_is_found(whole: Aftermath, spoil: Spoiling, expected: str):
    with whole.town.database.transaction() as session:
        spoil(session)
    assert [fault for fault in whole.faults() if expected in fault]


def test_a_mail_that_came_twice_without_saying_so_is_found(
    whole: Aftermath, mailbox: TroubledMailbox
):
    mailbox.messages.append(mailbox.messages[0])
    faults = whole.faults()
    assert [fault for fault in faults if "came again without saying so" in fault]
    assert [fault for fault in faults if "not written down as uncertain" in fault]


def test_a_mail_that_never_came_is_found(whole: Aftermath, mailbox: TroubledMailbox):
    mailbox.messages.pop()
    assert [fault for fault in whole.faults() if "but never came" in fault]
