"""The web application: wiring, headers, languages, and errors as pages."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, render_template, request, session
from flask_babel import Babel, gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from cases.errors import Refused
from web import assets
from web.api import is_api
from web.api.problems import problem, problem_of, problem_of_http
from web.api.wiring import init_api
from web.door import Vardtrad, clock
from web.navigation import init_navigation
from web.numbers import Name, Number
from web.pages import PAGES
from web.pages.answer_frame import frame, is_outside
from web.settings import Settings, read_settings
from web.signing_in import init_signing_in
from web.words import init_words
from workflow.words import _

LARGEST_REQUEST = 4_000_000
"""Bytes; more than any form's fields together, so that too long a text is told beside its field."""

PUBLIC = frozenset(
    {
        "static",
        "signing_in.log_in",
        "about.accessibility",
        "about.language",
        "monitoring.alive",
        "monitoring.ready",
        "monitoring.metrics",
        "answering.answer",
        "calendars.feed",
        "calendars.of_party",
        "api_reference.openapi",
        "api_reference.page",
    }
)
"""Endpoints that need no login; every other view says what right it asks for."""

CONTENT_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def create_app(settings: Settings, now: Callable[[], datetime] = clock) -> Flask:
    """The application over a migrated database; `now` is a port, so that tests can set the time."""
    app = Flask("web", static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=5000,
        SESSION_COOKIE_NAME="vardtrad",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure,
        BABEL_DEFAULT_LOCALE="sv",
        BABEL_DEFAULT_TIMEZONE="Europe/Stockholm",
    )
    app.extensions["vardtrad"] = Vardtrad.wired(settings, now)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters.update(default=Name, int=Number)
    assets.register(app)
    Babel(app, locale_selector=_language)
    csrf = CSRFProtect(app)
    init_signing_in(app)
    init_words(app)
    init_navigation(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    init_api(app, csrf, settings.base_url)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_headers)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]  # Flask's own advice
    return app


def _language() -> str:
    chosen = session.get("language")
    if chosen is None and is_api():
        chosen = request.accept_languages.best_match(("sv", "en"))
    return "en" if chosen == "en" else "sv"


def _headers(response: Response) -> Response:
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response


_TITLES = {
    400: _("Det gick inte att förstå"),
    403: _("Du har inte tillgång"),
    404: _("Sidan finns inte"),
    405: _("Det går inte att göra så"),
    409: _("Det gick inte att göra"),
    413: _("För mycket på en gång"),
    422: _("Något behöver rättas"),
    429: _("För många försök"),
}
_TEXTS = {
    400: _("Något i det som skickades gick inte att läsa. Gå tillbaka och försök igen."),
    404: _("Adressen stämmer inte, eller så får du inte se det som finns där."),
    413: _("Det som skickades är för stort. Korta texten och försök igen."),
    429: _("Vänta en stund och försök igen."),
}


def _page(code: int, title: str, text: str, **more: Any) -> tuple[str, int]:
    if is_outside(request.path):
        more |= frame() | {"outside": True}
    return render_template("errors/error.html", code=code, title=title, text=text, **more), code


def _refused(error: Refused) -> Any:
    if is_api():
        return problem_of(error)
    text = gettext(error.msgid, **error.values)
    return _page(error.http, gettext(_TITLES.get(error.http, _TITLES[409])), text)


def _forged(_error: CSRFError) -> tuple[str, int]:
    text = _("Sidan hade legat öppen för länge. Gå tillbaka, ladda om sidan och skicka igen.")
    return _page(400, gettext(_TITLES[400]), gettext(text))


def _http_error(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400:
        return error
    if is_api():
        return problem_of_http(error)
    title, text = _TITLES.get(code, _TITLES[400]), _TEXTS.get(code, _TEXTS[400])
    return _page(code, gettext(title), gettext(text))


def _unexpected(error: Exception) -> Any:
    # Never the message: it may hold what somebody typed. The number lets support find the place.
    number = secrets.token_hex(4)
    place = _innermost(error)
    current_app.logger.error("fel %s: %s vid %s", number, type(error).__name__, place)
    text = gettext(
        _("Ett fel har inträffat hos oss. Inget har sparats. Fel nummer %(number)s."), number=number
    )
    if is_api():
        return problem(500, text)
    return _page(500, gettext(_("Något gick fel")), text)


def _innermost(error: Exception) -> str:
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def from_environment() -> Flask:
    """For gunicorn; raises FaultySettings or FaultyRules instead of starting half right."""
    return create_app(read_settings())
