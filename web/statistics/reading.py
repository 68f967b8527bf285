"""The tables that somebody asks for, with what is printed on them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from cases.access import RIGHTS, Right
from cases.errors import NotFound
from cases.figures import LIVING, FrozenYear
from cases.figuring import unfigured
from cases.models import Case
from cases.people import Unit
from cases.statistics.periods import edition_of
from cases.statistics.publishing import published
from cases.statistics.report import tables
from cases.statistics.units import units_of_statistics
from web.door import Work
from web.statistics.chosen import Chosen
from web.statistics.files import Told
from web.statistics.printed import printed
from web.statistics.tongue import Tongue
from workflow.definition import WorkflowDefinition
from workflow.messages import Message
from workflow.words import _

EVERYWHERE = _("hela kommunen")


@dataclass(frozen=True)
class Figures:
    """`frozen` is the year whose frozen figures they are, None for those as they are now."""

    definition: WorkflowDefinition
    tables: tuple[Told, ...]
    frozen: int | None
    line: str


def figures(work: Work, chosen: Chosen, tongue: Tongue) -> Figures:
    """Raises NotFound for a kind, unit or category that there is not, or that may not be seen."""
    definition = kinds(work).get(chosen.definition)
    if definition is None:
        raise NotFound(_("Det finns inget sådant slags ärende."))
    if chosen.category and chosen.category not in definition.categories:
        raise NotFound(_("Det finns ingen sådan typ."))
    unit = unit_named(work, chosen.unit)
    edition = LIVING
    if chosen.year and not chosen.living:
        edition = edition_of(work.session, chosen.year)
    frozen = work.session.get(FrozenYear, edition)
    question = chosen.question(unit.id if unit else None, edition)
    found = tables(work.session, work.routines, work.access, question, work.now)
    if chosen.published:
        found = tuple(map(published, found))
    line = printed(
        tongue,
        (chosen.first, chosen.last),
        where(work, unit, tongue),
        chosen.counted_by,
        work.now,
        frozen.taken_at if frozen else None,
        waiting=waiting(work),
        published=chosen.published,
    )
    told = tuple(Told(each, (line, *map(tongue.say, each.notes))) for each in found)
    return Figures(definition, told, frozen.year if frozen else None, line)


def waiting(work: Work) -> int:
    """Cases that have changed since their figures were reckoned."""
    changed = select(func.count()).select_from(Case).where(unfigured())
    return work.session.scalars(changed).one()


def kinds(work: Work) -> Mapping[str, WorkflowDefinition]:
    """What there is statistics about, by key."""
    return {definition.key: definition for definition in work.routines.current()}


def unit_named(work: Work, key: str) -> Unit | None:
    """None for no key; raises NotFound for a unit whose figures may not be read."""
    if not key:
        return None
    units = units_of_statistics(work.session, work.access)
    unit = next((each for each in units if each.key == key), None)
    if unit is None:
        raise NotFound(_("Enheten finns inte."))
    return unit


def where(work: Work, unit: Unit | None, tongue: Tongue) -> str:
    """The units whose figures they are."""
    if unit:
        return unit.name
    if work.access.units(RIGHTS[Right.STATISTICS]) is None:
        return tongue.say(Message(EVERYWHERE))
    return ", ".join(each.name for each in units_of_statistics(work.session, work.access))
