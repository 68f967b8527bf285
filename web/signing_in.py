"""Logging in and out, and changing one's own password."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import (
    Blueprint, Flask, flash, redirect, render_template, request, session, url_for,
)  # fmt: skip
from flask_babel import gettext
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cases.access import Right
from cases.accounts import change_password, session_of, sign_in, sign_out, touch
from cases.errors import Invalid, Refused
from cases.people import Person
from web.door import asks, reading, vardtrad
from web.forms import flat_errors
from web.own_path import came_from, own_path

signing_in = Blueprint("signing_in", __name__)

OPEN_BEFORE_CHANGE = frozenset(
    {"static", "signing_in.change", "signing_in.log_out", "about.accessibility", "about.language"}
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


class _ByBrowser(LoginManager):
    """Binds a cookie to the browser alone: a phone's address changes between networks."""

    def __init__(self) -> None:
        super().__init__()
        self.session_protection = "strong"
        self._session_identifier_generator = lambda: request.user_agent.string[:300]


def init_signing_in(app: Flask) -> None:
    """Who is logged in, for how long, and where everybody else is sent."""
    manager = _ByBrowser()
    manager.user_loader(_signed_in)
    manager.unauthorized_handler(_to_login)
    manager.init_app(app)
    app.before_request(_ask_for_new_password)


def _signed_in(token: str) -> SignedIn | None:
    wiring = vardtrad()
    now, settings = wiring.now(), wiring.settings
    idle = timedelta(minutes=settings.idle_minutes)
    longest = timedelta(hours=settings.session_hours)
    with wiring.database.reading() as db:
        found = session_of(db, token, now, idle, longest)
    if found is None:
        return None
    if found.is_unseen(now):
        wiring.database.run(lambda db: touch(db, token, now))
    return SignedIn(token, found.person_id, found.must_change)


def _to_login() -> Response:
    if session.pop("_user_id", None):
        flash(_("Du har loggats ut. Logga in igen för att fortsätta."), "info")
    # Without the query: a filter may name a colleague, and addresses are logged by servers.
    onward = own_path(request.path if request.method == "GET" else came_from().partition("?")[0])
    return redirect(url_for("signing_in.log_in", vidare=None if onward == "/" else onward), 303)


def _ask_for_new_password() -> Response | None:
    if request.endpoint in OPEN_BEFORE_CHANGE or not current_user.is_authenticated:
        return None
    return redirect(url_for("signing_in.change"), 303) if current_user.must_change else None


@signing_in.route("/logga-in", methods=["GET", "POST"])
def log_in() -> Any:
    """The page that needs no login; its address remembers where the person was going."""
    onward = own_path(request.values.get("vidare"))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(onward, 303)
        return _login_page(onward)
    username = request.form.get("username", "")
    outcome = _counted(
        lambda db, now: sign_in(
            db, username, request.form.get("password", ""), request.remote_addr or "", now
        )
    )
    if isinstance(outcome, Refused):
        return _login_page(onward, username, outcome), outcome.http
    if current_user.is_authenticated:
        _end_login()
    return _begin_login(outcome, onward)


@signing_in.post("/logga-ut")
@asks(Right.OWN_ACCOUNT)
def log_out() -> Response:
    """Ends the login on the server, so that a copied cookie is worth nothing."""
    _end_login()
    _fresh_cookie()
    flash(_("Du är utloggad."), "success")
    return redirect(url_for("signing_in.log_in"), 303)


@signing_in.route("/losenord", methods=["GET", "POST"])
@asks(Right.OWN_ACCOUNT)
def change() -> Any:
    """One's own password; the login is renewed and every other one of the person's is ended."""
    if request.method == "GET":
        return render_template("pages/password.html", errors={})
    new = request.form.get("new_password", "")
    if new != request.form.get("new_password_again", ""):
        again = {"new_password_again": [_("De två nya lösenorden är inte lika.")]}
        return render_template("pages/password.html", errors=again), 422
    person_id = current_user.person_id

    def operation(db: Session, now: datetime) -> str:
        person = db.get_one(Person, person_id)
        current = request.form.get("password", "")
        return change_password(db, person, current, new, request.remote_addr or "", now)

    outcome = _counted(operation)
    if isinstance(outcome, Invalid):
        return render_template("pages/password.html", errors=flat_errors(outcome.errors)), 422
    if isinstance(outcome, Refused):
        errors = {"password": [gettext(outcome.msgid, **outcome.values)]}
        return render_template("pages/password.html", errors=errors), outcome.http
    flash(_("Lösenordet är bytt. Du är utloggad på alla andra ställen."), "success")
    return _begin_login(outcome, "/")


def _counted(operation: Callable[[Session, datetime], str]) -> str | Refused:
    """Commits when refused too: a failed attempt must be counted."""
    wiring = vardtrad()
    now = wiring.now()

    def outcome(db: Session) -> str | Refused:
        try:
            return operation(db, now)
        except Refused as refused:
            return refused

    return wiring.database.run(outcome)


def _begin_login(token: str, onward: str) -> Response:
    _fresh_cookie()
    login_user(_signed_in(token))
    return redirect(_home() if onward == "/" else onward, 303)


def _end_login() -> None:
    wiring, token = vardtrad(), current_user.token
    wiring.database.run(lambda db: sign_out(db, token, wiring.now()))


def _fresh_cookie() -> None:
    # Nothing planted in the cookie before the login may live on after it.
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _home() -> str:
    with reading() as work:
        works = work.access.has(Right.WORK) or not work.access.has(Right.ADMINISTER)
    return "/" if works else url_for("people.everyone")


def _login_page(onward: str, username: str = "", refused: Refused | None = None) -> str:
    error = gettext(refused.msgid, **refused.values) if refused else ""
    return render_template(
        "pages/log_in.html", onward=onward, username=username, error=error, practice=_practice()
    )


def _practice() -> tuple[str, tuple[Any, ...]] | None:
    wiring = vardtrad()
    if not wiring.settings.demo:
        return None
    from web.demo import PASSWORD, logins  # no real installation holds a known password

    with wiring.database.reading() as db:
        return PASSWORD, tuple(logins.demo_logins(db))
