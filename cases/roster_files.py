"""A roster as another system writes it: what each row says, nothing looked up yet."""

from dataclasses import dataclass
from datetime import datetime

from cases.sheets import XLSX, Unreadable, decoded
from workflow.fields import Message
from workflow.words import _

LARGEST = 300_000
"""Bytes; a year of three shifts for a whole municipality is about a hundred thousand."""
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Row:
    """`who` are user names or mail addresses: of its groups, the first with somebody known counts.

    `role` and `unit` are keys or names as written, the times as written or ISO 8601.
    """

    place: Message
    who: tuple[tuple[str, ...], ...]
    role: str
    unit: str
    starts_at: str
    ends_at: str


def text_of(content: bytes) -> str:
    """In whatever encoding it was saved; raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(_("Filen är för stor. Dela upp den i mindre delar."))
    if not content.strip():
        raise Unreadable(_("Välj en fil, eller klistra in schemat."))
    if content.startswith(XLSX):
        raise Unreadable(_("Det är ett kalkylark. Spara det som CSV först."))
    return decoded(content)


def refuse_too_many(rows: int) -> None:
    """Raises Unreadable above 5,000."""
    if rows > MOST_ROWS:
        raise Unreadable(_("Schemat har fler än %(n)s pass. Dela upp det."), n=MOST_ROWS)


def moment_written(moment: datetime) -> str:
    """As a form reads it."""
    return moment.isoformat(timespec="seconds")
