"""What anybody may reach: accessibility, the language, and whether the system is up."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from web.door import vardtrad
from web.navigation import LANGUAGES
from web.own_path import came_from

about = Blueprint("about", __name__)


@about.get("/tillganglighet")
def accessibility() -> Any:
    """The statement that 2018:1937 13 § asks for."""
    return render_template("pages/accessibility.html")


@about.get("/halsa")
def health() -> Any:
    """200 when the database answers, else 503; for monitoring, so it tells nothing more."""
    try:
        with vardtrad().database.reading() as db:
            db.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"status": "database"}, 503
    return {"status": "ok"}


@about.post("/sprak")
def language() -> Response:
    """Keeps the choice in the cookie and goes back to the page it was made on."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(came_from(), 303)
