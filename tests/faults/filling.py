"""Many cases like one that was reported by the operations: the rows copied, the log sealed anew."""

from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from cases.database import Base
from cases.events import chain_hash, events_of, reference_text
from cases.log import EventText
from cases.models import Case, ReferenceCounter
from tests.notifications.town import Town

Row = TypeVar("Row", bound=Base)


class Template:
    """A case as it stands now; `add` makes more like it, whatever becomes of it afterwards."""

    def __init__(self, town: Town, reference: str) -> None:
        self.town, self.reference = town, reference
        with town.database.reading() as session:
            self._case = session.scalars(select(Case).where(Case.reference == reference)).one()
            self._pending = {step.id: list(step.pending) for step in self._case.steps}
            self._events = events_of(session, self._case.id)
            session.expunge_all()

    def add(self, number: int) -> None:
        """That many cases, with its steps, pending rungs and events."""
        with self.town.database.transaction() as session:
            prefix, year, _number = self.reference.split("-")
            counter = session.get_one(ReferenceCounter, (prefix, int(year)), with_for_update=True)
            before, counter.last = counter.last, counter.last + number
            cases = [
                self._copy(reference_text(prefix, int(year), before + n + 1)) for n in range(number)
            ]
            session.add_all(cases)
            session.flush()
            for case in cases:
                self._seal(session, case)

    def _copy(self, reference: str) -> Case:
        steps = [
            _like(step, case_id=None, pending=[_like(p, step_id=None) for p in waiting])
            for step, waiting in zip(self._case.steps, self._pending.values(), strict=True)
        ]
        return _like(self._case, reference=reference, steps=steps)

    def _seal(self, session: Session, case: Case) -> None:
        case.head_hash = ""
        for event in self._events:
            sealed = chain_hash(
                case.reference, event.sequence, event.type, event.occurred_at, event.recorded_at,
                event.actor_id, event.data, event.text_digest, case.head_hash,
            )  # fmt: skip
            text = EventText(salt=event.text.salt, body=event.text.body) if event.text else None
            session.add(
                _like(event, case_id=case.id, previous_hash=case.head_hash, hash=sealed, text=text)
            )
            case.head_hash = sealed


def _like(row: Row, **different: Any) -> Row:
    """A new row with the same in every column but the key and what is said to differ."""
    same = {
        column.key: getattr(row, column.key)
        for column in inspect(type(row)).column_attrs
        if column.key != "id"
    }
    return type(row)(**same | different)
