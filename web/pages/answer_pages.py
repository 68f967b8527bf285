"""The pages of a link that works: the check, the question and the thanks."""

from datetime import datetime

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from cases.errors import Refused
from cases.links import MOST_WRONG, AnswerLink
from cases.outside import Question, answer_of, question_of, use
from web.case_forms import asked
from web.door import vardtrad
from web.forms import Described
from web.pages.answer_frame import Page
from web.spoken import pairs

CODE = "code"


def typed() -> list[tuple[str, str]]:
    """An answer that was sent before the second check was passed, to be sent along with it."""
    left_out = ("csrf_token", "revision", CODE)
    return [pair for pair in request.form.items(multi=True) if pair[0] not in left_out]


def front(db: Session, link: AnswerLink, now: datetime, status: int = 200) -> Page:
    """Asks for the code, and says nothing of the patient."""
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
    asks = question_of(db, vardtrad().routines, link, now)
    words = {
        "question": asks,
        "code": code,
        "errors": errors,
        "typed": typed(),
        "calendar": _calendar(asks, now),
    }
    return Page(status, "answer_check", words)


def question(db: Session, link: AnswerLink, now: datetime, refused: Refused | None) -> Page:
    """Whom it is about, and the form."""
    case, asks = link.step.case, question_of(db, vardtrad().routines, link, now)
    words = {
        "question": asks,
        "asked": asked(None, asks.form, "", refused=refused),
        "calendar": _calendar(asks, now),
        "patient": case.patient.name,
        "number": f"{case.patient.number[:8]}-{case.patient.number[8:]}",
    }
    return Page(refused.http if refused else 200, "answer", words)


def _calendar(question: Question, now: datetime) -> str:
    """Where the meeting can be fetched to a calendar; empty without a meeting ahead."""
    if question.meeting is None or question.meeting.at <= now:
        return ""
    return url_for("calendars.of_party", **(request.view_args or {}))


def thanks(db: Session, link: AnswerLink, now: datetime) -> Page:
    """To the browser that answered: what came, and that it can be read again."""
    use(db, link, "read_answer", now)
    asks = question_of(db, vardtrad().routines, link, now)
    said = pairs(answer_of(db, vardtrad().routines, link))
    calendar = _calendar(asks, now)
    words = {"question": asks, "said": said, "at": link.answered_at, "calendar": calendar}
    return Page(200, "answer_thanks", words)
