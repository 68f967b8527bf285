"""When a worker is to wake: right for everything that can be due, and found by indexes alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from cases.letters import Letter
from cases.models import Case, CaseStep, PendingEscalation
from cases.webhooks import Webhook, WebhookCall
from notifications.channels import SmtpChannel
from notifications.models import Bulletin, Notification, OutboxMail
from notifications.next_due import next_call, next_due, next_mail, next_rung
from tests.notifications.town import FRIDAY, MINUTE, SOON, Town
from tests.servers.smtp import Mailbox

MANY = 2_000
"""Rows in each table: so many that reading all of them shows in the plan."""

LATER = FRIDAY + timedelta(days=300)


def due(town: Town) -> datetime | None:
    with town.database.reading() as session:
        return next_due(session)


def test_nothing_is_due_in_an_empty_municipality(town: Town):
    assert due(town) is None


def test_the_first_rung_and_then_its_mail_and_then_the_next_rung(town: Town, channel: SmtpChannel):
    town.report(town.staff()["wilma"], FRIDAY)
    assert due(town) == SOON
    town.sweep(SOON)
    assert due(town) == SOON, "the reminder waits to be written"
    town.send(channel, SOON)
    with town.database.reading() as session:
        assert next_mail(session) is None
        assert next_due(session) == next_rung(session) == FRIDAY + timedelta(hours=2)


@pytest.mark.usefixtures("reminded")
def test_a_mail_that_waits_for_another_try_is_due_when_it_is_tried_again(
    town: Town, smtp: Mailbox, channel: SmtpChannel
):
    smtp.refuse()
    town.send(channel, SOON)
    [mail] = town.mails()
    with town.database.reading() as session:
        assert next_mail(session) == mail.next_attempt_at


def test_what_a_pass_had_to_leave_does_not_hide_what_comes_after(town: Town):
    town.report(town.staff()["wilma"], FRIDAY)
    with town.database.reading() as session:
        assert next_rung(session, after=SOON) == FRIDAY + timedelta(hours=2)


def test_letters_and_bulletins_are_due_when_they_are_to_be_sent(town: Town):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    with town.database.transaction() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
        session.add(
            Letter(
                case_id=case_id, party="p", to_address="p@x.example", created_at=FRIDAY,
                send_after=FRIDAY + 2 * MINUTE,
            )
        )  # fmt: skip
        session.flush()
        assert next_due(session) == FRIDAY + 2 * MINUTE
        session.add(
            Bulletin(
                kind="k", key="k", recipient_id=1, data={}, created_at=FRIDAY,
                send_after=FRIDAY + MINUTE,
            )
        )  # fmt: skip
        session.flush()
        assert next_due(session) == FRIDAY + MINUTE


def test_the_next_moment_is_found_without_reading_or_sorting_what_waits(town: Town):
    town.report(town.staff()["wilma"], FRIDAY)
    with town.database.transaction() as session:
        _fill(session)
    with town.database.reading() as session:
        for question in (next_rung, next_mail, next_call):
            for after in (None, FRIDAY):
                for line in _plan(session, partial(question, session, after)):
                    assert "SCAN " not in line or "USING" in line or "CONSTANT" in line
                    for costly in ("Seq Scan", "Sort", "TEMP B-TREE", "Bitmap"):
                        assert costly not in line


def _fill(session: Session) -> None:
    """Steps and all that is sent, by the thousand: most of it done with, much of it waiting."""
    step = session.scalars(select(CaseStep)).first()
    assert step is not None
    steps = [
        {
            "case_id": step.case_id, "state": step.state, "key": "many", "item": str(n),
            "round": 1, "roles": [], "opened_at": FRIDAY, "due_at": LATER, "clock": {},
        }
        for n in range(MANY)
    ]  # fmt: skip
    session.execute(insert(CaseStep), steps)
    ids = session.scalars(select(CaseStep.id).where(CaseStep.key == "many")).all()
    session.execute(
        insert(PendingEscalation),
        [{"step_id": each, "rung": "due", "at": LATER, "planned_at": LATER} for each in ids],
    )
    session.execute(
        insert(Notification),
        [
            {
                "case_id": step.case_id, "step_id": each, "rung": "soon", "recipient_id": 1,
                "sending": "digest", "send_after": LATER, "created_at": FRIDAY,
                "dropped_at": FRIDAY if each % 3 else None,
            }
            for each in ids
        ],
    )  # fmt: skip
    session.execute(
        insert(Letter),
        [
            {
                "case_id": step.case_id, "party": "p", "to_address": "p@x.example",
                "created_at": FRIDAY, "send_after": LATER, "gathered_at": FRIDAY if n % 3 else None,
            }
            for n in range(MANY)
        ],
    )  # fmt: skip
    session.execute(
        insert(Bulletin),
        [
            {
                "kind": "k", "key": str(n), "recipient_id": 1, "data": {}, "created_at": FRIDAY,
                "send_after": LATER, "gathered_at": FRIDAY if n % 3 else None,
            }
            for n in range(MANY)
        ],
    )  # fmt: skip
    session.execute(
        insert(OutboxMail),
        [
            {
                "message_id": f"<{n}@x.example>", "created_at": FRIDAY,
                "next_attempt_at": None if n % 3 else LATER,
            }
            for n in range(MANY)
        ],
    )  # fmt: skip
    webhook = Webhook(name="w", url="https://x.example", events=[], salt="", created_at=FRIDAY)
    session.add(webhook)
    session.flush()
    session.execute(
        insert(WebhookCall),
        [
            {
                "webhook_id": webhook.id, "key": str(n), "event": "case_opened", "at": FRIDAY,
                "case_id": step.case_id, "created_at": FRIDAY,
                "next_attempt_at": None if n % 3 else LATER,
            }
            for n in range(MANY)
        ],
    )  # fmt: skip
    session.execute(text("ANALYZE"))


def _plan(session: Session, ask: Callable[[], Any]) -> list[str]:
    """What the database says of how it answers the one statement that `ask` sends."""
    connection, asked = session.connection(), list[tuple[str, Any]]()

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    ask()
    event.remove(connection, "before_cursor_execute", keep)
    [(statement, parameters)] = asked
    sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return [str(row[-1]) for row in rows]
