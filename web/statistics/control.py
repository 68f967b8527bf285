"""A month's internal control: its tables with what is printed on them, and the board's targets."""

from collections.abc import Iterator
from dataclasses import dataclass

from cases.statistics.internal_control import control_tables
from cases.statistics.question import CountedBy
from cases.targets import standings
from web.door import Work
from web.statistics.files import Told
from web.statistics.printed import moment, printed
from web.statistics.reading import unit_named, waiting, where
from web.statistics.tongue import Tongue
from workflow.messages import Message
from workflow.words import _

TARGETS = _("Nämndens mål %(year)s")
NO_TARGETS = _("Nämnden har inte satt något mål för året.")


@dataclass(frozen=True)
class Control:
    """`targets` are lines of text under `heading`: each goal and where it stands now."""

    tables: tuple[Told, ...]
    heading: str
    targets: tuple[str, ...]


def control(work: Work, month: int, unit_key: str, tongue: Tongue) -> Control:
    """Year * 100 + month; raises NotFound for a unit whose figures may not be read."""
    unit = unit_named(work, unit_key)
    there, year = where(work, unit, tongue), month // 100
    tables = control_tables(
        work.session, work.routines, work.access, month, unit.id if unit else None, work.now
    )
    changed = waiting(work)
    of_month, of_year = (
        printed(tongue, (first, month), there, CountedBy.REPORT, work.now, waiting=changed)
        for first in (month, year * 100 + 1)
    )
    now = f"{there[:1].upper()}{there[1:]} · {moment(work.now, tongue)}"
    lines_of = {"reported": of_month, "handled": of_year}
    told = tuple(Told(each, (lines_of.get(each.key, now),)) for each in tables)
    lines = tuple(_targets(work, year, tongue)) or (tongue.say(Message(NO_TARGETS)),)
    return Control(told, tongue.say(Message(TARGETS, year=year)), lines)


def _targets(work: Work, year: int, tongue: Tongue) -> Iterator[str]:
    for one in standings(work.session, work.routines, work.access, year, work.now):
        beside = [tongue.say(one.beside)] if one.beside else []
        told = [
            tongue.say(one.goal),
            tongue.say(one.so_far),
            *beside,
            tongue.say(Message(one.words)),
        ]
        yield ". ".join(told) + "."
