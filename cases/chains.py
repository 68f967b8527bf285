"""Events written for many cases at once: those of the clocks, and those of an earlier system."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from cases.events import digest, event_row
from cases.log import CaseEvent, EventText
from cases.models import Case


@dataclass
class Chain:
    """The end of one case's log, whose row the caller has locked, and what is to be added to it."""

    case_id: int
    reference: str
    sequence: int
    hash: str
    events: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What was typed, by the sequence of its event."""

    @classmethod
    def of(cls, case: Case) -> Self:
        """Of a case whose row the caller has locked."""
        return cls(case.id, case.reference, case.head_sequence, case.head_hash)

    def add(
        self,
        type_: str,
        now: datetime,
        data: dict[str, Any],
        *,
        occurred_at: datetime | None = None,
        actor_id: int | None = None,
        text: dict[str, Any] | None = None,
    ) -> None:
        """Nothing is written before `write`."""
        salt = secrets.token_hex(16)
        event = event_row(
            self.case_id, self.reference, self.sequence + 1, self.hash, type_, occurred_at or now,
            now, actor_id, data, None if text is None else digest(salt, text),
        )  # fmt: skip
        self.events.append(event)
        self.sequence, self.hash = event["sequence"], event["hash"]
        if text is not None:
            self.texts[self.sequence] = {"salt": salt, "body": text, "disposed_at": None}


def lock(session: Session, case_ids: Iterable[int]) -> dict[int, Chain]:
    """By the case's id; locked in the order of references, as by everybody who locks several."""
    rows = session.execute(
        select(Case.id, Case.reference, Case.head_sequence, Case.head_hash)
        .where(Case.id.in_(case_ids))
        .order_by(Case.reference)
        .with_for_update(of=Case)
    )
    return {id_: Chain(id_, reference, sequence, head) for id_, reference, sequence, head in rows}


def write(session: Session, chains: Iterable[Chain]) -> None:
    """Every event and every case's new head, in two statements."""
    grown = [chain for chain in chains if chain.events]
    if not grown:
        return
    write_events(session, grown)
    session.connection().execute(
        update(Case)
        .where(Case.id == bindparam("case"))
        .values(head_sequence=bindparam("sequence"), head_hash=bindparam("head")),
        [{"case": c.case_id, "sequence": c.sequence, "head": c.hash} for c in grown],
    )


_ADD = insert(CaseEvent)
_ADD_TOLD = _ADD.returning(CaseEvent.id, sort_by_parameter_order=True)
_ADD_TEXT = insert(EventText)


def write_events(session: Session, chains: Sequence[Chain]) -> None:
    """For cases whose rows get their new heads by another statement."""
    connection = session.connection()
    events = [event for chain in chains for event in chain.events]
    if not any(chain.texts for chain in chains):
        connection.execute(_ADD, events)
        return
    texts = [chain.texts.get(event["sequence"]) for chain in chains for event in chain.events]
    ids = connection.scalars(_ADD_TOLD, events)
    told = [{"event_id": id_, **text} for id_, text in zip(ids, texts, strict=True) if text]
    connection.execute(_ADD_TEXT, told)
