"""The characters that the papers' fonts can draw; PDF/UA forbids all others."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from struct import unpack_from

FONTS = Path(__file__).with_name("fonts")
MISSING = "□"
"""Stands for a character that no font here has."""

_NEEDS_NO_GLYPH = frozenset("\n\t\u200c\u200d\ufe0e\ufe0f")


def drawable(text: str) -> str:
    """The text with MISSING for what cannot be drawn."""
    return "".join(
        each if each in _NEEDS_NO_GLYPH or each in _drawn() else MISSING for each in text
    )


@cache
def _drawn() -> frozenset[str]:
    regular = (FONTS / "Inter-Regular.ttf", FONTS / "NotoEmoji-Regular.ttf")
    return frozenset(each for file in regular for each in _characters(file.read_bytes()))


def _characters(font: bytes) -> Iterator[str]:
    # OpenType's cmap, subtable format 12: groups of first and last character and first glyph.
    tables = {
        font[at : at + 4]: at for at in range(12, 12 + 16 * unpack_from(">H", font, 4)[0], 16)
    }
    cmap: int = unpack_from(">I", font, tables[b"cmap"] + 8)[0]
    for n in range(unpack_from(">H", font, cmap + 2)[0]):
        start: int = cmap + unpack_from(">I", font, cmap + 8 + 8 * n)[0]
        if unpack_from(">H", font, start)[0] == 12:
            for group in range(unpack_from(">I", font, start + 12)[0]):
                first, last = unpack_from(">II", font, start + 16 + 12 * group)
                yield from map(chr, range(first, last + 1))
