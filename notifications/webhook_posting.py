"""One call to another program: where it goes, within what time, and what its answer means."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Timer

from cases.webhook_address import PORTS, OwnNetwork, WebhookAddress
from notifications.channels import Answer, Receipt

TIMEOUT_SECONDS = 10
"""How long each connection, and then the whole answer, is waited for."""

MOST_IPS = 4
"""Of a host's addresses that are tried: together they take less time than a lease lasts."""

_BUSY = frozenset({429, 502, 503, 504})
"""What says that the receiver, rather than this call, must wait."""

_GONE = 410
"""By Standard Webhooks the answer of a receiver that wants no more."""


class _NotAllowed(Exception):
    """Holds what the receipt says."""


def post(url: str, headers: Mapping[str, str], body: bytes, own_network: OwnNetwork) -> Receipt:
    """Taken only by an answer of 2xx; redirects are not followed, nor is the answer's text read."""
    address = WebhookAddress.of(url)
    connection = HTTPConnection(address.host, address.port)
    connection.default_port = PORTS[address.scheme]
    try:
        # Looked up once, so that the place that was allowed is the one called.
        connection.sock = _connected(_allowed(address, own_network), address.port)
    except _NotAllowed as fault:
        return Receipt(Answer.UNREACHABLE, str(fault))
    except (socket.gaierror, UnicodeError):
        return Receipt(Answer.UNREACHABLE, "NAME")
    except OSError as fault:
        return Receipt(Answer.UNREACHABLE, f"CONNECT {type(fault).__name__}")
    with closing(connection), _cut_off(connection):
        if address.scheme == "https":
            try:
                _secure(connection)
            except OSError:
                return Receipt(Answer.UNREACHABLE, "CERTIFICATE")
        try:
            connection.request("POST", address.path, body, dict(headers))
            return _receipt(connection.getresponse().status)
        except (OSError, HTTPException) as fault:
            return Receipt(Answer.UNREACHABLE, f"LOST {type(fault).__name__}", uncertain=True)


def _receipt(status: int) -> Receipt:
    if 200 <= status < 300:
        return Receipt(Answer.TAKEN)
    error = f"HTTP {status}"
    if status == _GONE:
        return Receipt(Answer.REFUSED, error)
    return Receipt(Answer.UNREACHABLE if status in _BUSY else Answer.LATER, error)


def _allowed(address: WebhookAddress, own_network: OwnNetwork) -> list[str]:
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    ips = list(dict.fromkeys(str(where[0]) for *_kind, where in found))
    if not own_network.holds(address):
        if address.scheme != "https":
            raise _NotAllowed("PLAIN")
        if not all(map(_is_public, ips)):
            raise _NotAllowed("PRIVATE")
    return ips[:MOST_IPS]


def _is_public(text: str) -> bool:
    ip = ipaddress.ip_address(text)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


def _connected(ips: list[str], port: int) -> socket.socket:
    *others, last = ips
    for ip in others:
        with suppress(OSError):
            return socket.create_connection((ip, port), TIMEOUT_SECONDS)
    return socket.create_connection((last, port), TIMEOUT_SECONDS)


def _secure(connection: HTTPConnection) -> None:
    line = ssl.create_default_context().wrap_socket(
        connection.sock, server_hostname=connection.host, do_handshake_on_connect=False
    )
    connection.sock = line
    line.do_handshake()


@contextmanager
def _cut_off(connection: HTTPConnection) -> Iterator[None]:
    """A receiver that answers one byte at a time would else keep us for ever."""

    def hang_up() -> None:
        with suppress(OSError):
            # Not the TLS socket's own, which is not made to be called from another thread.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = Timer(TIMEOUT_SECONDS, hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
