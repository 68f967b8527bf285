"""The lines of the one table that a run prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """Figures in `unit`; the ratio is ours to the other's.

    The targets are `most` of ours, and `at_most` or `at_least` of the ratio.
    """

    what: str
    ours: float
    unit: str
    other: float | None = None
    other_is: str = ""
    at_most: float | None = None
    at_least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.other if self.other else None

    @property
    def met(self) -> str:
        """Empty where there is no target."""
        tests = []
        if self.at_most is not None and self.ratio is not None:
            tests.append(self.ratio <= self.at_most)
        if self.at_least is not None and self.ratio is not None:
            tests.append(self.ratio >= self.at_least)
        if self.most is not None:
            tests.append(self.ours <= self.most)
        return "" if not tests else "yes" if all(tests) else "NO"

    def cells(self) -> tuple[str, ...]:
        other = f"{figure(self.other)} {self.unit}" if self.other is not None else ""
        targets = [f"≤ {self.at_most:g} ×"] if self.at_most is not None else []
        targets += [f"≥ {self.at_least:g} ×"] if self.at_least is not None else []
        targets += [f"≤ {self.most:g} {self.unit}"] if self.most is not None else []
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else ""
        return (
            self.what, f"{figure(self.ours)} {self.unit}", f"{other} {self.other_is}".strip(),
            ratio, ", ".join(targets), self.met, self.note,
        )  # fmt: skip


HEAD = ("what", "ours", "the other", "ratio", "target", "met", "note")


def figure(value: float) -> str:
    """Three figures that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def drawn(lines: list[Line]) -> str:
    """As Markdown, in columns that can be read as they stand."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])
