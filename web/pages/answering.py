"""Somebody outside with a link: the second check, the answer, and what came of it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cases.errors import Refused
from cases.links import AnswerLink, Standing, standing
from cases.outside import give, look, prove, question_of, use
from web.case_forms import sent, typed_texts
from web.door import vardtrad
from web.pages.answer_check import count_wrong_code, found, is_proven, keep_proof
from web.pages.answer_frame import Page, closed, drawn
from web.pages.answer_pages import CODE, front, question, thanks, typed
from workflow.words import _

answering = Blueprint("answering", __name__)


@answering.route("/svar/<token>", methods=["GET", "POST"])
def answer(token: str) -> Any:
    """No patient is shown before the second check; each use of a link is kept."""
    wiring, refused = vardtrad(), None
    now = wiring.now()
    if request.method == "POST" and CODE not in request.form:
        try:
            page = wiring.database.run(lambda db: _send(db, token, now))
        except Refused as error:
            refused = error
        else:
            return drawn(page)
    return drawn(wiring.database.run(lambda db: _open(db, token, now, refused)))


@answering.after_request
def keep_out_of_indexes(response: Response) -> Response:
    """Whoever forwards a link to a page of links must not make it easy to find."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _send(db: Session, token: str, now: datetime) -> Page:
    """Raises Invalid for a form with faults, and then nothing has been changed."""
    link = found(db, token, now)
    if isinstance(link, Page):
        return link
    if not is_proven(link, now):
        stands = look(db, link, "unproven", now)
        return front(db, link, now, 403) if stands is Standing.ALIVE else closed(stands)
    form = question_of(db, vardtrad().routines, link, now).form
    given = sent(form)
    if give(db, vardtrad().routines, link, given.data, given.key, now):
        return Page(303)
    return closed(standing(link, now), kept=typed_texts(form))


def _open(db: Session, token: str, now: datetime, refused: Refused | None) -> Page:
    link = found(db, token, now)
    if isinstance(link, Page):
        return link
    if request.method == "POST" and refused is None:
        return _check(db, link, token, now)
    proven = is_proven(link, now)
    if proven and standing(link, now) is Standing.ANSWERED:
        return thanks(db, link, now)
    stands = look(db, link, "read" if proven else "opened", now)
    if stands is not Standing.ALIVE:
        return closed(stands)
    return question(db, link, now, refused) if proven else front(db, link, now)


def _check(db: Session, link: AnswerLink, token: str, now: datetime) -> Page:
    right = prove(db, link, request.form[CODE], now)
    stands = standing(link, now)
    if not right:
        count_wrong_code(db, token, now)
        return front(db, link, now, 422) if stands is Standing.ALIVE else closed(stands)
    keep_proof(link, now)
    if not typed():
        return Page(303)
    use(db, link, "read", now)
    return question(db, link, now, Refused(_("Ditt svar är inte skickat än. Skicka det nu.")))
