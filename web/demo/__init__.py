"""Exempelby: a made-up municipality with people, patients and what has happened the past weeks."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.people import Person, Unit
from web.demo.conferences import remember_conferences
from web.demo.playing import Playing
from web.demo.staffing import hire, let_in, read_town
from web.demo.stories import deeds
from web.door import Vardtrad

PASSWORD = "exempelby-demo-2026"  # noqa: S105  printed for everybody who runs the demonstration


class NotEmpty(RuntimeError):
    """There are units in the database already."""


def is_loaded(session: Session) -> bool:
    """False too for a loading that was broken off, since passwords come last."""
    return session.scalar(select(Person.id).where(Person.password_hash.is_not(None))) is not None


def load(wiring: Vardtrad, progress: Callable[[str, int, int], None]) -> None:
    """Plays Exempelby's past up to now; raises NotEmpty unless the migrated database is empty."""
    now = wiring.now().replace(second=0, microsecond=0)
    calendar = wiring.routines.calendar
    town = read_town()
    with wiring.database.transaction() as session:
        if session.scalar(select(Unit.id).limit(1)) is not None:
            raise NotEmpty
        hire(session, town, now, calendar)
        remember_conferences(session, town, now, calendar)
    playing = Playing(wiring)
    unit_of = {patient["name"]: patient["unit"] for patient in town["patient"]}
    told = deeds(now, unit_of, calendar)
    for number, deed in enumerate(told, start=1):
        playing.do(deed)
        progress("Händelser", number, len(told))
    playing.sweep_until(now)
    with wiring.database.transaction() as session:
        let_in(session, PASSWORD)
