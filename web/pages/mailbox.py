"""The practice town's mailbox: what has been mailed, for those who want to see it happen."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select

from cases.access import Right
from cases.people import Person
from notifications.models import OutboxMail
from web.door import asks, reading, vardtrad
from web.numbers import number

mailbox = Blueprint("mailbox", __name__)

ON_A_PAGE = 30


@mailbox.get("/postlada")
@asks(Right.DEFINITIONS)
def newest() -> Any:
    """Mails hold no patient data; in a real installation the page does not exist."""
    if not vardtrad().settings.demo:
        abort(404)
    page = max(1, request.args.get("sida", 1, type=number))
    with reading() as work:
        mails = work.session.execute(
            select(
                OutboxMail.subject,
                OutboxMail.text,
                OutboxMail.to_address,
                OutboxMail.created_at,
                OutboxMail.sent_at,
                OutboxMail.failed_at,
                OutboxMail.dropped_at,
                OutboxMail.next_attempt_at,
                Person.name.label("recipient"),
            )
            .join(OutboxMail.recipient)
            .where(OutboxMail.attempts > 0)
            .order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
            .offset((page - 1) * ON_A_PAGE)
            .limit(ON_A_PAGE + 1)
        ).all()
    return render_template(
        "pages/mailbox.html", mails=mails[:ON_A_PAGE], number=page, more=len(mails) > ON_A_PAGE
    )
