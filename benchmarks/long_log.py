"""What doing a step costs with few and with very many events in the log."""

import time
from collections.abc import Iterator
from statistics import median

from sqlalchemy import func, select

from benchmarks.crowd import FIRST, Crowd, analysed, build, copied
from benchmarks.table import Line
from cases.log import CaseEvent
from tests.notifications.town import ASSESSMENT, FRIDAY
from workflow.routines import Routines

DONE = 60
"""Steps done at each size; the median is told."""

PER_CASE = 100
CHUNK = 1_000_000


def figures(url: str, kind: str, routines: Routines, few: int, many: int) -> Iterator[Line]:
    """In the same database, before and after the log has grown."""
    crowd = build(url, routines, many // PER_CASE)
    _lengthen(crowd, 0, few)
    short = _doing(crowd)
    _lengthen(crowd, few, many)
    long = _doing(crowd)
    with crowd.town.database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(CaseEvent)) or 0) > many
    crowd.town.database.engine.dispose()
    yield Line(
        f"{kind}: doing a step with {many:,} events in the log", long * 1000, "ms",
        short * 1000, f"with {few:,}", at_most=1.2,
    )  # fmt: skip


def _lengthen(crowd: Crowd, have: int, want: int) -> None:
    """PER_CASE events to a case, as they would lie after years."""
    before = f"(n.i - 1) / {PER_CASE}"
    changed = {
        "id": "",
        "case_id": f"{FIRST} + 1 + {before}",
        "sequence": f"1000 + n.i - {PER_CASE} * ({before})",
    }
    while have < want:
        with crowd.town.database.transaction() as session:
            event = session.scalars(select(CaseEvent.id).order_by(CaseEvent.id).limit(1)).one()
            copies = min(CHUNK, want - have)
            copied(session.connection(), CaseEvent, event, copies, changed, after=have)
            have += copies
    analysed(crowd.town.database)


def _doing(crowd: Crowd) -> float:
    """Seconds for one assessment, from the form as sent to the commit."""
    seconds = []
    for _ in range(DONE):
        reference = crowd.town.report(crowd.reporter, FRIDAY)
        begun = time.perf_counter()
        crowd.town.do(crowd.nurse, reference, "assess", FRIDAY, ASSESSMENT)
        seconds.append(time.perf_counter() - begun)
    return median(seconds)
