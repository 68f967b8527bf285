"""What schemas are written with: each field says what it is, and tells its faults in Swedish."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from web.words import iso
from workflow.messages import MISSING, UNREADABLE, Message
from workflow.words import _

_FAULTS = dict.fromkeys(("invalid", "invalid_utf8", "type", "null", "too_large"), UNREADABLE)
_FAULTS |= {"required": MISSING, "unknown": Message(_("Fältet finns inte."))}
_WORD = r"^[A-Za-z0-9_:.-]{1,60}$"


def told(about: str, **more: Any) -> dict[str, Any]:
    """Arguments of a field whose faults are told in Swedish."""
    return {"metadata": {"description": about, **more}, "error_messages": _FAULTS}


def word(about: str) -> fields.String:
    """A key of ours: letters, digits and signs that every database can be asked for."""
    fits = validate.Regexp(_WORD, error=UNREADABLE)
    return fields.String(validate=fits, **told(about))


class Asked(Schema):
    """What is sent; what it does not name is refused."""

    error_messages = {"unknown": _FAULTS["unknown"], "type": UNREADABLE}


class At(fields.DateTime):
    """RFC 3339 with Stockholm's offset."""

    def _serialize(self, value: datetime | None, *_args: Any, **_kwargs: Any) -> str | None:
        return None if value is None else iso(value)


def at(about: str, *, may_be_null: bool = False) -> At:
    """A moment of the answer."""
    return At(required=True, allow_none=may_be_null, metadata={"description": about})


def text(about: str, *, may_be_null: bool = False) -> fields.String:
    """A text or key of the answer."""
    return fields.String(required=True, allow_none=may_be_null, metadata={"description": about})


class NamedSchema(Schema):
    """Something of ours that has a key, with what it is called in the reader's language."""

    key = text("Stays the same in every language.")
    label = text("For people.")
