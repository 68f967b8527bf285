"""Mails on their way: gathered, and tried until taken, refused or given up."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy.orm import Session

from cases.database import Database
from notifications.channels import Answer, Channel, Receipt
from notifications.compose import Sender, Writer
from notifications.gathering import gather
from notifications.next_due import next_mail
from notifications.settling import settle
from notifications.stopwatch import Stopwatch
from notifications.taking import Taken, take
from workflow.routines import Routines

logger = logging.getLogger(__name__)

GATHERED_EVERY = timedelta(seconds=1)
"""In a pass over many mails, so that what has just fired does not wait for the last of them."""


@dataclass(frozen=True)
class DeliveryReport:
    """How many mails met each answer."""

    answers: Counter[Answer]

    def __str__(self) -> str:
        """For the command line."""
        waiting = self.answers[Answer.LATER] + self.answers[Answer.UNREACHABLE]
        return (
            f"{self.answers[Answer.TAKEN]} mejl skickade, {waiting} försöks igen senare,"
            f" {self.answers[Answer.REFUSED]} gick inte att skicka."
        )


def deliver(
    database: Database,
    routines: Routines,
    channel: Channel,
    sender: Sender,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> DeliveryReport:
    """Sends what is due, each mail at least once, until the server is out of reach or `stopping`.

    The mail under way is finished and its answer written down first.
    """
    delivery = _Delivery(database, Writer(routines, sender), now, stopping)
    if delivery.anything_waits():
        try:
            for receipt in channel.deliver(delivery.messages()):
                delivery.answer(receipt)
        finally:
            delivery.settle()
    return DeliveryReport(delivery.answers)


class _Delivery:
    def __init__(
        self, database: Database, writer: Writer, now: datetime, stopping: Callable[[], bool]
    ) -> None:
        self.database, self.writer, self.stopping = database, writer, stopping
        self.stopwatch, self.answers = Stopwatch(now), Counter[Answer]()
        self._gathered: datetime | None = None
        self._under_way: Taken | None = None
        self._answered: tuple[Taken, Receipt, datetime] | None = None

    def anything_waits(self) -> bool:
        """Asked as a reader, so that an idle pass does not take SQLite's one writing place."""
        with self.database.reading() as session:
            due = next_mail(session)
        return due is not None and due <= self.stopwatch.now()

    def messages(self) -> Iterator[EmailMessage]:
        """Each is taken when the channel asks for it, with the one before it settled."""
        while not (self.answers[Answer.UNREACHABLE] or self.stopping()):
            self._gather()
            taken = self._next()
            if taken is None:
                return
            self._under_way = taken
            if taken.message is not None:
                yield taken.message
            elif taken.receipt is not None:
                self.answer(taken.receipt)

    def answer(self, receipt: Receipt) -> None:
        """To the mail under way; written down when the next is taken, since commits are dear."""
        taken, self._under_way = self._under_way, None
        assert taken is not None, "an answer comes after a message"
        self.answers[receipt.answer] += 1
        self._answered = (taken, receipt, self.stopwatch.now())

    def settle(self) -> None:
        """The last answer, by itself."""
        if self._answered is None:
            return
        answered, self._answered = self._answered, None
        try:
            self.database.run(lambda session: settle(session, *answered))
        except Exception as fault:  # noqa: BLE001  the other mails must still be sent
            # The lease runs out and the mail is sent again: better twice than never.
            logger.error("mail %s: %s", answered[0].mail_id, type(fault).__name__)

    def _next(self) -> Taken | None:
        if self._answered is not None:
            try:
                taken = self.database.run(self._settle_and_take)
            except Exception:  # noqa: BLE001  whichever of the two it was, the other is done
                self.settle()
            else:
                self._answered = None
                return taken
        return self.database.run(self._settle_and_take)

    def _settle_and_take(self, session: Session) -> Taken | None:
        if self._answered is not None:
            settle(session, *self._answered)
        return take(session, self.writer, self.stopwatch.now())

    def _gather(self) -> None:
        now = self.stopwatch.now()
        if self._gathered is None or now - self._gathered >= GATHERED_EVERY:
            self._gathered = now
            routines, domain = self.writer.routines, self.writer.sender.domain
            self.database.run(lambda session: gather(session, routines, domain, now))
