"""The floor: the same rows written by the driver alone, in one transaction, with no rules asked."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

DUE = """
    SELECT p.id, p.step_id, p.rung, s.key, s.item, s.round, c.id, c.reference, c.head_sequence,
           c.head_hash, m.person_id
    FROM pending_escalations p
    JOIN case_steps s ON s.id = p.step_id
    JOIN cases c ON c.id = s.case_id
    JOIN memberships m ON m.unit_id = c.unit_id AND m.role = 'nurse'
    WHERE p.at <= ? ORDER BY p.at, p.id
"""
EVENT = """
    INSERT INTO case_events (case_id, sequence, type, occurred_at, recorded_at, data,
                             previous_hash, hash)
    VALUES (?, ?, 'escalated', ?, ?, ?, ?, ?)
"""
HEAD = "UPDATE cases SET head_sequence = ?, head_hash = ? WHERE id = ?"
GONE = "DELETE FROM pending_escalations WHERE id = ?"
MAIL = """
    INSERT INTO outbox_mails (id, recipient_id, to_address, subject, text, html, message_id,
                              created_at, attempts, next_attempt_at, uncertain)
    VALUES (?, ?, '', '', '', '', ?, ?, 0, ?, ?)
"""
TOLD = """
    INSERT INTO notifications (case_id, step_id, rung, recipient_id, sending, send_after,
                               created_at, outbox_id)
    VALUES (?, ?, ?, ?, 'at_once', ?, ?, ?)
"""
LAST_MAIL = "SELECT coalesce(max(id), 0) FROM outbox_mails"

COUNT_ON = "SELECT setval(pg_get_serial_sequence('outbox_mails', 'id'), max(id)) FROM outbox_mails"

Rows = Iterable[Sequence[Any]]


def plain_sweep(url: str, now: datetime) -> int:
    """How many rungs were taken."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        at = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        lite = sqlite3.connect(str(address.database), isolation_level=None)
        lite.execute("PRAGMA synchronous=FULL")
        lite.execute("PRAGMA foreign_keys=ON")
        lite.execute("BEGIN IMMEDIATE")
        taken = _sweep(
            lambda sql, values: lite.execute(sql, values).fetchall(),
            lite.executemany,
            at,
        )
        lite.execute("COMMIT")
        lite.close()
        return taken
    with psycopg.connect(conninfo(url)) as connection, connection.cursor() as cursor:
        taken = _sweep(
            lambda sql, values: cursor.execute(sql.replace("?", "%s"), values).fetchall(),
            lambda sql, rows: cursor.executemany(sql.replace("?", "%s"), rows),
            now,
        )
        cursor.execute(COUNT_ON)
        return taken


def conninfo(url: str) -> str:
    """As libpq writes an address."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _sweep(
    ask: Callable[[str, Sequence[Any]], Sequence[Any]],
    write: Callable[[str, Rows], object],
    at: Any,
) -> int:
    due = ask(DUE, (at,))
    (last,) = ask(LAST_MAIL, ())[0]
    events, heads, mails, told = [], [], [], []
    for number, row in enumerate(due, start=last + 1):
        _id, step, rung, key, item, round_, case, reference, sequence, head, person = row
        data = {"step": key, "item": item, "round": round_, "rung": rung, "to": [person]}
        parts = (reference, sequence + 1, "escalated", str(at), data, head)
        seal = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        events.append((case, sequence + 1, at, at, json.dumps(data), head, seal))
        heads.append((sequence + 1, seal, case))
        mails.append((number, person, f"<{uuid4()}@plain.example>", at, at, False))
        told.append((case, step, rung, person, at, at, number))
    write(GONE, [(row[0],) for row in due])
    write(EVENT, events)
    write(HEAD, heads)
    write(MAIL, mails)
    write(TOLD, told)
    return len(due)
