"""What could not be done, as application/problem+json (RFC 9457) in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app
from flask_babel import gettext
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from cases.errors import Invalid, Refused
from cases.throttling import TooManyTries
from web.forms import flat_errors
from workflow.words import _

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: _("Det gick inte att förstå"),
    401: _("Ingen giltig nyckel"),
    403: _("Du har inte tillgång"),
    404: _("Det finns inte"),
    405: _("Det går inte att göra så"),
    409: _("Det gick inte att göra"),
    412: _("Ärendet har ändrats"),
    413: _("För mycket på en gång"),
    415: _("Skicka JSON"),
    422: _("Något behöver rättas"),
    428: _("If-Match saknas"),
    429: _("För många försök"),
    500: _("Något gick fel"),
}
_TEXTS = {
    400: _("Det som skickades är inte JSON som går att läsa."),
    401: _("Skicka en nyckel som gäller: Authorization: Bearer vtt_…"),
    404: _("Adressen stämmer inte, eller så får du inte se det som finns där."),
    405: _("Adressen tar inte emot den metoden. Se Allow."),
    413: _("Det som skickades är för stort."),
    415: _("Skicka Content-Type: application/json."),
}

_KEPT = ("Allow", "WWW-Authenticate")


class FaultSchema(Schema):
    """One field that must be put right."""

    field = fields.String(
        required=True,
        metadata={"description": "Path in the body sent, such as form.measures.0.what, or name."},
    )
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457; texts are in Swedish, or in English when Accept-Language asks for it."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))


def problem(
    status: int,
    detail: str = "",
    errors: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`errors` is marshmallow's; only statuses of TITLES are answered."""
    body: dict[str, Any] = {"type": "about:blank", "title": gettext(TITLES[status])}
    body["status"] = status
    if detail:
        body["detail"] = detail
    if errors:
        flat = flat_errors(errors, between=".")
        # Marshmallow's name for what is wrong with the whole is no name in what was sent.
        body["errors"] = [
            {"field": name.removesuffix("_schema").rstrip("."), "detail": " ".join(flat[name])}
            for name in flat
        ]
    return Response(current_app.json.dumps(body), status, headers, content_type=MEDIA_TYPE)


def problem_of(error: Refused) -> Response:
    """An operation's refusal."""
    if isinstance(error, Invalid):
        text = gettext(_("I errors står vilka fält det gäller och vad som är fel."))
        return problem(error.http, text, error.errors)
    text = gettext(error.msgid, **error.values)
    if isinstance(error, TooManyTries):
        return problem(error.http, text, headers={"Retry-After": str(60 * error.values["n"])})
    return problem(error.http, text)


def problem_of_http(error: HTTPException) -> Response:
    """What Flask refused before any operation was asked."""
    status = error.code if error.code in TITLES else None
    text = gettext(_TEXTS[status]) if status in _TEXTS else ""
    kept = {name: value for name, value in error.get_headers() if name in _KEPT}
    return problem(status or 400, text, headers=kept)
