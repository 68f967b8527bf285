"""Keys with which other programs act for a person: one's own, made and revoked."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cases.access import Right
from cases.tokens import ApiToken, NewToken, make_token, revoke, tokens_of
from web.admin_words import scope_words
from web.door import Work, asks, reading, user, work_out
from web.pages.asking import ask

tokens = Blueprint("tokens", __name__)


@tokens.get("/nycklar")
@asks(Right.OWN_ACCOUNT)
def own() -> Any:
    """Every key the person has had; what is secret in it is shown only as it is made."""
    with reading() as work:
        mine = tokens_of(work.session, work.access.person_id)
    return render_template("pages/tokens.html", tokens=mine, now=work.now, scope_words=scope_words)


@tokens.route("/nycklar/ny", methods=["GET", "POST"])
@asks(Right.OWN_ACCOUNT)
def new() -> Any:
    """The secret is in the answer alone, in a page that the browser does not keep."""

    def make(work: Work, data: Mapping[str, Any]) -> tuple[ApiToken, str]:
        return make_token(work.session, work.access, data, work.now)

    return ask(
        lambda work: NewToken(now=work.now),
        make,
        lambda made: make_response(
            render_template(
                "pages/token.html", token=made[0], secret=made[1], scope_words=scope_words
            )
        ),
        initial=lambda work: NewToken(now=work.now).initial(),
        title=_("Ny nyckel"),
        submit=_("Gör nyckeln"),
        back=url_for("tokens.own"),
    )


@tokens.post("/nycklar/<int:token_id>/aterkalla")
@asks(Right.OWN_ACCOUNT)
def end(token_id: int) -> Response:
    """One's own, or anybody's for an administrator, who goes back to that person's page."""
    token = work_out(lambda work: revoke(work.session, work.access, token_id, work.now))
    flash(_("Nyckeln är återkallad. Programmet som hade den kommer inte in längre."), "success")
    if token.person_id == user.person_id:
        return redirect(url_for("tokens.own"), 303)
    return redirect(url_for("people.one", person_id=token.person_id), 303)
