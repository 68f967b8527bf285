"""Pages for somebody outside who has a link: the second check, the answer, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cases.errors import Refused
from cases.links import MOST_WRONG, AnswerLink, Standing, link_of, standing
from cases.outside import Question, answer_of, give, look, prove, question_of, use
from cases.throttling import Guesser, TooManyTries, count_failure, refuse_hasty
from web.case_forms import asked, sent, typed_texts
from web.door import vardtrad
from web.forms import Described
from web.spoken import pairs
from workflow.words import _

answering = Blueprint("answering", __name__)

PROVEN_FOR = timedelta(minutes=30)
"""How long a browser that has passed the second check may see whom the link is about."""

CODE = "code"

CLOSED = {
    Standing.ANSWERED: (
        _("Frågan är redan besvarad"),
        _("Svaret har kommit fram. Vill ni ändra det: ring samordnaren som skickade länken."),
    ),
    Standing.REVOKED: (
        _("Länken är stängd"),
        _("Ni kan ha fått en nyare länk i ett senare mejl. Annars: ring samordnaren."),
    ),
    Standing.LOCKED: (
        _("Länken är låst"),
        _("Fel kod har skrivits för många gånger. Ring samordnaren och be om en ny länk."),
    ),
    Standing.ENDED: (
        _("Svaret behövs inte längre"),
        _("Mötet kan ha ändrats, eller så har svaret kommit på ett annat sätt. Ring vid frågor."),
    ),
    Standing.EXPIRED: (
        _("Tiden för att svara har gått ut"),
        _("Ring samordnaren som skickade länken om ni ändå vill svara."),
    ),
}
UNKNOWN = (
    _("Länken fungerar inte"),
    _("Den kan ha blivit avklippt. Öppna den ur mejlet igen eller kopiera hela adressen."),
)


@dataclass(frozen=True)
class Page:
    """A page yet to be drawn; without a template the reader is sent to the link itself."""

    status: int
    template: str = ""
    words: dict[str, Any] = field(default_factory=dict)


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
            return _drawn(page)
    return _drawn(wiring.database.run(lambda db: _open(db, token, now, refused)))


@answering.after_request
def keep_out_of_indexes(response: Response) -> Response:
    """Whoever forwards a link to a page of links must not make it easy to find."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _drawn(page: Page) -> Any:
    if not page.template:
        return redirect(request.path, 303)
    # The frame of those who work here is not for others, even where one of them is logged in.
    frame = {"who": None, "nav": (), "last_sweep": None, "idle_seconds": None}
    words = frame | {"home_url": request.path} | page.words
    return render_template(f"pages/{page.template}.html", **words), page.status


def _send(db: Session, token: str, now: datetime) -> Page:
    """Raises Invalid for a form with faults, and then nothing has been changed."""
    link = _found(db, token, now)
    if isinstance(link, Page):
        return link
    if not _is_proven(link, now):
        found = look(db, link, "unproven", now)
        return _front(db, link, now, 403) if found is Standing.ALIVE else _closed(found)
    form = question_of(db, vardtrad().routines, link, now).form
    given = sent(form)
    if give(db, vardtrad().routines, link, given.data, given.key, now):
        return Page(303)
    return _closed(standing(link, now), typed=typed_texts(form))


def _open(db: Session, token: str, now: datetime, refused: Refused | None) -> Page:
    link = _found(db, token, now)
    if isinstance(link, Page):
        return link
    if request.method == "POST" and refused is None:
        return _check(db, link, token, now)
    proven = _is_proven(link, now)
    if proven and standing(link, now) is Standing.ANSWERED:
        return _thanks(db, link, now)
    found = look(db, link, "read" if proven else "opened", now)
    if found is not Standing.ALIVE:
        return _closed(found)
    return _question(db, link, now, refused) if proven else _front(db, link, now)


