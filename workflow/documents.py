"""What a routine puts on paper: content without looks, so that a door can draw any routine's.

A paper is for people outside, so its words are Swedish whatever language the pages are read in.
Whatever is empty is left out when it is drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass

from workflow.facts import Facts
from workflow.outside import Office


@dataclass(frozen=True)
class Prose:
    """Typed text or our own sentences; blank lines part paragraphs."""

    text: str
    kind: str = "prose"


@dataclass(frozen=True)
class Points:
    """Things of which the order does not matter."""

    points: tuple[str, ...]
    kind: str = "points"


@dataclass(frozen=True)
class Lines:
    """Label and value of each line; with a title it is one of several that stand alike."""

    lines: tuple[tuple[str, str], ...]
    title: str = ""
    kind: str = "lines"


@dataclass(frozen=True)
class Table:
    """Every row is as long as `head`; `widths` are the columns' shares of the paper."""

    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"


Block = Prose | Points | Lines | Table


@dataclass(frozen=True)
class Part:
    """A heading with what stands under it; `weighty` is what must be found first in a hurry."""

    heading: str
    blocks: tuple[Block, ...]
    weighty: bool = False


@dataclass(frozen=True)
class Sheet:
    """`warning` is a short mark and the sentence that explains it, or two empty texts."""

    title: str
    about: str
    parts: tuple[Part, ...]
    warning: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Document:
    """A paper of a case; `sheet` gives None while there is nothing to print, and names the office.

    `large` is for the person: large type, and the name alone instead of name and number.
    `only_open` is of no use once the case is closed.
    """

    key: str
    label: str
    missing: str
    sheet: Callable[[Facts, Office], Sheet | None]
    large: bool = False
    only_open: bool = False
