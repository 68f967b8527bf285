"""The same rows written by plain DB-API: no form, no rules, no clocks, no hash."""

import sqlite3
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.types.json import Json
from sqlalchemy import make_url

from benchmarks.steps.rows import Fall, Row, Written


class Plain:
    """One connection; `mark` is the driver's sign for a parameter."""

    def __init__(self, connection: Any, mark: str, written: Written) -> None:
        self._connection, self._cursor, self._mark = connection, connection.cursor(), mark
        self._written = written
        w = written
        self._update_case = (
            f"UPDATE cases SET state = {mark}, round = {mark}, revision = {mark}, "  # noqa: S608  a mark
            f"head_sequence = {mark}, head_hash = {mark} WHERE id = {mark} AND revision = {mark}"
        )
        self._update_step = (
            f"UPDATE case_steps SET condition = {mark}, ended_at = {mark}, ended_by = {mark} "  # noqa: S608  a mark
            f"WHERE id = {mark}"
        )
        self._disarm = f"DELETE FROM pending_escalations WHERE step_id = {mark}"  # noqa: S608  a mark
        self._event = self._insert("case_events", w.events[0], "id") + " RETURNING id"
        self._text = self._insert("event_texts", w.texts[0])
        self._step = self._insert("case_steps", w.opened, "id") + " RETURNING id"
        self._rung = self._insert("pending_escalations", w.rungs[0], "id")
        self._submission = self._insert("submissions", w.submission)

    def assess(self, fall: Fall) -> None:
        """Reads nothing and decides nothing; raises RuntimeError when somebody came between."""
        w, execute = self._written, self._cursor.execute
        execute("BEGIN IMMEDIATE" if self._mark == "?" else "BEGIN")
        case, step = w.case, w.step
        execute(
            self._update_case,
            (case["state"], case["round"], fall.revision + 1, case["head_sequence"],
             case["head_hash"], fall.case_id, fall.revision),
        )  # fmt: skip
        if self._cursor.rowcount != 1:
            raise RuntimeError(fall)
        execute(
            self._update_step,
            (step["condition"], step["ended_at"], step["ended_by"], fall.step_id),
        )
        execute(self._disarm, (fall.step_id,))
        events = [self._added(self._event, row, case_id=fall.case_id) for row in w.events]
        for row in w.texts:
            execute(self._text, _values(row, event_id=events[0]))
        opened = self._added(self._step, w.opened, case_id=fall.case_id)
        rungs = [_values(row, step_id=opened) for row in w.rungs]
        rungs += [_values(row, step_id=fall.step_id) for row in w.told]
        self._cursor.executemany(self._rung, rungs)
        execute(self._submission, _values(w.submission, key=uuid4().hex, case_id=fall.case_id))
        execute("COMMIT")

    def _insert(self, table: str, row: Row, *without: str) -> str:
        names = [name for name in row if name not in without]
        marks = ", ".join([self._mark] * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  our own names

    def _added(self, statement: str, row: Row, **ids: int) -> int:
        self._cursor.execute(statement, _values(row, **ids))
        [id_] = self._cursor.fetchone()
        return int(id_)


def _values(row: Row, **other: Any) -> tuple[Any, ...]:
    """Without the row's own id, which the database gives."""
    return tuple(
        other.get(name, Json(value) if isinstance(value, dict | list) else value)
        for name, value in row.items()
        if name != "id"
    )


def plain(url: str, written: Written) -> tuple[Plain, Callable[[], None]]:
    """With its closing; SQLite as durable as ours."""
    if url.startswith("sqlite"):
        lite = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            lite.execute(f"PRAGMA {pragma}")
        return Plain(lite, "?", written), lite.close
    own = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    big = psycopg.connect(own, autocommit=True)
    return Plain(big, "%s", written), big.close
