"""Lines, lists and phrases that every part of a described definition is written with."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Literal

from babel.lists import format_list

from workflow.basis import Basis, BasisKind
from workflow.explanation import spoken_amount
from workflow.ladders import PARTY, PARTY_LABEL, RESPONSIBLE
from workflow.roles import LABELS, Role, inside_sentence

WIDTH = 96
INDENT = " " * 4

STANDING = {
    BasisKind.LAW: "lag, kan bara skärpas",
    BasisKind.ROUTINE: "rutin, kan bara skärpas",
    BasisKind.DEFAULT: "kommunen kan ändra",
    BasisKind.LOCAL: "kommunens egen regel",
}


def source(basis: Basis) -> str:
    """The source with what a municipality may do to the number."""
    return f"{basis.text} ({STANDING[basis.kind]})"


def amount(number: int, unit: str) -> str:
    """A number with one of explanation.UNITS."""
    return spoken_amount(number, unit).sv


def people(roles: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
    """Roles, "responsible" and "party" in one phrase, joined by och or eller."""
    return format_list([person(role) for role in roles], style=style, locale="sv")


def person(role: str) -> str:
    """As within a sentence."""
    if role == RESPONSIBLE:
        return "den ansvariga"
    return inside_sentence(PARTY_LABEL if role == PARTY else LABELS[Role(role)])


def title(text: str, rule: str) -> list[str]:
    """Underlined by the sign."""
    return [text, rule * len(text)]


def line(name: str, text: str) -> list[str]:
    """Indented, with the names in a column of their own."""
    return wrapped(text, f"{INDENT}{name + ':':<12}")


def wrapped(text: str, head: str) -> list[str]:
    """Lines of at most 96 characters, the later ones under the text of the first."""
    return wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))


def listed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Nothing at all when there are no lines."""
    points = [line for text in lines for line in wrapped(text, "- ")]
    if points:
        yield from [*title(heading, "-"), *points, ""]
