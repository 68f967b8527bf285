"""What a pass found undone after nobody had swept for a while."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.firing import LATE_AFTER, Fired
from notifications.models import CatchUp


def note_catch_up(session: Session, before: datetime | None, fired: Fired, now: datetime) -> None:
    """One row for each standstill, though several workers wake after it and share the work."""
    if not fired.late_rungs or before is None or now - before <= LATE_AFTER:
        return
    late = int(fired.late.total_seconds())
    known = session.scalar(
        select(CatchUp).where(CatchUp.stood_still_from == before).with_for_update()
    )
    if known is None:
        session.add(
            CatchUp(
                stood_still_from=before,
                found_at=now,
                rungs=fired.late_rungs,
                latest_seconds=late,
            )
        )
    else:
        known.rungs += fired.late_rungs
        known.latest_seconds = max(known.latest_seconds, late)
