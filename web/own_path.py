"""Where to go next, as far as an address can be trusted to stay on this site."""

import re
from urllib.parse import urlsplit

from flask import request

_SAFE = re.compile(r"/(?![/\\])[^\\\s]*")


def own_path(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` if it is a path here ("//elsewhere" and "https:" are not), else `otherwise`."""
    if wanted and wanted.isprintable() and _SAFE.fullmatch(wanted):
        return wanted
    return otherwise


def came_from() -> str:
    """The page here that the browser says the request was sent from, else "/"."""
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:
        return "/"
    if page.netloc != request.host:
        return "/"
    return own_path(f"{page.path}?{page.query}" if page.query else page.path)
