"""Who may see and do what: by role, unit and dates; the only module that decides it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum

from sqlalchemy import ColumnElement, Date, and_, bindparam, false, or_, select, true
from sqlalchemy.orm import Session

from cases.models import Case, CaseStep
from cases.on_duty import rostered, substitutes
from cases.people import Membership, Person, held_on
from workflow.definition import WorkflowDefinition
from workflow.definitions import CHECKS, DEFINITIONS
from workflow.moments import day_of
from workflow.roles import LICENSED, OVERSEERS, Role


class Part(IntEnum):
    """How much of a case somebody sees; CARE is what care staff need to carry out the care."""

    NONE = 0
    CARE = 1
    ALL = 2


class Right(Enum):
    """What a page or command asks for; each is granted to roles in RIGHTS."""

    WORK = "work"
    OPEN_CASES = "open_cases"
    SEARCH_PATIENTS = "search_patients"
    ACUTE_BOARD = "acute_board"
    OVERDUE = "overdue"
    CONFERENCES = "conferences"
    COORDINATION = "coordination"
    ADMINISTER = "administer"
    ACCESS_LOG = "access_log"
    LOG_CHECKS = "log_checks"
    DEFINITIONS = "definitions"
    DUTY_ROSTER = "duty_roster"
    OPERATIONS = "operations"
    STATISTICS = "statistics"
    KEEP_STATISTICS = "keep_statistics"
    IMPORT_HISTORY = "import_history"
    WEBHOOKS = "webhooks"
    OWN_ACCOUNT = "own_account"


_HEALTH_CARE = (*LICENSED, Role.UNIT_MANAGER, *OVERSEERS)
_COORDINATION = (*_HEALTH_CARE, Role.SIP_COORDINATOR, Role.CASE_OFFICER)
_EVERYBODY_IN_CARE = (Role.CARE_WORKER, *_COORDINATION)

RIGHTS: dict[Right, tuple[Role, ...]] = {
    Right.WORK: _EVERYBODY_IN_CARE,
    Right.OPEN_CASES: _EVERYBODY_IN_CARE,
    Right.SEARCH_PATIENTS: _COORDINATION,
    Right.ACUTE_BOARD: _HEALTH_CARE,
    Right.OVERDUE: (Role.UNIT_MANAGER, *OVERSEERS),
    Right.CONFERENCES: _HEALTH_CARE,
    Right.COORDINATION: _COORDINATION,
    Right.ADMINISTER: (Role.ADMINISTRATOR,),
    Right.ACCESS_LOG: (Role.MAS,),
    Right.LOG_CHECKS: (Role.MAS, Role.ADMINISTRATOR),
    Right.DEFINITIONS: tuple(Role),
    Right.DUTY_ROSTER: (Role.UNIT_MANAGER, Role.ADMINISTRATOR),
    Right.OPERATIONS: (Role.ADMINISTRATOR, Role.MAS),
    Right.STATISTICS: (Role.UNIT_MANAGER, *OVERSEERS),
    Right.KEEP_STATISTICS: (Role.MAS, Role.HEAD_OF_HEALTH_CARE),
    Right.IMPORT_HISTORY: (Role.ADMINISTRATOR, Role.MAS),
    Right.WEBHOOKS: (Role.ADMINISTRATOR,),
    Right.OWN_ACCOUNT: tuple(Role),
}

_READERS = {each.key: (each.readers, each.care_readers) for each in (*DEFINITIONS, *CHECKS)}
"""By kind of case: the roles that see all of it, and those that see what care staff need."""


@dataclass(frozen=True)
class Access:
    """A person's roles at one moment; `held` pairs a role with a unit id, or None for all units."""

    person_id: int
    name: str
    held: frozenset[tuple[Role, int | None]]

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held at any unit."""
        return frozenset(role for role, _unit in self.held)

    def at(self, unit_id: int) -> frozenset[Role]:
        """Roles held at this unit or in the whole municipality."""
        return frozenset(role for role, unit in self.held if unit in (None, unit_id))

    def has(self, right: Right) -> bool:
        """True when a role carries the right; one's own account needs no role."""
        return right is Right.OWN_ACCOUNT or not self.roles.isdisjoint(RIGHTS[right])

    def units(self, roles: Iterable[Role] = _EVERYBODY_IN_CARE) -> frozenset[int] | None:
        """The units where one of the roles is held; None means every unit."""
        wanted = set(roles)
        units = {unit for role, unit in self.held if role in wanted}
        return None if None in units else frozenset(u for u in units if u is not None)

    def part(self, case: Case) -> Part:
        """What this person sees of the case; whoever opened it sees what care staff see."""
        here, (readers, carers) = self.at(case.unit_id), _READERS[case.definition]
        if not here.isdisjoint(readers):
            return Part.ALL
        if not here.isdisjoint(carers) or case.opened_by == self.person_id:
            return Part.CARE
        return Part.NONE

    def may_do(self, case: Case, roles: Iterable[Role | str]) -> bool:
        """True when one of the roles is held at the case's unit."""
        return not self.at(case.unit_id).isdisjoint(Role(role) for role in roles)

    def opens(self, definition: WorkflowDefinition) -> bool:
        """True when a role, at any unit, may open such a case."""
        return not self.roles.isdisjoint(definition.opening_by)

    def may_open_at(self, unit_id: int, roles: Iterable[Role]) -> bool:
        """True when a case may be opened for a patient of the unit by one of the roles."""
        return not self.at(unit_id).isdisjoint(roles)

    def may_correct(self, case: Case, author_id: int | None) -> bool:
        """The author, the unit manager and MAS may correct an entry."""
        if self.part(case) is Part.NONE:
            return False
        return author_id == self.person_id or self.may_do(case, (Role.UNIT_MANAGER, Role.MAS))

    def may_hand_over(self, case: Case, step: CaseStep) -> bool:
        """Those who may do the step, and the unit manager."""
        return self.may_do(case, (*step.roles, Role.UNIT_MANAGER))

    def may_roster(self, unit_id: int | None) -> bool:
        """Who is on duty is set by the unit's manager, or anywhere (None too) by administrators."""
        units = self.units(RIGHTS[Right.DUTY_ROSTER])
        return units is None or unit_id in units

    def seen_cases(self) -> ColumnElement[bool]:
        """The condition on Case for which `part` is not NONE."""
        kinds = [
            and_(Case.definition == kind, _at(self.units((*readers, *carers))))
            for kind, (readers, carers) in _READERS.items()
        ]
        return or_(*kinds, Case.opened_by == self.person_id)

    def whole_cases(self, kinds: Iterable[str]) -> ColumnElement[bool]:
        """The condition on Case for which `part` is ALL, among those kinds."""
        return or_(
            false(),
            *(and_(Case.definition == kind, _at(self.units(_READERS[kind][0]))) for kind in kinds),
        )

    def role_for(self, case: Case) -> Role | None:
        """The role the access log names: the weightiest at the case's unit, else any held."""
        here = self.at(case.unit_id) & {*_READERS[case.definition][0]}
        order = (
            Role.MAS, Role.MAR, Role.HEAD_OF_HEALTH_CARE, Role.UNIT_MANAGER, *LICENSED,
            Role.SIP_COORDINATOR, Role.CASE_OFFICER,
        )  # fmt: skip
        return next((r for r in order if r in here), None) or next(iter(sorted(self.roles)), None)


