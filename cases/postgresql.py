"""Connections to PostgreSQL that do not outlive the host at either end."""

from sqlalchemy import URL, make_url

_OUR_SIDE = {
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4,
    "tcp_user_timeout": 30_000, "connect_timeout": 10,
}  # fmt: skip
"""What the client does to notice that the server is gone: seconds, but the timeout in ms."""

_ITS_SIDE = {
    "tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "4",
    "tcp_user_timeout": "30s", "idle_in_transaction_session_timeout": "30s",
}  # fmt: skip
"""What the server does to notice that a client is gone, for as long as the connection lasts."""


def tied_loosely(given: str) -> URL:
    """A host that is cut off gives its rows back, and notices it, within a minute.

    What the address itself says of a setting stands.
    """
    url = make_url(given)
    ours = {name: str(value) for name, value in _OUR_SIDE.items() if name not in url.query}
    theirs = " ".join(f"-c {name}={value}" for name, value in _ITS_SIDE.items())
    options = url.query.get("options", "")
    said = (options,) if isinstance(options, str) else options
    return url.update_query_dict(ours | {"options": " ".join([theirs, *said])})
