"""A connection to an SMTP server: how it is made, and what came of one mail on it."""

import smtplib
import ssl
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_SECONDS = 15
"""How long each of the server's answers is waited for."""


@dataclass(frozen=True)
class ServerAddress:
    """Where the server is and how one gets in."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool

    @classmethod
    def of(cls, url: str) -> Self:
        """smtp://user:password@host:port, ?starttls=1, or smtps://; raises ValueError."""
        address = urlsplit(url)
        if address.scheme not in ("smtp", "smtps") or not address.hostname:
            raise ValueError("an SMTP address is smtp://host:port or smtps://host:port")
        tls = address.scheme == "smtps"
        starttls = parse_qs(address.query).get("starttls") == ["1"]
        port = address.port or (465 if tls else 587 if starttls else 25)
        user, password = unquote(address.username or ""), unquote(address.password or "")
        if not (user + password).isascii():
            raise ValueError("an SMTP login can hold ASCII only")
        return cls(address.hostname, port, user, password, tls, starttls)


class Connection(smtplib.SMTP):
    """`in_data` is true from the moment a mail is handed over until the server has answered."""

    in_data = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """As smtplib's."""
        self.in_data = True
        answer = super().data(msg)
        self.in_data = False
        return answer


class TlsConnection(Connection, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


def connected(address: ServerAddress) -> Connection:
    """Logged in and ready for mail; raises OSError, of which smtplib's own errors are kinds."""
    context = ssl.create_default_context()
    if address.tls:
        connection: Connection = TlsConnection(
            address.host, address.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        connection = Connection(address.host, address.port, timeout=TIMEOUT_SECONDS)
    try:
        if address.starttls:
            connection.starttls(context=context)
        if address.user:
            connection.login(address.user, address.password)
    except OSError:
        connection.close()
        raise
    return connection
