"""What a form answers when it cannot accept a value."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from workflow.words import _


class Message(str):
    """A user's message: Swedish text that remembers its msgid and values for translation."""

    __slots__ = ("msgid", "values")

    msgid: str
    values: Mapping[str, Any]

    def __new__(cls, msgid: str, **values: Any) -> "Message":
        message = super().__new__(cls, msgid % values if values else msgid)
        message.msgid, message.values = msgid, values
        return message


MISSING = Message(_("Fyll i det här."))
UNREADABLE = Message(_("Det här går inte att läsa. Skriv om det."))
ROWS_DIFFER = Message(_("Raderna stämmer inte med ärendet. Läs om sidan."))


def refusal(msgid: str, **values: Any) -> ValidationError:
    """The error to raise for one field; marshmallow puts it beside that field."""
    return ValidationError(Message(msgid, **values))
