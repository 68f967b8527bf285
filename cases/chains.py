"""Events that the clocks write, for many cases at once; none of them holds typed text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from cases.events import chain_hash
from cases.log import CaseEvent
from cases.models import Case


@dataclass
class Chain:
    """The end of one case's log, whose row the caller has locked, and what is to be added to it."""

    case_id: int
    reference: str
    sequence: int
    hash: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def add(self, type_: str, now: datetime, data: dict[str, Any]) -> None:
        """Nothing is written before `write`."""
        sealed = chain_hash(
            self.reference, self.sequence + 1, type_, now, now, None, data, None, self.hash
        )
        self.events.append(
            {
                "case_id": self.case_id,
                "sequence": self.sequence + 1,
                "type": type_,
                "occurred_at": now,
                "recorded_at": now,
                "actor_id": None,
                "data": data,
                "text_digest": None,
                "previous_hash": self.hash,
                "hash": sealed,
            }
        )
        self.sequence, self.hash = self.sequence + 1, sealed


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
    connection = session.connection()
    connection.execute(insert(CaseEvent), [event for chain in grown for event in chain.events])
    connection.execute(
        update(Case)
        .where(Case.id == bindparam("case"))
        .values(head_sequence=bindparam("sequence"), head_hash=bindparam("head")),
        [{"case": c.case_id, "sequence": c.sequence, "head": c.hash} for c in grown],
    )
