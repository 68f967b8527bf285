"""A table drawn as small charts that look alike, so that no colour is needed to tell them apart.

Lengths are in the units of a drawing WIDTH wide: narrow, so that its text can be read on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from cases.statistics.tables import Chart, Table
from web.statistics.series import Series, series_of
from web.statistics.tongue import Tongue

WIDTH = 320
LINE = 17
PLOT = 84
AXIS = 11
LETTER = 6.6
"""The width of a letter of the axis, on average."""
LONGEST_BAR = WIDTH - 92
"""Leaves room for the number after it."""


@dataclass(frozen=True)
class Text:
    """`anchor` is SVG's text-anchor."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    size: int = 13
    strong: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar from the left edge."""

    y: float
    length: float


@dataclass(frozen=True)
class Panel:
    """One small chart; `told` is what it shows in a sentence, `lines` are of points in time."""

    title: str
    told: str
    height: float
    texts: tuple[Text, ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()


def panels(table: Table, tongue: Tongue) -> tuple[Panel, ...]:
    """One for each row of LINES, else for each column; none where all is nothing."""
    draw = _bars if table.chart is Chart.BARS else _points
    return tuple(draw(each, tongue) for each in series_of(table, tongue) if each.says_something)


def _bars(series: Series, tongue: Tongue) -> Panel:
    texts, y = _title(series.title)
    bars = []
    for name, number in zip(series.names, series.numbers, strict=True):
        if number is None:
            continue
        for words in wrap(name, 44):
            y += LINE
            texts.append(Text(0, y, words))
        length = max(1, round(LONGEST_BAR * number / series.top, 1))
        bars.append(Bar(y + 5, length))
        y += LINE
        texts.append(Text(length + 6, y, tongue.number(number, series.measure)))
        y += 5
    return Panel(series.title, series.told(tongue), y + 6, tuple(texts), tuple(bars))


def _points(series: Series, tongue: Tongue) -> Panel:
    texts, top = _title(series.title)
    floor = top + LINE + PLOT
    step = WIDTH / len(series.numbers)
    names = _without_year(series.names)
    named = _named(names, step)
    heights = [
        None if n is None else round(floor - PLOT * n / series.top, 1) for n in series.numbers
    ]
    lines: list[list[tuple[float, float]]] = [[]]
    for n, height in enumerate(heights):
        x = round(step * (n + 0.5), 1)
        if n in named:
            texts.append(Text(x, floor + 2 * LINE, names[n], "middle", AXIS))
        if height is None:
            lines.append([])
            continue
        lines[-1].append((x, height))
        if n in named:
            y = height + LINE if _is_dip(heights, n) else height - 7
            texts.append(Text(x, y, tongue.number(series.numbers[n], series.measure), "middle"))
    drawn = tuple(tuple(line) for line in lines if line)
    return Panel(series.title, series.told(tongue), floor + 2 * LINE + 8, tuple(texts), lines=drawn)


def _named(names: Sequence[str], step: float) -> range:
    """The points whose names and numbers are written, so that none covers another or is cut."""
    widest = LETTER * max(map(len, names))
    every = int(widest // step) + 1
    return range(every // 2, int((WIDTH - widest / 2) / step + 0.5), every)


def _is_dip(heights: Sequence[float | None], n: int) -> bool:
    """Where the line comes from above and leaves upwards, so that there is room below it."""
    here, beside = heights[n], (*heights[max(0, n - 1) : n], *heights[n + 1 : n + 2])
    known = [height for height in beside if height is not None]
    return here is not None and bool(known) and all(height < here - 3 for height in known)


def _without_year(names: Sequence[str]) -> Sequence[str]:
    """Without the last word where all end alike, such as the months of one year."""
    ends = {name.rpartition(" ")[2] for name in names}
    return [name.rpartition(" ")[0] or name for name in names] if len(ends) == 1 else names


def _title(title: str) -> tuple[list[Text], float]:
    lines = wrap(title, 38)
    return [Text(0, LINE * (n + 1) - 3, each, strong=True) for n, each in enumerate(lines)], (
        LINE * len(lines) + 2
    )
