"""A tagged PDF read as a screen reader does: through its structure, in its order."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf

from tests.web.drawing import Drawing


@dataclass(frozen=True)
class Piece:
    """A structure element that holds text itself, and the tags around it, outermost first."""

    tags: tuple[str, ...]
    text: str


def on_one_line(pieces: list[Piece]) -> str:
    """With a space between pieces."""
    return " ".join(" ".join(piece.text.split()) for piece in pieces)


class Paper:
    """Everything drawn is on one of `drawings`, the pages."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(pdf))
        self.root: Any = self.pdf.Root
        self.drawings = [Drawing.of(page) for page in self.pdf.pages]
        self._numbers = {page.obj.objgen: n for n, page in enumerate(self.pdf.pages)}

    @property
    def outside(self) -> str:
        """What is drawn without a tag: headers and footers."""
        return "".join(drawing.marked[None] for drawing in self.drawings)

    @property
    def sizes(self) -> set[float]:
        """Of type, in points."""
        return set().union(*(drawing.sizes for drawing in self.drawings))

    @property
    def right(self) -> float:
        """How far tagged text reaches, in points from the left edge."""
        return max(drawing.right for drawing in self.drawings)

    @property
    def bottom(self) -> float:
        """How far down tagged text reaches, in points from the lower edge."""
        return min(drawing.bottom for drawing in self.drawings)

    @property
    def fonts(self) -> Iterator[Any]:
        """Every font of every page."""
        for page in self.pdf.pages:
            yield from page.obj.Resources.Font.values()

    @cached_property
    def pieces(self) -> list[Piece]:
        """All text that is tagged, in reading order."""
        return list(self._walk(self.root.StructTreeRoot, (), None))

    @property
    def text(self) -> str:
        """All of it on one line."""
        return on_one_line(self.pieces)

    def tagged(self, tag: str) -> list[str]:
        """The text of each piece within such an element."""
        return [piece.text for piece in self.pieces if tag in piece.tags]

    def under(self, heading: str) -> str:
        """What stands between that heading and the next of its level, on one line."""
        ends = [n for n, piece in enumerate(self.pieces) if "H2" in piece.tags]
        start = next(n for n in ends if self.pieces[n].text == heading)
        end = next((n for n in ends if n > start), len(self.pieces))
        return on_one_line(self.pieces[start + 1 : end])

    def _walk(self, element: Any, tags: tuple[str, ...], page: Any) -> Iterator[Piece]:
        page = element.get("/Pg", page)
        tags = (*tags, str(element.S)[1:]) if "/S" in element else tags
        kids = element.get("/K", [])
        said = ""
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if not isinstance(kid, pikepdf.Dictionary):
                said += self._said(page, kid)
            elif "/MCID" in kid:
                said += self._said(kid.get("/Pg", page), kid.MCID)
            else:
                yield from [Piece(tags, said)] if said else []
                said = ""
                yield from self._walk(kid, tags, page)
        yield from [Piece(tags, said)] if said else []

    def _said(self, page: Any, mark: Any) -> str:
        return self.drawings[self._numbers[page.objgen]].marked[int(mark)]
