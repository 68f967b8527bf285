"""The same two lists as a bare Flask page would show them: plain SQL, Jinja, and nothing else.

No login, no access rules, no access log, no menu, no second language, no checks of the time
control, and times by strftime.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, render_template
from sqlalchemy import make_url

from benchmarks.plain_sweep import conninfo
from workflow.holidays import STOCKHOLM

LATE = """
    SELECT s.id, s.key, s.roles, s.due_at, p.name AS holder, c.reference, c.category,
           u.name AS unit,
           (SELECT min(e.at) FROM pending_escalations e WHERE e.step_id = s.id) AS next_at
    FROM case_steps s
    JOIN cases c ON c.id = s.case_id
    JOIN units u ON u.id = c.unit_id
    LEFT JOIN people p ON p.id = s.claimed_by
    WHERE s.condition = 'open' AND s.due_at < ? AND c.closed_at IS NULL
    ORDER BY s.due_at, s.id
"""
TOLD = """
    SELECT n.step_id, p.name, m.taken_at
    FROM case_steps s
    JOIN notifications n ON n.step_id = s.id
    JOIN people p ON p.id = n.recipient_id
    LEFT JOIN outbox_mails m ON m.id = n.outbox_id
    WHERE s.condition = 'open' AND s.due_at < ?
    ORDER BY n.id
"""
CASE = """
    SELECT c.id, c.reference, c.category, c.state, c.occurred_at, c.closed_at, u.name AS unit,
           p.name AS patient, p.number
    FROM cases c
    JOIN units u ON u.id = c.unit_id
    JOIN patients p ON p.id = c.patient_id
    WHERE c.reference = ?
"""
STEPS = """
    SELECT id, key, item, condition, roles, due_at, clock FROM case_steps
    WHERE case_id = ? ORDER BY due_at, id
"""
EVENTS = """
    SELECT e.sequence, e.type, e.occurred_at, e.recorded_at, e.data, p.name AS actor, t.body
    FROM case_events e
    LEFT JOIN people p ON p.id = e.actor_id
    LEFT JOIN event_texts t ON t.event_id = e.id
    WHERE e.case_id = ? ORDER BY e.sequence DESC
"""

Ask = Callable[[str, Sequence[Any]], list[dict[str, Any]]]


def bare_app(url: str, now: datetime) -> Flask:
    """With one connection that stays open, as a pool would give."""
    app, ask = Flask("benchmarks.pages"), _asking(url)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(moment=_moment, iso=_iso)

    @app.get("/late")
    def late() -> str:
        at = now.astimezone(UTC)
        told = defaultdict[int, list[dict[str, Any]]](list)
        for row in ask(TOLD, (at,)):
            told[row["step_id"]].append(row)
        return render_template("late.html", lines=ask(LATE, (at,)), told=told, now=at)

    @app.get("/case/<reference>")
    def case(reference: str) -> str:
        (found,) = ask(CASE, (reference,))
        steps, events = ask(STEPS, (found["id"],)), ask(EVENTS, (found["id"],))
        return render_template("case.html", case=found, steps=steps, events=events)

    return app


def _asking(url: str) -> Ask:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        lite = sqlite3.connect(str(address.database), isolation_level=None, check_same_thread=False)
        lite.row_factory = sqlite3.Row
        return lambda sql, values: [
            {name: _read(name, row[name]) for name in row.keys()}  # noqa: SIM118  a Row has keys
            for row in lite.execute(sql, [_text(value) for value in values])
        ]
    postgres = psycopg.connect(conninfo(url), autocommit=True, row_factory=psycopg.rows.dict_row)
    return lambda sql, values: postgres.execute(sql.replace("?", "%s"), values).fetchall()


def _text(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_at"):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return json.loads(value) if name in ("roles", "clock", "data", "body") else value


def _moment(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%a %d %b %Y %H:%M")


def _iso(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).isoformat(timespec="seconds")
