"""Which cases are of a patient who had another shortly before (law-and-terms 9, table I)."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from cases.figures import LIVING, CaseFigures
from workflow.moments import day_of

AGAIN_WITHIN = timedelta(days=30)

Month = tuple[str, int]
"""A kind of case and a month of events."""


def mark_again(session: Session, patients: Collection[int]) -> set[Month]:
    """Looks at all the patients' cases of each kind; the months in which any of them changed."""
    c = CaseFigures
    cases = session.execute(
        select(c.case_id, c.definition, c.patient_id, c.event_month, c.occurred_at, c.again)
        .where(c.edition == LIVING, c.patient_id.in_(patients))
        .order_by(c.occurred_at, c.case_id)
    ).all()
    changed, months = list[dict[str, int | bool]](), set[Month]()
    newest: dict[tuple[str, int | None], date] = {}
    for case_id, kind, patient, month, occurred_at, was_again in cases:
        day = day_of(occurred_at)
        again = day - newest.get((kind, patient), date.min) <= AGAIN_WITHIN
        newest[kind, patient] = day
        if again != was_again:
            changed.append({"case": case_id, "is_again": again})
            months.add((kind, month))
    if changed:
        session.connection().execute(
            update(c)
            .where(c.edition == LIVING, c.case_id == bindparam("case"))
            .values(again=bindparam("is_again")),
            changed,
        )
    return months
