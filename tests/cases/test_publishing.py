"""Tables for everybody: no number from one to four, told or reckoned out."""

from dataclasses import replace

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from cases.statistics.publishing import published
from cases.statistics.tables import Column, Measure, Row, Table
from workflow.messages import Message

TOTAL = Column("total", Message("Summa"), is_total=True)


def table(*rows: tuple[int, ...], across: bool = True, down: bool = True) -> Table:
    """Of numbers, with their sums across and down."""
    columns = [Column(str(n), str(n)) for n in range(len(rows[0]))]
    numbers = [(*row, sum(row)) if across else row for row in rows]
    made = [Row(str(n), str(n), cells) for n, cells in enumerate(numbers)]
    if down:
        sums = tuple(map(sum, zip(*numbers, strict=True)))
        made.append(Row("total", "Summa", sums, is_total=True))
    shown = (*columns, TOTAL) if across else tuple(columns)
    return Table("t", "A", Message("Tabell"), Message("Rad"), shown, tuple(made))


def cells(found: Table) -> list[tuple[float | None, ...]]:
    return [row.cells for row in found.rows]


def reckoned_out(before: Table, after: Table) -> set[tuple[int, int]]:
    """Hidden cells that follow from the others, by the rank of the sums that tie them together."""
    rows, columns = len(before.rows), len(before.columns)
    hidden = [(r, c) for r in range(rows) for c in range(columns) if after.rows[r].cells[c] is None]
    sums = []
    if before.columns[-1].is_total:
        lines = [[(r, c) for c in range(columns)] for r in range(rows)]
        sums += [(line[:-1], line[-1]) for line in lines]
    if before.rows[-1].is_total:
        lines = [[(r, c) for r in range(rows)] for c in range(columns)]
        sums += [(line[:-1], line[-1]) for line in lines]
    equations = np.array(
        [[(p in parts) - (p == total) for p in hidden] for parts, total in sums]
        or [[0] * len(hidden)]
    )
    rank = np.linalg.matrix_rank(equations) if hidden else 0
    unit = np.eye(len(hidden))
    return {
        place
        for n, place in enumerate(hidden)
        if np.linalg.matrix_rank(np.vstack([equations, unit[n]])) == rank
    }


NUMBERS = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 30), min_size=width, max_size=width).map(tuple),
        min_size=1,
        max_size=5,
    )
)


@given(NUMBERS, st.booleans(), st.booleans())
@example([(3, 10), (10, 10)], True, True)
@example([(1, 1, 0), (9, 9, 9)], True, True)
def test_no_hidden_number_follows_from_those_that_are_shown(rows, across, down):
    before = table(*rows, across=across, down=down)
    after = published(before)
    assert reckoned_out(before, after) == set()
    for was, now in zip(cells(before), cells(after), strict=True):
        assert all(a is None or a == b for a, b in zip(now, was, strict=True))
        assert not any(a is not None and 0 < a < 5 for a in now)


def test_numbers_that_are_large_enough_are_told_as_they_are():
    plain = table((5, 0), (17, 6))
    assert published(plain) == plain


def test_a_small_number_takes_three_others_with_it_so_that_no_sum_gives_it_away():
    after = published(table((3, 10, 40), (11, 12, 50), (60, 70, 80)))
    assert cells(after) == [
        (None, None, 40, 53),
        (None, None, 50, 73),
        (60, 70, 80, 210),
        (74, 92, 170, 336),
    ]


def test_two_ones_whose_sum_would_tell_of_both_take_a_third_with_them():
    after = published(table((1,), (1,), (20,), (30,), across=False))
    assert cells(after) == [(None,), (None,), (None,), (30,), (52,)]


def test_a_share_goes_with_the_number_that_it_is_of():
    plain = table((40,), (3,), across=False, down=False)
    share = Column("share", Message("Andel"), Measure.SHARE)
    rows = tuple(replace(row, cells=(*row.cells, 0.5)) for row in plain.rows)
    after = published(replace(plain, columns=(*plain.columns, share), rows=rows))
    assert cells(after) == [(40, 0.5), (None, None)]


def test_late_steps_point_out_nobody_unless_the_steps_are_few():
    plain = table((40, 2), (3, 1), across=False, down=False)
    late = Column("late", Message("Försenade"), of_nobody=True)
    after = published(replace(plain, columns=(plain.columns[0], late)))
    assert cells(after) == [(40, 2), (None, None)]
