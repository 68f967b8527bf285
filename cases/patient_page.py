"""One line per person: the milestones of all of a patient's cases, as this reader may see them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload

from cases.access import Access
from cases.errors import NotFound
from cases.history import History
from cases.lines import CaseLine
from cases.log import CaseEvent
from cases.models import Case
from cases.people import Patient, Person
from cases.searching import known_patients
from cases.standing import OPENED, STEP_DONE, form_data
from cases.timeline import Line, may_read, timeline
from workflow.definitions.discharge.stay import moment_in
from workflow.moments import day_of
from workflow.routines import Routines
from workflow.words import _

AFTER_HOME_DAYS = 30
"""How long a home-coming is told beside what happens; as long as readmissions are counted."""


@dataclass(frozen=True)
class Milestone:
    """`days_home` counts whole days since the newest home-coming of another case, or is None."""

    case: CaseLine
    line: Line
    days_home: int | None


@dataclass(frozen=True)
class PatientPage:
    """`records` are the cases for the access log; `cases` their lines, the open ones first."""

    patient: Patient
    records: tuple[Case, ...]
    cases: tuple[CaseLine, ...]
    milestones: tuple[Milestone, ...]
    """Oldest first."""


@dataclass(frozen=True)
class _HomeComing:
    case_id: int
    at: datetime


def find_patient(session: Session, patient_id: int) -> Patient:
    """Whoever asks; raises NotFound."""
    patient = session.get(Patient, patient_id, options=[joinedload(Patient.unit)])
    if patient is None:
        raise NotFound(_("Patienten finns inte."))
    return patient


def patient_page(
    session: Session, routines: Routines, access: Access, patient: Patient
) -> PatientPage:
    """Four queries, however many cases; raises NotFound for whom the person may not find."""
    known = select(Patient.id).where(Patient.id == patient.id, known_patients(access))
    if session.scalar(known) is None:
        raise NotFound(_("Patienten finns inte."))
    cases = session.scalars(
        select(Case)
        .where(Case.patient_id == patient.id, access.seen_cases())
        .options(joinedload(Case.unit), lazyload(Case.steps))
        .order_by(Case.closed_at.is_not(None), Case.opened_at.desc(), Case.id)
    ).all()
    histories = _histories(session, routines, cases)
    homes = [home for history in histories for home in _home_comings(history, access)]
    found = [each for history in histories for each in _milestones(history, access, homes)]
    found.sort(key=lambda each: (each.line.occurred_at, each.case.reference, each.line.sequence))
    lines = tuple(CaseLine.of(case, routines) for case in cases)
    return PatientPage(patient, tuple(cases), lines, tuple(found))


def _histories(session: Session, routines: Routines, cases: Iterable[Case]) -> list[History]:
    people = dict(session.execute(select(Person.id, Person.name)).all())
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for event in session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id.in_([case.id for case in cases]))
        .order_by(CaseEvent.case_id, CaseEvent.sequence)
    ):
        events[event.case_id].append(event)
    return [History(case, tuple(events[case.id]), routines, people) for case in cases]


def _home_comings(history: History, access: Access) -> Iterator[_HomeComing]:
    for event in history.events:
        if event.data.get("step") == "went_home" and event.type == STEP_DONE:
            at = moment_in(form_data(history.newest(event)), "home_at")
            if at and may_read(history, event, access):
                yield _HomeComing(history.case.id, at)


def _milestones(
    history: History, access: Access, homes: Iterable[_HomeComing]
) -> Iterator[Milestone]:
    case = CaseLine.of(history.case, history.routines)
    others = [home.at for home in homes if home.case_id != history.case.id]
    shown = {e.sequence for e in history.events if _is_one(e) and may_read(history, e, access)}
    for line in timeline(history, access):
        if line.sequence in shown:
            about = line.type != "advanced"
            yield Milestone(case, line, _days_home(line.occurred_at, others) if about else None)


def _is_one(event: CaseEvent) -> bool:
    """Opened, a step done, an action, or on to another state; no claims, notes and mails."""
    if event.type == "advanced":
        return bool(event.data["path"])
    return event.type in (OPENED, STEP_DONE, "action")


def _days_home(at: datetime, homes: Iterable[datetime]) -> int | None:
    days = [(day_of(at) - day_of(home)).days for home in homes if home <= at]
    return min((n for n in days if n <= AFTER_HOME_DAYS), default=None)
