"""The JSON API: the same operations as the pages, for other programs."""

from flask import request

ROOT = "/api/v1"


READABLE = "api_reference.page"
"""The endpoint under ROOT that is for people, and a page like the others."""


def is_api() -> bool:
    """True also where there is no such address, so that a program is answered as a program."""
    return request.path.startswith("/api/") and request.endpoint != READABLE
