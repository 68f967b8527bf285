"""What an operation refuses, in words for the person who asked; doors translate them once."""

from collections.abc import Mapping
from typing import Any

from workflow.words import _


class Refused(Exception):
    """Nothing has been changed; `http` is the answer a web door gives."""

    http = 409

    def __init__(self, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.msgid, self.values = msgid, values


class NotFound(Refused):
    """The thing asked for does not exist, or the person may not know that it does."""

    http = 404


class NotAllowed(Refused):
    """The person lacks the role, the unit or the dates for it."""

    http = 403


class Stale(Refused):
    """Somebody has changed the case since the form was drawn."""

    def __init__(self) -> None:
        super().__init__(
            _("Ärendet har ändrats sedan du öppnade sidan. Läs igenom och spara igen.")
        )


class Invalid(Refused):
    """`errors` is marshmallow's: field to messages, nested for rows."""

    http = 422

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(_("Något behöver rättas. Det du har skrivit är kvar."))
        self.errors = errors
