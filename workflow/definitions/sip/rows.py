"""What the SIP's forms are written with beside the common fields: keyed rows, mail addresses."""

import re
import secrets
from typing import Any

from marshmallow import ValidationError, post_load, validates

from workflow.field_types import Line
from workflow.fields import hidden
from workflow.forms import Row
from workflow.messages import UNREADABLE, refusal
from workflow.words import _

_KEY = re.compile("[0-9a-f]{8}")
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")


class KeyedRow(Row):
    """`key` follows what the row is about through the steps that come after."""

    key = hidden(required=False)

    @validates("key")
    def check_the_key(self, value: str, **_kwargs: Any) -> None:
        """Nobody types it, so only a page that was tampered with gets here."""
        if not _KEY.fullmatch(value):
            raise ValidationError(UNREADABLE)

    @post_load
    def give_it_a_key(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Eight hexadecimal digits, unless the row has one since before."""
        return {"key": secrets.token_hex(4), **data}


class MailAddress(Line):
    """One address; whether it works is seen when the first mail is sent."""

    def read(self, value: Any) -> str:
        """Refuses a list of addresses, since every party has a row of its own."""
        address = super().read(value)
        if not _ADDRESS.fullmatch(address):
            raise refusal(_("Skriv en e-postadress, till exempel namn@region.se."))
        return address


def mail_address(label: str, **metadata: Any) -> MailAddress:
    """An optional address."""
    return MailAddress(
        required=False, metadata={"label": label, "widget": "line", "limit": 200, **metadata}
    )
