"""Mails on their way: gathered, and tried until taken, refused or given up."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial

from cases.database import Database
from notifications.channels import Answer, Channel, Receipt
from notifications.compose import Sender, Writer
from notifications.gathering import gather
from notifications.handover import Handover
from notifications.next_due import next_mail
from notifications.settling import settle
from notifications.taking import Taken, take
from workflow.routines import Routines

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
            delivery.handover.settle()
    return DeliveryReport(delivery.answers)


class _Delivery:
    def __init__(
        self, database: Database, writer: Writer, now: datetime, stopping: Callable[[], bool]
    ) -> None:
        self.database, self.writer, self.stopping = database, writer, stopping
        self.handover = Handover(database, partial(take, writer=writer), settle, now)
        self._gathered: datetime | None = None
        self._under_way: Taken | None = None

    @property
    def answers(self) -> Counter[Answer]:
        return self.handover.answers

    def anything_waits(self) -> bool:
        """Asked as a reader, so that an idle pass does not take SQLite's one writing place."""
        with self.database.reading() as session:
            due = next_mail(session)
        return due is not None and due <= self.handover.stopwatch.now()

    def messages(self) -> Iterator[EmailMessage]:
        """Each is taken when the channel asks for it, with the one before it settled."""
        while not (self.answers[Answer.UNREACHABLE] or self.stopping()):
            self._gather()
            taken = self.handover.next()
            if taken is None:
                return
            self._under_way = taken
            if taken.message is not None:
                yield taken.message
            elif taken.receipt is not None:
                self.answer(taken.receipt)

    def answer(self, receipt: Receipt) -> None:
        """To the mail under way."""
        taken, self._under_way = self._under_way, None
        assert taken is not None, "an answer comes after a message"
        self.handover.answer(taken, receipt)

    def _gather(self) -> None:
        now = self.handover.stopwatch.now()
        if self._gathered is None or now - self._gathered >= GATHERED_EVERY:
            self._gathered = now
            routines, domain = self.writer.routines, self.writer.sender.domain
            self.database.run(lambda session: gather(session, routines, domain, now))
