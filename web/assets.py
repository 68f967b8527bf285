"""Static files on a slow line: sent packed, and kept by the browser until their content changes."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

PACKED = {"text/css", "text/javascript", "image/svg+xml"}
A_YEAR = "public, max-age=31536000, immutable"


def register(app: Flask) -> None:
    """Add the first 8 digits of the content's SHA-256 to every address of `/static`, as `v`."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def by_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            file = folder / values["filename"]
            values.setdefault("v", fingerprint(file, file.stat().st_mtime_ns))

    @app.after_request
    def packed(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200:
            return response
        if "v" in request.args:
            response.headers["Cache-Control"] = A_YEAR
        if response.mimetype in PACKED:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings.quality("gzip") and "Range" not in request.headers:
                response.direct_passthrough = False
                response.set_data(compressed(response.get_data()))
                response.content_encoding = "gzip"
                response.set_etag(response.get_etag()[0] or "", weak=True)
        return response


@lru_cache
def fingerprint(file: Path, changed: int) -> str:  # noqa: ARG001 - a changed file is read again
    """Eight hexadecimal digits that follow the content; raises FileNotFoundError."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:8]


@lru_cache
def compressed(data: bytes) -> bytes:
    """The same bytes each time: gzip without its time stamp."""
    return gzip.compress(data, mtime=0)
