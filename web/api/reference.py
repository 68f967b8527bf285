"""The OpenAPI document, and the same to read as a page."""

from typing import Any

from flask import Blueprint, current_app, jsonify, render_template
from werkzeug.wrappers import Response

from web.api import ROOT
from web.api.shapes import operations, shapes

reference = Blueprint("api_reference", __name__, url_prefix=ROOT)


@reference.get("/openapi.json")
def openapi() -> Response:
    """Open to anybody: it tells nothing of what is stored."""
    return jsonify(_document())


@reference.get("/")
def page() -> Any:
    """Every endpoint with what it takes and answers."""
    document = _document()
    return render_template(
        "pages/api_reference.html",
        about=document["info"]["description"].strip().split("\n\n"),
        base_url=document["servers"][0]["url"],
        operations=tuple(operations(document)),
        shapes=tuple(shapes(document)),
    )


def _document() -> dict[str, Any]:
    document: dict[str, Any] = current_app.extensions["openapi"]
    return document
