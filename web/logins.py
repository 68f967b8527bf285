"""Who is logged in at this browser, and for how long."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, login_user
from werkzeug.wrappers import Response

from cases.accounts import session_of, sign_out, touch
from web.api import is_api
from web.api.bearer import program_of, turn_away
from web.door import user, vardtrad
from web.own_path import came_from, own_path

OPEN_BEFORE_CHANGE = frozenset(
    {
        "static",
        "signing_in.change",
        "signing_in.log_out",
        "about.accessibility",
        "about.language",
        "monitoring.alive",
        "monitoring.ready",
    }
)
"""What can be reached before a password that somebody else has chosen is changed."""


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """What `current_user` is once logged in; roles are read anew in each transaction."""

    token: str
    person_id: int
    must_change: bool

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


def init_logins(app: Flask) -> None:
    """The user loader, and where everybody who is not logged in is sent."""
    manager = LoginManager()
    manager.session_protection = "strong"
    # Bound to the browser alone, since a phone's address changes between networks.
    manager._session_identifier_generator = _browser  # noqa: SLF001  there is no public way
    manager.user_loader(_of_browser)
    manager.request_loader(program_of)
    manager.unauthorized_handler(_to_login)
    manager.init_app(app)
    app.before_request(_ask_for_new_password)


def begin_login(token: str) -> None:
    """In a cookie where nothing planted before the login lives on, but for the language."""
    if user.is_authenticated:
        end_login()
    _fresh_cookie()
    login_user(_signed_in(token))


def end_login() -> None:
    """Ended on the server too, so that a copied cookie is worth nothing."""
    wiring, token = vardtrad(), user.token
    wiring.database.run(lambda db: sign_out(db, token, wiring.now()))
    _fresh_cookie()


def _browser() -> str:
    return request.user_agent.string[:300]


def _of_browser(token: str) -> SignedIn | None:
    # Another site may have a browser send its cookie, so it opens nothing to programs.
    return None if is_api() else _signed_in(token)


def _signed_in(token: str) -> SignedIn | None:
    wiring = vardtrad()
    now, settings = wiring.now(), wiring.settings
    idle = timedelta(minutes=settings.idle_minutes)
    longest = timedelta(hours=settings.session_hours)
    with wiring.database.reading() as db:
        found = session_of(db, token, now, idle, longest)
        if found is None:
            return None
        # A board that refreshes by itself is not somebody at work.
        unseen = found.is_unseen(now) and "HX-Request" not in request.headers
        signed_in = SignedIn(token, found.person_id, found.must_change)
    if unseen:
        wiring.database.run(lambda db: touch(db, token, now))
    return signed_in


def _to_login() -> Response:
    if is_api():
        turn_away()
    if session.pop("_user_id", None):
        flash(_("Du har loggats ut. Logga in igen för att fortsätta."), "info")
    # Without the query: a filter may name a colleague, and addresses are logged by servers.
    onward = own_path(request.path if request.method == "GET" else came_from().partition("?")[0])
    return redirect(url_for("signing_in.log_in", vidare=None if onward == "/" else onward), 303)


def _ask_for_new_password() -> Response | None:
    if request.endpoint in OPEN_BEFORE_CHANGE or not user.is_authenticated:
        return None
    return redirect(url_for("signing_in.change"), 303) if user.must_change else None


def _fresh_cookie() -> None:
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
