"""One thing after another handed over, each answer written down when the next is taken."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from cases.database import Database
from notifications.channels import Answer, Receipt
from notifications.stopwatch import Stopwatch

logger = logging.getLogger(__name__)


AttemptT = TypeVar("AttemptT")


class Handover(Generic[AttemptT]):
    """`take` begins the next attempt, None when nothing is due; `settle` keeps what came of it.

    Both happen in one transaction, since commits are dear. An attempt's str() stands in the log.
    """

    def __init__(
        self,
        database: Database,
        take: Callable[[Session, datetime], AttemptT | None],
        settle: Callable[[Session, AttemptT, Receipt, datetime], None],
        now: datetime,
    ) -> None:
        self.stopwatch, self.answers = Stopwatch(now), Counter[Answer]()
        self._database, self._take, self._settle = database, take, settle
        self._answered: tuple[AttemptT, Receipt, datetime] | None = None

    def next(self) -> AttemptT | None:
        """The next attempt, with the one before it settled."""
        if self._answered is not None:
            try:
                taken = self._database.run(self._settle_and_take)
            except Exception:  # noqa: BLE001  whichever of the two it was, the other is done
                self.settle()
            else:
                self._answered = None
                return taken
        return self._database.run(self._settle_and_take)

    def answer(self, attempt: AttemptT, receipt: Receipt) -> None:
        """To be written down with the next, or by `settle`."""
        self.answers[receipt.answer] += 1
        self._answered = (attempt, receipt, self.stopwatch.now())

    def settle(self) -> None:
        """The last answer, by itself."""
        if self._answered is None:
            return
        answered, self._answered = self._answered, None
        try:
            self._database.run(lambda session: self._settle(session, *answered))
        except Exception as fault:  # noqa: BLE001  the others must still be sent
            # The lease runs out and it is sent again: better twice than never.
            logger.error("%s: %s", answered[0], type(fault).__name__)

    def _settle_and_take(self, session: Session) -> AttemptT | None:
        if self._answered is not None:
            self._settle(session, *self._answered)
        return self._take(session, self.stopwatch.now())
