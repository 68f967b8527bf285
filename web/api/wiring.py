"""The API put into the application."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_wtf.csrf import CSRFProtect

from web.api import changing, definitions, overdue, reading, statistics
from web.api.describing import describe
from web.api.doors import api
from web.api.reference import reference

ENDPOINTS = (reading, changing, overdue, statistics, definitions)
"""The modules whose doors stand open; importing one puts its doors on the blueprint."""


class InOrder(DefaultJSONProvider):
    """A form's fields come in the order they are asked in."""

    sort_keys = False


def init_api(app: Flask, csrf: CSRFProtect, base_url: str) -> None:
    """A token in a header cannot be sent by another site's form, so no CSRF token is asked for."""
    app.json = InOrder(app)
    csrf.exempt(api)
    app.extensions["openapi"] = describe(app, base_url)
    app.register_blueprint(reference)
