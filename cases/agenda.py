"""The agenda of a unit's patient conference: each patient with all of their cases together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from cases.access import Access
from cases.lines import CaseLine, StepLine, open_steps_where, taken_up_at_conference
from cases.log import CaseEvent
from cases.models import Case, CaseStep
from cases.people import Patient, Unit
from cases.standing import engine_of, facts_from
from workflow.fields import Choice
from workflow.moments import day_of
from workflow.routines import Routines
from workflow.words import _

NOT_ASKED = _("Patienten är inte tillfrågad")


@dataclass(frozen=True)
class Topic:
    """A case, with its steps to do then; no `consent` when the routine asks for none."""

    case: CaseLine
    record: Case
    steps: tuple[StepLine, ...]
    consent: str | None


@dataclass(frozen=True)
class OnAgenda:
    """A patient with all that is to be taken up, and the other cases still open."""

    patient: Patient
    topics: tuple[Topic, ...]
    others: tuple[Topic, ...]


@dataclass(frozen=True)
class Agenda:
    """`days` counts each day's cases (Stockholm); `left` is what earlier days did not get to."""

    day: date
    days: dict[date, int]
    patients: tuple[OnAgenda, ...]
    left: tuple[OnAgenda, ...]


def agenda(
    session: Session,
    routines: Routines,
    access: Access,
    unit: Unit,
    day: date | None,
    now: datetime,
) -> Agenda:
    """Of one day, or of the next day that has something when none is given."""
    today = day_of(now)
    steps = session.scalars(
        open_steps_where(Case.unit_id == unit.id, taken_up_at_conference(routines))
        .join(Case.patient)
        .options(contains_eager(CaseStep.case).contains_eager(Case.patient))
    ).all()
    days = Counter(day for _case, day in {(s.case_id, day_of(s.due_at)) for s in steps})
    chosen = day or min((each for each in days if each >= today), default=today)
    of_day = [step for step in steps if day_of(step.due_at) == chosen]
    left = [step for step in steps if day_of(step.due_at) < min(today, chosen)]
    patients = {step.case.patient_id for step in (*of_day, *left)}
    told = _Told(session, routines, access, patients, now)
    return Agenda(chosen, dict(sorted(days.items())), told.about(of_day), told.about(left))


class _Told:
    """What a page tells of some patients' cases, read at once for all of them."""

    def __init__(
        self,
        session: Session,
        routines: Routines,
        access: Access,
        patients: Iterable[int],
        now: datetime,
    ) -> None:
        self._routines, self._now = routines, now
        self._cases = session.scalars(
            select(Case)
            .where(Case.patient_id.in_(patients), Case.closed_at.is_(None), access.seen_cases())
            .options(joinedload(Case.unit), lazyload(Case.steps))
            .order_by(Case.id)
        ).all()
        self._events: dict[int, list[CaseEvent]] = {case.id: [] for case in self._cases}
        for event in session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id.in_(self._events))
            .order_by(CaseEvent.case_id, CaseEvent.sequence)
        ):
            self._events[event.case_id].append(event)

    def about(self, steps: Sequence[CaseStep]) -> tuple[OnAgenda, ...]:
        """The patients of the steps, by name."""
        patients = {step.case.patient_id: step.case.patient for step in steps}
        return tuple(
            self._patient(patient, [s for s in steps if s.case.patient_id == patient.id])
            for patient in sorted(patients.values(), key=lambda p: (p.sort_name, p.id))
        )

    def _patient(self, patient: Patient, steps: Sequence[CaseStep]) -> OnAgenda:
        taken_up = {step.case_id: step.case for step in steps}
        of_patient = [] if patient.is_nobody else self._cases
        others = [c for c in of_patient if c.patient_id == patient.id and c.id not in taken_up]
        return OnAgenda(
            patient,
            tuple(self._topic(case, steps) for case in taken_up.values()),
            tuple(self._topic(case, ()) for case in others),
        )

    def _topic(self, case: Case, steps: Sequence[CaseStep]) -> Topic:
        own = tuple(StepLine.of(step, self._routines) for step in steps if step.case_id == case.id)
        return Topic(CaseLine.of(case, self._routines), case, own, self._consent(case))

    def _consent(self, case: Case) -> str | None:
        definition = engine_of(self._routines, case).definition
        if definition.consent is None:
            return None
        key, name = definition.consent
        facts = facts_from(case, self._events[case.id], {})
        answer = facts.latest(key).get(name)
        field = definition.step(key).form(now=self._now, facts=facts).fields[name]
        assert isinstance(field, Choice)
        return field.options()[answer] if answer else NOT_ASKED
