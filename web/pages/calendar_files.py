"""Calendar files as the web sends them."""

from datetime import datetime

from flask import Response

from cases.letters import Invitation, Letter
from notifications.calendar import invitation_file
from notifications.letter_words import meeting_words
from web.door import vardtrad


def calendar_answer(text: str, name: str) -> Response:
    """As a file to save; a mail program or a telephone offers to put it in the calendar."""
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return answer


def invitation_text(letter: Letter, now: datetime) -> str | None:
    """The calendar message of a letter; None for a letter without one."""
    if letter.invitation is None:
        return None
    summary = meeting_words(vardtrad().routines, letter.case)
    invitation = Invitation.of(letter.invitation)
    return invitation_file(
        invitation, summary, vardtrad().settings.sender.named, letter.to_address, now
    )
