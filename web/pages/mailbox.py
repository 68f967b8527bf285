"""The practice town's mailbox: what has been mailed, for those who want to see it happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select, true
from sqlalchemy.orm import joinedload

from cases.access import Right
from cases.links import Standing, standing
from notifications.models import OutboxMail
from web.door import asks, reading, vardtrad
from web.numbers import number
from web.pages.calendar_files import calendar_answer, invitation_text

mailbox = Blueprint("mailbox", __name__)

ON_A_PAGE = 30
PARTIES = "parter"
"""In the address: only letters to parties outside."""


@dataclass(frozen=True)
class Shown:
    """A mail; `answer_url` works while the link lives, as it does in the mail that was sent."""

    mail: OutboxMail
    recipient: str
    answer_url: str
    has_calendar: bool


@mailbox.get("/postlada")
@asks(Right.DEFINITIONS)
def newest() -> Any:
    """Mails hold no patient data; in a real installation the page does not exist."""
    _only_practice()
    page = max(1, request.args.get("sida", 1, type=number))
    only_letters = request.args.get("till") == PARTIES
    with reading() as work:
        mails = work.session.scalars(
            select(OutboxMail)
            .where(
                OutboxMail.attempts > 0,
                OutboxMail.letter_id.is_not(None) if only_letters else true(),
            )
            .options(joinedload(OutboxMail.recipient), joinedload(OutboxMail.letter))
            .order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
            .offset((page - 1) * ON_A_PAGE)
            .limit(ON_A_PAGE + 1)
        ).all()
        shown = _shown(mails[:ON_A_PAGE], work.now)
    return render_template(
        "pages/mailbox.html",
        mails=shown,
        number=page,
        more=len(mails) > ON_A_PAGE,
        to=PARTIES if only_letters else None,
    )


@mailbox.get("/postlada/<int:mail_id>/kalender.ics")
@asks(Right.DEFINITIONS)
def calendar_of(mail_id: int) -> Any:
    """The file that came with a letter."""
    _only_practice()
    with reading() as work:
        mail = work.session.get(OutboxMail, mail_id)
        file = invitation_text(mail.letter, work.now) if mail and mail.letter else None
    return calendar_answer(file, "mote") if file else abort(404)


def _only_practice() -> None:
    if not vardtrad().settings.demo:
        abort(404)


def _shown(mails: Sequence[OutboxMail], now: datetime) -> list[Shown]:
    return [
        Shown(
            mail,
            mail.recipient.name if mail.recipient else mail.letter.name if mail.letter else "",
            _answer_url(mail, now),
            bool(mail.letter and mail.letter.invitation),
        )
        for mail in mails
    ]


def _answer_url(mail: OutboxMail, now: datetime) -> str:
    link = mail.letter.link if mail.letter else None
    alive = link is not None and standing(link, now) is Standing.ALIVE
    return vardtrad().settings.sender.answer_page(link) if link and alive else ""