def _check(db: Session, link: AnswerLink, token: str, now: datetime) -> Page:
    right = prove(db, link, request.form[CODE], now)
    found = standing(link, now)
    if not right:
        _count(db, f"{CODE} {token}", now)
        return _front(db, link, now, 422) if found is Standing.ALIVE else _closed(found)
    earlier = {name: at for name, at in _proofs().items() if _is_fresh(at, now)}
    session["svar"] = earlier | {str(link.id): now.isoformat()}
    if not _typed():
        return Page(303)
    use(db, link, "read", now)
    return _question(db, link, now, Refused(_("Ditt svar är inte skickat än. Skicka det nu.")))


def _found(db: Session, token: str, now: datetime) -> AnswerLink | Page:
    try:
        refuse_hasty(db, _guesser(token), now)
    except TooManyTries as hasty:
        text = gettext(hasty.msgid, **hasty.values)
        return Page(hasty.http, "answer_closed", {"title": gettext("Vänta en stund"), "text": text})
    link = link_of(db, token, vardtrad().settings.secret_key)
    if link is not None:
        return link
    _count(db, token, now)
    title, text = map(gettext, UNKNOWN)
    return Page(404, "answer_closed", {"title": title, "text": text})


def _guesser(what: str) -> Guesser:
    # Apart from logins, so that a broken link keeps nobody at the same address from logging in.
    return Guesser.of(f"svar {what}", f"svar {request.remote_addr}")


def _count(db: Session, what: str, now: datetime) -> None:
    count_failure(db, _guesser(what), now)


def _proofs() -> dict[str, str]:
    proofs: dict[str, str] = session.get("svar", {})
    return proofs


def _is_proven(link: AnswerLink, now: datetime) -> bool:
    at = _proofs().get(str(link.id))
    return at is not None and _is_fresh(at, now)


def _is_fresh(at: str, now: datetime) -> bool:
    return now - datetime.fromisoformat(at) < PROVEN_FOR


def _typed() -> list[tuple[str, str]]:
    """An answer that was sent before the second check was passed, to be sent along with it."""
    left_out = ("csrf_token", "revision", CODE)
    return [pair for pair in request.form.items(multi=True) if pair[0] not in left_out]


def _front(db: Session, link: AnswerLink, now: datetime, status: int = 200) -> Page:
    errors = {}
    if status == 422:
        left = MOST_WRONG - link.wrong_codes
        errors = {CODE: [gettext("Koden stämmer inte. Du kan försöka %(n)s gånger till.", n=left)]}
    code = Described(
        CODE,
        gettext("Kod eller ärendets nummer"),
        "line",
        gettext("Samordnaren läser upp den för er på telefon."),
        required=True,
    )
    question = question_of(db, vardtrad().routines, link, now)
    words = {
        "question": question,
        "code": code,
        "errors": errors,
        "typed": _typed(),
        "calendar": _calendar(question, now),
    }
    return Page(status, "answer_check", words)


def _question(db: Session, link: AnswerLink, now: datetime, refused: Refused | None) -> Page:
    case, question = link.step.case, question_of(db, vardtrad().routines, link, now)
    words = {
        "question": question,
        "asked": asked(None, question.form, "", refused=refused),
        "calendar": _calendar(question, now),
        "patient": case.patient.name,
        "number": f"{case.patient.number[:8]}-{case.patient.number[8:]}",
    }
    return Page(refused.http if refused else 200, "answer", words)


def _calendar(question: Question, now: datetime) -> str:
    """Where the meeting can be fetched to a calendar; empty without a meeting ahead."""
    if question.meeting is None or question.meeting.at <= now:
        return ""
    return url_for("calendars.of_party", **(request.view_args or {}))


def _thanks(db: Session, link: AnswerLink, now: datetime) -> Page:
    use(db, link, "read_answer", now)
    question = question_of(db, vardtrad().routines, link, now)
    said = pairs(answer_of(db, vardtrad().routines, link))
    words = {"question": question, "said": said, "at": link.answered_at}
    return Page(200, "answer_thanks", words)


def _closed(found: Standing, typed: Any = ()) -> Page:
    title, text = map(gettext, CLOSED[found])
    return Page(410, "answer_closed", {"title": title, "text": text, "typed": typed})
