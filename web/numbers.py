"""What may stand for a number or a name in an address, so that a database can be asked for it."""

import re

from werkzeug.routing import BaseConverter, IntegerConverter

_NUMBER = "[0-9]{1,9}"  # PostgreSQL's own integers end at ten digits


class Number(IntegerConverter):
    """No row has a longer number, so the page does not exist."""

    regex = _NUMBER


class Name(BaseConverter):
    """Nothing has a name with characters that cannot be seen, such as the NUL."""

    regex = r"[^/\x00-\x1f]{1,100}"
    part_isolating = True


def number(text: str) -> int:
    """As `type` for request.args and request.form; raises ValueError."""
    if not re.fullmatch(_NUMBER, text, re.ASCII):
        raise ValueError
    return int(text)
