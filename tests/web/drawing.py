"""What stands on one page of a PDF: its text by mark, in which sizes, and how far it reaches."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\n")


@dataclass(frozen=True)
class Font:
    """By the number that stands for a letter: the letter, and its width in thousandths."""

    letters: dict[int, str]
    widths: dict[int, float]

    @classmethod
    def of(cls, font: Any) -> "Font":
        pairs = _PAIR.findall(font.ToUnicode.read_bytes())
        letters = {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs
        }
        widths: dict[int, float] = {}
        runs = list(font.DescendantFonts[0].W)
        while runs:
            first, then = int(runs.pop(0)), runs.pop(0)
            if isinstance(then, pikepdf.Array):
                widths |= {first + n: float(width) for n, width in enumerate(then)}
            else:
                widths |= dict.fromkeys(range(first, int(then) + 1), float(runs.pop(0)))
        return cls(letters, widths)


@dataclass
class Drawing:
    """`marked` is text by its mark, under None what is not tagged.

    `right` and `bottom`, in points from the lower left corner, are of tagged text only.
    """

    marked: dict[int | None, str] = field(default_factory=lambda: defaultdict(str))
    sizes: set[float] = field(default_factory=set)
    right: float = 0
    bottom: float = 1000

    @classmethod
    def of(cls, page: pikepdf.Page) -> "Drawing":
        drawing = cls()
        _Pen(drawing, page).draw()
        return drawing


class _Pen:
    def __init__(self, drawing: Drawing, page: pikepdf.Page) -> None:
        self.drawing, self.page = drawing, page
        self.fonts = {name: Font.of(font) for name, font in page.obj.Resources.Font.items()}
        self.font, self.size = Font({}, {}), 0.0
        self.place = pikepdf.Matrix()
        self.places: list[pikepdf.Matrix] = []
        # The mark, and whether what is drawn there has been told in other words already.
        self.marks: list[tuple[int | None, bool]] = [(None, False)]

    def draw(self) -> None:
        does: dict[str, Callable[..., object]] = {
            "BDC": self.mark, "BMC": self.mark, "EMC": lambda *_: self.marks.pop(),
            "q": lambda *_: self.places.append(self.place), "Q": self.back, "cm": self.move,
            "Tf": self.choose, "TJ": self.say, "Tj": lambda text: self.say([text]),
        }  # fmt: skip
        for instruction in pikepdf.parse_content_stream(self.page):
            if operation := does.get(str(instruction.operator)):
                operation(*instruction.operands)

    def mark(self, _tag: Any, marks: Any = None) -> None:
        mark, told = self.marks[-1]
        if isinstance(marks, pikepdf.Dictionary):
            mark = int(marks["/MCID"]) if "/MCID" in marks else mark
            if "/ActualText" in marks:
                self.tell(mark, str(marks["/ActualText"]))
                told = True
        self.marks.append((mark, told))

    def tell(self, mark: int | None, text: str) -> None:
        # A soft hyphen divides a word at the end of a line, and is not read.
        self.drawing.marked[mark] += text.replace("\xad", "")

    def back(self) -> None:
        self.place = self.places.pop()

    def move(self, *numbers: Any) -> None:
        self.place = pikepdf.Matrix(*map(float, numbers)) @ self.place

    def choose(self, name: Any, size: Any) -> None:
        self.font, self.size = self.fonts[str(name)], float(size)
        self.drawing.sizes.add(self.size)

    def say(self, shown: Any) -> None:
        strings = [bytes(each) for each in shown if isinstance(each, pikepdf.String)]
        codes = b"".join(strings)
        numbers = [int.from_bytes(codes[n : n + 2]) for n in range(0, len(codes), 2)]
        mark, told = self.marks[-1]
        if not told:
            self.tell(mark, "".join(self.font.letters[n] for n in numbers))
        if mark is not None:
            shift = sum(float(each) for each in shown if not isinstance(each, pikepdf.String))
            wide = (sum(self.font.widths[n] for n in numbers) - shift) * self.size / 1000
            self.drawing.right = max(self.drawing.right, self.place.e + wide)
            self.drawing.bottom = min(self.drawing.bottom, self.place.f)