def _at(units: frozenset[int] | None) -> ColumnElement[bool]:
    return true() if units is None else Case.unit_id.in_(units)


# Made once: every request asks it, and making it takes longer than answering it.
_HELD = select(Membership.person_id, Membership.role, Membership.unit_id).where(
    Membership.person_id.in_(bindparam("people", expanding=True)),
    held_on(bindparam("day", type_=Date())),
)


def access_of(session: Session, person: Person, now: datetime) -> Access:
    """Roles held today (Stockholm) and duty now, also for the absent; none for the inactive.

    A substitute has the absent person's roles too, but only roles held somewhere oneself: a
    licence is not lent.
    """
    if not person.active:
        return Access(person.id, person.name, frozenset())
    away = substitutes(session, now)
    people = [person.id, *(absent for absent, stand_in in away.items() if stand_in == person.id)]
    memberships = session.execute(_HELD, {"people": people, "day": day_of(now)}).all()
    licences = {role for whose, role, _unit in memberships if whose == person.id}
    duties = [(d.person_id, d.role, d.unit_id) for d in rostered(session, now, people)]
    held = {
        (Role(role), unit)
        for whose, role, unit in (*memberships, *duties)
        if whose == person.id or role in licences
    }
    return Access(person.id, person.name, frozenset(held))
