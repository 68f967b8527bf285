"""The ways a mail leaves: an SMTP server, or a folder that the demonstration reads."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from enum import Enum
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_SECONDS = 20
CLOSING = 421
"""The reply to any command after which a server hangs up (RFC 5321)."""


class Answer(Enum):
    """UNREACHABLE is about the server, the others about the one mail."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Receipt:
    """`error` is where it stopped and the reply's code ("RCPT 550"), never the server's words."""

    answer: Answer
    error: str | None = None


class Channel(Protocol):
    """Answers one receipt for each message, in order and as soon as it is known."""

    def deliver(self, messages: Sequence[EmailMessage]) -> Iterator[Receipt]: ...


class SmtpChannel:
    """smtp://user:password@host:port, ?starttls=1, or smtps://; raises ValueError for others."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("smtp", "smtps") or not address.hostname:
            raise ValueError("an SMTP address is smtp://host:port or smtps://host:port")
        self._tls = address.scheme == "smtps"
        self._starttls = parse_qs(address.query).get("starttls") == ["1"]
        self._host = address.hostname
        self._port = address.port or (465 if self._tls else 587 if self._starttls else 25)
        self._user = unquote(address.username or "")
        self._password = unquote(address.password or "")
        if not (self._user + self._password).isascii():
            raise ValueError("an SMTP login can hold ASCII only")

    def deliver(self, messages: Sequence[EmailMessage]) -> Iterator[Receipt]:
        """One connection for all; once it is lost the rest are not tried."""
        try:
            connection = self._connected()
        except OSError as fault:  # smtplib's own errors are OSErrors too
            for _message in messages:
                yield Receipt(Answer.UNREACHABLE, _named("CONNECT", fault))
            return
        receipt = Receipt(Answer.TAKEN)
        try:
            for message in messages:
                if receipt.answer is not Answer.UNREACHABLE:
                    receipt = _send(connection, message)
                yield receipt
        finally:
            with suppress(OSError):
                connection.quit()

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            if self._starttls:
                connection.starttls(context=context)
            if self._user:
                connection.login(self._user, self._password)
        except OSError:
            connection.close()
            raise
        return connection


def _send(connection: smtplib.SMTP, message: EmailMessage) -> Receipt:
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
        return Receipt(Answer.UNREACHABLE, _named("LOST", fault))
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

    def deliver(self, messages: Sequence[EmailMessage]) -> Iterator[Receipt]:
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
