"""Rows of a case written at once, past the session's flush.

Doing a step is mostly small writes, and a flush costs several times what its statements do. What is
written here is told to the objects in hand too, as if it had just been read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.collections import collection_adapter

from cases.models import Case, CaseStep

_CHANGE = {each: update(each).where(each.id == bindparam("row")) for each in (Case, CaseStep)}
_ADD_STEP = insert(CaseStep).returning(CaseStep.id)


def change(session: Session, row: Case | CaseStep, **columns: Any) -> None:
    """What else has been set in the object is left to the flush."""
    session.connection().execute(_CHANGE[type(row)], {"row": row.id, **columns})
    for name, value in columns.items():
        set_committed_value(row, name, value)


def add_step(session: Session, case: Case, columns: Mapping[str, Any]) -> CaseStep:
    """All of its columns but the ids are given, so that nothing is read back."""
    whole = {**columns, "case_id": case.id}
    id_ = session.connection().scalars(_ADD_STEP, whole).one()
    step = CaseStep(id=id_, **whole)
    make_transient_to_detached(step)
    session.add(step)
    set_committed_value(step, "case", case)
    collection_adapter(case.steps).append_without_event(step)
    return step


def hold_steps(case: Case, steps: Iterable[CaseStep]) -> None:
    """The steps of the case as they have just been read."""
    held = list(steps)
    set_committed_value(case, "steps", held)
    for step in held:
        set_committed_value(step, "case", case)
