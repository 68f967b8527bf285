"""SMTP servers in trouble: they refuse, hang, or hang up in the middle of a mail."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.smtp import Mailbox

REFUSED_NOW, REFUSED_FOR_GOOD = "451 4.3.0 Try again later", "550 5.1.1 No such person"


class Trouble(Enum):
    """What a client meets after it has sent a whole mail, instead of an answer."""

    HANGING = "hanging"
    LOST = "lost"
    TAKEN_AND_LOST = "taken and lost"


@dataclass
class TroubledMailbox(Mailbox):
    """Meets the coming mails with what is `ahead`, one each (a str is a reply); takes the rest.

    `taking` is called with the number of mails taken, before the client gets to know; `clients`
    are the connections that brought one.
    """

    ahead: deque[Trouble | str] = field(default_factory=deque)
    taking: Callable[[int], None] = lambda _taken: None
    hanging: bool = True
    clients: set[Any] = field(default_factory=set)

    async def handle_DATA(  # noqa: N802  (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        trouble = self.ahead.popleft() if self.ahead else None
        if isinstance(trouble, str):
            return trouble
        if trouble is Trouble.HANGING:
            while self.hanging:
                await asyncio.sleep(0.02)
        if trouble in (None, Trouble.TAKEN_AND_LOST):
            await super().handle_DATA(server, session, envelope)
            self.clients.add(session.peer)
            self.taking(len(self.messages))
        if trouble is not None:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 2.0.0 OK"
