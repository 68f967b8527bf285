"""What everything that waits to be sent has in common."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class Outgoing:
    """Waits while `next_attempt_at` is set; tried until taken, refused, dropped or given up.

    `tried_at` is when it was last handed over, `taken_at` when the other side took it, `uncertain`
    when an attempt ended without an answer, so that it may have come twice.
    """

    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    uncertain: Mapped[bool] = mapped_column(default=False)
    failed_at: Mapped[datetime | None] = mapped_column(index=True)
    dropped_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(60))
