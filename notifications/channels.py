"""The ways a mail leaves: an SMTP server, or a folder that the demonstration reads."""

import smtplib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from notifications.smtp import Connection, ServerAddress, connected

CLOSING = 421
"""The reply to any command after which a server hangs up (RFC 5321)."""


_ENOUGH = frozenset({"MAIL 450", "MAIL 451", "MAIL 452"})
"""What a server that closes no connection says of one more mail than it takes on each."""


class Answer(Enum):
    """UNREACHABLE is about the server, the others about the one mail."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Receipt:
    """`error` is where it stopped and the reply's code ("RCPT 550"), never the server's words.

    `uncertain` when the mail was handed over but no answer came, so that it may be on its way.
    """

    answer: Answer
    error: str | None = None
    uncertain: bool = False


class Channel(Protocol):
    """Answers one receipt for each message, and asks for the next one only after that."""

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[Receipt]: ...


class SmtpChannel:
    """smtp://user:password@host:port, ?starttls=1, or smtps://; raises ValueError for others."""

    def __init__(self, url: str) -> None:
        self._address = ServerAddress.of(url)

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[Receipt]:
        """One connection for all, and none without a mail; once out of reach no more are tried."""
        line = _Line(self._address)
        try:
            for message in messages:
                yield line.send(message)
        finally:
            line.hang_up()


class _Line:
    """Servers close a connection that has carried its share: then the next one is opened."""

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._connection: Connection | None = None
        self._carried = False
        self._lost: Receipt | None = None

    def send(self, message: EmailMessage) -> Receipt:
        if self._lost:
            return self._lost
        receipt = self._tried(message)
        if receipt.answer is Answer.UNREACHABLE and self._carried:
            self.hang_up()
            if receipt.uncertain:  # said openly the next time, so not sent again at once
                return Receipt(Answer.LATER, receipt.error, uncertain=True)
            receipt = self._tried(message)
        if receipt.answer is Answer.UNREACHABLE:
            self._lost = Receipt(Answer.UNREACHABLE, receipt.error)
        return receipt

    def hang_up(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.quit()
            self._connection.close()
        self._connection, self._carried = None, False

    def _tried(self, message: EmailMessage) -> Receipt:
        try:
            self._connection = self._connection or connected(self._address)
        except OSError as fault:
            return Receipt(Answer.UNREACHABLE, _named("CONNECT", fault))
        receipt = _sent(self._connection, message)
        if self._carried and receipt.error in _ENOUGH:
            return Receipt(Answer.UNREACHABLE, receipt.error)
        self._carried = self._carried or receipt.answer is Answer.TAKEN
        return receipt


def _sent(connection: Connection, message: EmailMessage) -> Receipt:
    connection.in_data = False
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as fault:
        [(code, _words)] = fault.recipients.values()
        return _refused("RCPT", code)
    except smtplib.SMTPDataError as fault:
        return _refused("DATA", fault.smtp_code)
    except smtplib.SMTPSenderRefused as fault:
        # Our own address or a missing login: nothing is wrong with the mail, so it may wait.
        lost = fault.smtp_code == CLOSING
        return Receipt(Answer.UNREACHABLE if lost else Answer.LATER, f"MAIL {fault.smtp_code}")
    except smtplib.SMTPNotSupportedError:
        return Receipt(Answer.REFUSED, "SMTPUTF8")
    except OSError as fault:
        return Receipt(Answer.UNREACHABLE, _named("LOST", fault), uncertain=connection.in_data)
    return Receipt(Answer.TAKEN)


def _refused(where: str, code: int) -> Receipt:
    error = f"{where} {code}"
    if code == CLOSING:
        return Receipt(Answer.UNREACHABLE, error)
    return Receipt(Answer.REFUSED if code >= 500 else Answer.LATER, error)


def _named(where: str, fault: OSError) -> str:
    code = getattr(fault, "smtp_code", None)
    return f"{where} {code or type(fault).__name__}"


class FolderChannel:
    """One .eml file for each mail, named so that a mail delivered twice is still one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, messages: Iterable[EmailMessage]) -> Iterator[Receipt]:
        """A full disk is answered as a server out of reach."""
        for message in messages:
            try:
                self._write(message)
            except OSError as fault:
                yield Receipt(Answer.UNREACHABLE, _named("FOLDER", fault))
            else:
                yield Receipt(Answer.TAKEN)

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        moment = parsedate_to_datetime(message["Date"]).astimezone(UTC)
        local_part = message["Message-ID"].strip("<>").split("@")[0]
        target = self._folder / f"{moment:%Y%m%dT%H%M%SZ}-{local_part}.eml"
        unfinished = target.with_suffix(".part")
        unfinished.write_bytes(message.as_bytes())
        unfinished.replace(target)


def channel_for(smtp_url: str, mail_folder: str) -> Channel:
    """The server when an address is given, else the folder; raises ValueError for a bad address."""
    return SmtpChannel(smtp_url) if smtp_url else FolderChannel(Path(mail_folder))
