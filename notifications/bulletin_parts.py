"""What a mail about many cases is made of."""

from dataclasses import dataclass

MOST = 30
"""Cases named in one mail; the page has the rest."""


@dataclass(frozen=True)
class Entry:
    """One case by its reference, with a link to it."""

    reference: str
    label: str
    left: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Entries under a heading; an empty heading is not written."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Said:
    """A whole mail; `path` is the page it leads to, `more` stands before the link to that page."""

    subject: str
    sentences: tuple[str, ...]
    path: str
    page: str
    groups: tuple[Group, ...] = ()
    more: str = ""
