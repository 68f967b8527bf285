"""A real SMTP server on a free loopback port, which keeps what it takes and can refuse."""

import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, TypeVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MailboxT = TypeVar("MailboxT", bound="Mailbox")


@dataclass
class Mailbox:
    """What has come in, parsed, in order; `refusal` is the reply given instead of taking a mail."""

    messages: list[EmailMessage] = field(default_factory=list)
    refusal: str | None = None
    host: str = "127.0.0.1"
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    def refuse(self, reply: str = "451 4.3.0 Try again later") -> None:
        """Answers every mail with `reply`: 4xx is refusal for now, 5xx for good."""
        self.refusal = reply

    def accept(self) -> None:
        """Takes mail again."""
        self.refusal = None

    async def handle_DATA(  # noqa: N802  (the name aiosmtpd calls)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.refusal is not None:
            return self.refusal
        content = envelope.original_content
        assert content is not None
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 2.0.0 OK"


class _OnAFreePort(Controller):
    def _create_server(self) -> Coroutine[Any, Any, Any]:
        listener = socket.create_server((self.hostname, 0))
        self.port = listener.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listener)


@contextmanager
def receiving(mailbox: MailboxT, host: str = "127.0.0.1") -> Iterator[MailboxT]:
    """Runs a server for the mailbox, and sets the mailbox's port."""
    controller = _OnAFreePort(mailbox, hostname=host)
    controller.start()
    mailbox.host, mailbox.port = host, controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


@pytest.fixture
def smtp() -> Iterator[Mailbox]:
    """A running server; read `messages`, give `url` to the code under test."""
    with receiving(Mailbox()) as mailbox:
        yield mailbox
