"""Where a webhook calls: an address that is taken apart once, and what is allowed inside."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class WebhookAddress:
    """`path` with the query; nothing of it is ever written to a log, since it may hold a secret."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> "WebhookAddress":
        """Raises ValueError for what is not a plain http or https address in ASCII."""
        parts = urlsplit(url)
        plain = url.isascii() and url.isprintable() and " " not in url
        if parts.scheme not in PORTS or not parts.hostname or not plain:
            raise ValueError("not an http address")
        if parts.username is not None or parts.fragment:
            raise ValueError("an address holds neither login nor fragment")
        port = PORTS[parts.scheme] if parts.port is None else parts.port
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, parts.hostname, port, path)

    @property
    def place(self) -> str:
        """Host and port, as the setting names them."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class OwnNetwork:
    """Hosts, as `host` or `host:port`, that are called though they are private or without TLS.

    All others must be public and have a certificate, so that nobody can make Vårdtråd call what
    only Vårdtråd reaches.
    """

    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, hosts: Iterable[str]) -> "OwnNetwork":
        """As they are written, without empty ones."""
        return cls(frozenset(filter(None, (host.strip().lower() for host in hosts))))

    def holds(self, address: WebhookAddress) -> bool:
        """True for a host that is named, with its port when one was given."""
        return not self.hosts.isdisjoint((address.host, address.place))
