"""What anybody may reach: the accessibility statement and the language."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from web.navigation import LANGUAGES
from web.own_path import came_from

about = Blueprint("about", __name__)


@about.get("/tillganglighet")
def accessibility() -> Any:
    """The statement that 2018:1937 13 § asks for."""
    return render_template("pages/accessibility.html")


@about.post("/sprak")
def language() -> Response:
    """Keeps the choice in the cookie and goes back to the page it was made on."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(came_from(), 303)
