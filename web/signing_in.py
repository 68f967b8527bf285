"""Logging in and out, and changing one's own password."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cases.access import Right
from cases.accounts import change_password, sign_in
from cases.errors import Invalid, Refused
from cases.people import Person
from web.door import asks, reading, user, vardtrad
from web.forms import flat_errors
from web.logins import begin_login, end_login, init_logins
from web.own_path import own_path

signing_in = Blueprint("signing_in", __name__)


def init_signing_in(app: Flask) -> None:
    """Before the blueprints, since every view asks who is logged in."""
    init_logins(app)


@signing_in.route("/logga-in", methods=["GET", "POST"])
def log_in() -> Any:
    """The page that needs no login; its address remembers where the person was going."""
    onward = own_path(request.values.get("vidare"))
    if request.method == "GET":
        return redirect(onward, 303) if user.is_authenticated else _login_page(onward)
    username = request.form.get("username", "")
    outcome = _counted(
        lambda db, now: sign_in(
            db, username, request.form.get("password", ""), request.remote_addr or "", now
        )
    )
    if isinstance(outcome, Refused):
        return _login_page(onward, username, outcome), outcome.http
    begin_login(outcome)
    return redirect(_home() if onward == "/" else onward, 303)


@signing_in.post("/logga-ut")
@asks(Right.OWN_ACCOUNT)
def log_out() -> Response:
    """Needs no role, so that nobody is locked in."""
    end_login()
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

    def operation(db: Session, now: datetime) -> str:
        person = db.get_one(Person, user.person_id)
        current = request.form.get("password", "")
        return change_password(db, person, current, new, request.remote_addr or "", now)

    outcome = _counted(operation)
    if isinstance(outcome, Refused):
        return render_template("pages/password.html", errors=_errors(outcome)), outcome.http
    begin_login(outcome)
    flash(_("Lösenordet är bytt. Du är utloggad på alla andra ställen."), "success")
    return redirect(_home(), 303)


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


def _errors(refused: Refused) -> dict[str, list[str]]:
    if isinstance(refused, Invalid):
        return flat_errors(refused.errors)
    return {"password": [gettext(refused.msgid, **refused.values)]}


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
    # A real installation never loads the module that holds a known password.
    logins = import_module("web.demo.logins")
    password = import_module("web.demo").PASSWORD
    with wiring.database.reading() as db:
        return password, tuple(logins.demo_logins(db))
