"""The shape of a routine: frozen data that can be laid beside the municipality's paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflow.asides import Around, Aside
from workflow.basis import Basis
from workflow.documents import Document
from workflow.facts import Each, Facts, Item, Rule
from workflow.faults import faults_of
from workflow.figure_tables import FigureTable
from workflow.figures import Counting, Figures
from workflow.forms import Form
from workflow.ladders import Ladder
from workflow.measures import MeasureLine
from workflow.outside import ByLink, ExternalDeviation, Meeting, Opens
from workflow.pausing import Pausing
from workflow.roles import LICENSED, OVERSEERS, Role
from workflow.rules_table import Table
from workflow.words import _


@dataclass(frozen=True)
class Start:
    """What a clock counts from; the label completes the Swedish phrase "räknat från …"."""

    label: str
    find: Callable[[Facts, Item | None, datetime], datetime | date | None]


@dataclass(frozen=True)
class Deadline:
    """A rule of workflow.deadlines with its amount (hours, days or months), start and source."""

    rule: str
    since: Start
    basis: Basis
    amount: int | None = None

    @property
    def is_in_form(self) -> bool:
        """True when the day is one somebody chose, so that no amount is added to it."""
        return self.rule == "on_date"


@dataclass(frozen=True)
class Responsible:
    """Who may do a step: the first role is asked first, the others may act in its place."""

    label: str
    roles: Callable[[Facts, Item | None], tuple[Role, ...]]


@dataclass(frozen=True)
class Step:
    """A duty within a state; `care` lets care workers of the unit read its answer.

    `conference` puts it on a patient conference's agenda; `feedback` answers who opened the case;
    `moves_on` lets the rules know when its time has run out; `by_link` lets somebody outside do it.
    `pause` lets its clock stand still; None for what cannot wait.
    """

    key: str
    label: str
    done: str
    by: Responsible
    due: Deadline
    ladder: Ladder
    form: type[Form]
    when: Rule | None = None
    for_each: Each | None = None
    required: bool = True
    care: bool = False
    conference: bool = False
    feedback: bool = False
    moves_on: bool = False
    by_link: ByLink | None = None
    pause: Pausing | None = None


@dataclass(frozen=True)
class Route:
    """The way on from a state; the first route whose rule holds is taken."""

    to: str
    when: Rule | None = None


@dataclass(frozen=True)
class State:
    """Where a case stands; without routes it is an end."""

    key: str
    label: str
    steps: tuple[Step, ...] = ()
    then: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Action:
    """Something allowed at any time while the case is open, without a clock; ends in `to`."""

    key: str
    label: str
    done: str
    to: str
    by: tuple[Role, ...]
    form: type[Form]


@dataclass(frozen=True)
class Tell:
    """A message at once, day and night, the first time its rule holds after a step is done."""

    key: str
    label: str
    to: tuple[Role, ...]
    when: Rule


@dataclass(frozen=True)
class Threshold:
    """A whole number that rules read as facts.thresholds[key], within lo and hi."""

    key: str
    label: str
    value: int
    lo: int
    hi: int
    basis: Basis


@dataclass(frozen=True)
class Setting:
    """What only this routine lets the municipality set; `told` are its lines in plain Swedish.

    `read` answers None for a table of the rules file in which it has noted a fault.
    """

    key: str
    label: str
    value: Any
    read: Callable[[Table], Any]
    told: Callable[[Any], tuple[str, ...]]


class FaultyDefinition(ValueError):
    """Holds every fault found, so that one import shows all of them."""

    def __init__(self, key: str, faults: list[str]) -> None:
        super().__init__(f"{key}: " + "; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class WorkflowDefinition:
    """One routine in one version; raises FaultyDefinition with all its faults when made.

    `readers` see all of a case at their unit, `care_readers` what care staff need. `consent` names
    the step, and the field of its form, that hold the patient's consent. `alone` refuses a second
    open case of the same patient. `heading` and `send` head the opening form and stand on its
    button; `purpose` says in a sentence when such a case is opened. A case is called by its
    category (a fall) unless `named_by_category` says otherwise. `figures` are what the statistics
    count of a case with these facts in that state, `counting` by what they tell cases apart, and
    `figure_tables` what they show of it beside the tables that every kind has.
    """

    key: str
    label: str
    prefix: str
    version: int
    source: str
    opening: type[Form]
    opening_by: tuple[Role, ...]
    states: tuple[State, ...]
    actions: tuple[Action, ...] = ()
    tells: tuple[Tell, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    consent: tuple[str, str] | None = None
    readers: tuple[Role, ...] = (*LICENSED, Role.UNIT_MANAGER, *OVERSEERS)
    care_readers: tuple[Role, ...] = (Role.CARE_WORKER,)
    alone: bool = False
    meeting: Callable[[Facts], Meeting | None] | None = None
    opens: tuple[Opens, ...] = ()
    external_deviations: tuple[ExternalDeviation, ...] = ()
    settings: tuple[Setting, ...] = ()
    aside: Callable[[Around], Aside | None] | None = None
    figures: Callable[[Facts, str], Figures] | None = None
    counting: Counting = field(default_factory=Counting)
    figure_tables: tuple[FigureTable, ...] = ()
    measures: Callable[[Facts], tuple[MeasureLine, ...]] | None = None
    documents: tuple[Document, ...] = ()
    heading: str = _("Nytt ärende: %(kind)s")
    send: str = _("Spara och öppna ärendet")
    purpose: str = ""
    named_by_category: bool = True
    category_field: str | None = None
    categories: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = faults_of(self)
        if faults:
            raise FaultyDefinition(self.key, faults)

    @property
    def starts_in(self) -> State:
        """The first state of the tuple."""
        return self.states[0]

    def state(self, key: str) -> State:
        """Raises KeyError for a state the definition does not have."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(key)

    def step(self, key: str) -> Step:
        """Raises KeyError for a step the definition does not have."""
        for state in self.states:
            for step in state.steps:
                if step.key == key:
                    return step
        raise KeyError(key)

    def action(self, key: str) -> Action:
        """Raises KeyError for an action the definition does not have."""
        for action in self.actions:
            if action.key == key:
                return action
        raise KeyError(key)

    def external_deviation(self, key: str) -> ExternalDeviation:
        """Raises KeyError for one the definition does not have."""
        for each in self.external_deviations:
            if each.key == key:
                return each
        raise KeyError(key)

    def order(self, state: str) -> int:
        """The state's place in the routine, from 0."""
        return [s.key for s in self.states].index(state)

    def goes_back(self, state: str, to: str) -> bool:
        """True for a way to an earlier state or to the same: it begins a new round."""
        return self.order(to) <= self.order(state)
