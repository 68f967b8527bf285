"""The OpenAPI document, made of the endpoints themselves."""

from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask

from cases.tokens import SCOPES
from web.api.doors import api
from web.api.problems import MEDIA_TYPE, TITLES, ProblemSchema
from web.numbers import Name, Number

ABOUT = """\
Vårdtråd keeps the steps of municipal health care and their time limits. A program acts for the
person whose token it shows: it may do what that person may, every read of a patient's case is
written in the access log, and the texts are in Swedish unless Accept-Language asks for English.

A case is opened by POST /cases with the key of a definition and its opening form (JSON Schema in
GET /definitions/{key}). GET /cases/{reference} tells where it stands: the open steps with their
clocks, who may do them, and the JSON Schema of each step's form. Do a step by POST /steps/{id}.

Times are RFC 3339 with the offset of Swedish time. Changes of a case take If-Match with its ETag as
it was read, and an Idempotency-Key: the same key and body again is answered as the first time and
has no further effect. After a change, read the case again to see what is next.

What cannot be done is told as application/problem+json (RFC 9457): errors names each field that
must be put right. A list is read on by sending its next as after.
"""

VERSION = "1"


class OpenApi(flask_smorest.Api):
    """Every answer is described by its own status; none by a default."""

    DEFAULT_ERROR_RESPONSE_NAME = ""

    def __init__(self, app: Flask, **spec: Any) -> None:
        flask_smorest.Api.__init__(self, app, spec_kwargs=spec)

    def _register_error_handlers(self) -> None:
        """web.app answers errors, for pages and programs alike."""

    def _register_pagination_header(self) -> None:
        """Pages of a list tell the next in their body."""

    def _register_responses(self) -> None:
        for status in TITLES:
            name, phrase = HTTPStatus(status).name, HTTPStatus(status).phrase
            content = {MEDIA_TYPE: {"schema": ProblemSchema}}
            described = {"description": phrase, "content": content}
            self.spec.components.response(name, described, lazy=True)


def describe(app: Flask, base_url: str) -> dict[str, Any]:
    """Registers the blueprint `api`; the document is the same as long as the application runs."""
    described: flask_smorest.Api = OpenApi(
        app,
        title="Vårdtråd",
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": ABOUT},
        servers=[{"url": base_url}],
    )
    described.register_converter(Name, lambda _name: _NAME)
    described.register_converter(Number, lambda _number: _NUMBER)
    described.spec.components.security_scheme(
        "token",
        {
            "type": "http",
            "scheme": "bearer",
            "description": f"Made with `vardtrad token create`; scopes: {', '.join(SCOPES)}.",
        },
    )
    described.register_blueprint(api)
    document: dict[str, Any] = described.spec.to_dict()
    del document["tags"]  # the blueprint's; the endpoints name their own
    return document


_NAME = {"type": "string", "minLength": 1, "maxLength": 100}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
