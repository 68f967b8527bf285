"""What every endpoint goes through: token, right, scope, what was sent, and how it is described."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from flask import Request
from flask_smorest.blueprint import Blueprint
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from cases.access import Right
from cases.errors import Invalid, Refused
from web.api import ROOT
from web.door import View, asks, note_refusal, user
from workflow.words import _

READ, WRITE, STATISTICS = "read", "write", "statistics"
"""Scopes of a token (cases.tokens.SCOPES)."""

_ALWAYS = (401, 403, 429, 500)
_SENDING = (400, 413, 415, 422)


class LacksScope(Refused):
    """The token may not be used for it, whatever the person may do."""

    http = 403

    def __init__(self, scope: str) -> None:
        super().__init__(_("Nyckeln gäller inte för det här. Den behöver %(scope)s."), scope=scope)


class _Parser(FlaskParser):
    """Faults go the way of every other refusal, with the names of their fields."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            sent = req.get_json()
        except RecursionError:
            raise BadRequest from None
        return sent

    def handle_error(self, error: Any, *_args: Any, **_kwargs: Any) -> Any:
        (messages,) = error.messages.values()  # by location, and each schema has one
        raise Invalid(messages if isinstance(messages, dict) else {"": messages})


api = Blueprint("api", __name__, url_prefix=ROOT)
api.ARGUMENTS_PARSER = _Parser()


def door(
    method: str,
    rule: str,
    right: Right,
    scope: str,
    answer: type[Schema],
    *,
    status: int = 200,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    also: tuple[int, ...] = (),
    tag: str = "cases",
    **documented: Any,
) -> Callable[[View], View]:
    """An endpoint under ROOT whose view answers what `answer` dumps.

    The view takes what `query` or `body` loads first, then what the rule names. `also` are other
    statuses it may refuse with; `documented` goes into the operation of the OpenAPI document.
    """

    def decorate(view: View) -> View:
        refusals = {*_ALWAYS, *also, *([404] if "<" in rule else [])}
        refusals |= {422} if query else set()
        refusals |= set(_SENDING) if body else set()
        built = api.response(status, answer, headers=documented.pop("headers", None))(view)
        if query:
            built = api.arguments(query, location="query", unknown=RAISE)(built)
        if body:
            built = api.arguments(body)(built)
        built = asks(right)(_scoped(scope, built))
        for code in sorted(refusals):
            built = api.alt_response(code, HTTPStatus(code).name)(built)
        described = {"security": [{"token": [scope]}], "operationId": view.__name__} | documented
        built = api.doc(**described)(built)
        api.route(rule, methods=[method], tags=[tag])(built)
        return cast(View, built)

    return decorate


def _scoped(scope: str, view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if scope not in user.scopes:
            note_refusal(kwargs)
            raise LacksScope(scope)
        return view(*args, **kwargs)

    return guarded
