"""Exempelby's earlier years read in, as a municipality does that changes to Vårdtråd."""

from collections.abc import Callable

from sqlalchemy import func, select

from cases.imported import ImportedCase
from cases.importing.carrying_out import import_cases
from cases.importing.plan import plan
from cases.importing.rows import read_rows
from web.demo.earlier_file import earlier_file, how_many
from web.door import Vardtrad


def read_in_earlier_years(wiring: Vardtrad, progress: Callable[[str, int, int], None]) -> None:
    """2019 to 2022; goes on where it was broken off, and does nothing when all is there."""
    now, number = wiring.now(), how_many()
    with wiring.database.reading() as session:
        done = session.scalars(select(func.count()).select_from(ImportedCase)).one()
    if done >= number:
        return
    planned = plan(wiring.database, None, read_rows(earlier_file().encode()), now)
    for written in import_cases(wiring.database, wiring.routines, planned.new, now):
        done += written
        progress("Tidigare år", done, number)
