"""A municipality's routines with days it has closed, and what is known of its calendar."""

from pathlib import Path

from workflow.routines import Routines, load


def routines_with(path: Path, *closed: tuple[str, str]) -> Routines:
    """As read from a rules file with those days, each with the reason."""
    tables = [
        f'[[closed_days]]\nday = {day}\nreason = "{reason}"\nbasis = "Kommunstyrelsen § 1"\n'
        for day, reason in closed
    ]
    path.write_text("\n".join(tables), encoding="utf-8")
    return load(path)
