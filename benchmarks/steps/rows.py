"""What doing a step writes, read from a case in which it has been done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cases.database import Base
from cases.log import CaseEvent, EventText
from cases.models import CaseStep, PendingEscalation, Submission

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fall:
    """A case with its open assessment; `revision` is what whoever does it has seen."""

    case_id: int
    revision: int
    step_id: int


@dataclass(frozen=True)
class Written:
    """Rows by table, as the database keeps them; ids are given anew."""

    case: Row
    step: Row
    events: tuple[Row, ...]
    texts: tuple[Row, ...]
    opened: Row
    rungs: tuple[Row, ...]
    told: tuple[Row, ...]
    submission: Row


def written(session: Session, fall: Fall, events_before: int) -> Written:
    """Plain values, read past the types of SQLAlchemy."""
    events = _rows(session, CaseEvent, case_id=fall.case_id)[events_before:]
    steps = _rows(session, CaseStep, case_id=fall.case_id)
    texts = [_rows(session, EventText, event_id=event["id"]) for event in events]
    return Written(
        case=_rows(session, Base.metadata.tables["cases"], id=fall.case_id)[0],
        step=next(step for step in steps if step["id"] == fall.step_id),
        events=tuple(events),
        texts=tuple(text for found in texts for text in found),
        opened=steps[-1],
        rungs=tuple(_rows(session, PendingEscalation, step_id=steps[-1]["id"])),
        told=tuple(_rows(session, PendingEscalation, step_id=fall.step_id)),
        submission=_rows(session, Submission, case_id=fall.case_id)[-1],
    )


def _rows(session: Session, of: type[Base] | sa.Table, **where: int) -> list[Row]:
    table = of if isinstance(of, sa.Table) else Base.metadata.tables[of.__tablename__]
    [(column, value)] = where.items()
    order = ", ".join(key.name for key in table.primary_key)
    found = session.execute(
        sa.text(f'SELECT * FROM "{table.name}" WHERE {column} = :v ORDER BY {order}'),  # noqa: S608  our own names
        {"v": value},
    )
    return [dict(row) for row in found.mappings()]
