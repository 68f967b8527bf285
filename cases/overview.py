"""One case as its page shows it: where it stands, who has it until when, and what goes with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, joinedload

from cases.access import Access, Part, Right
from cases.acknowledging import offered_times
from cases.arming import is_held
from cases.clock_moves import moves_of
from cases.errors import NotFound
from cases.history import History
from cases.holders import Holder, on_duty_at
from cases.imported import IMPORTED, ImportedCase
from cases.lines import CaseLine
from cases.models import Case, CaseLink, CaseStep
from cases.pausing_view import PauseView, pause_view
from cases.people import Unit
from cases.standing import open_steps
from workflow.ladders import Sending
from workflow.measures import MeasureLine
from workflow.messages import Message
from workflow.words import _


@dataclass(frozen=True)
class StepView:
    """A step with its clock; `item` may be typed text, `on_duty` those to ask at once.

    `held_until` is None unless `held_by` keeps its reminders back now; `hold_times` are the moments
    until which this reader may keep them back. `moves` say why `due_at` is not as first reckoned.
    """

    id: int
    key: str
    label: str
    item: str
    roles: tuple[str, ...]
    claimed_by: str
    is_mine: bool
    at_once: bool
    on_duty: tuple[str, ...]
    due_at: datetime
    target_at: datetime | None
    legal_latest_at: datetime | None
    clock: Mapping[str, Any]
    may_do: bool
    may_hand_over: bool
    pausing: PauseView | None
    moves: tuple[Message, ...]
    held_by: str
    held_until: datetime | None
    is_held_by_me: bool
    hold_times: tuple[datetime, ...]


@dataclass(frozen=True)
class Overview:
    """What this reader may see of the case; steps with the least time left first."""

    line: CaseLine
    patient: str
    patient_number: str
    patient_page: int | None
    """The patient's id, for those who may open the patient's page."""
    called_before: str
    """What an earlier system called the case; empty where it began here."""
    part: Part
    round: int
    occurred_at: datetime
    steps: tuple[StepView, ...]
    measures: tuple[MeasureLine, ...]
    others: tuple[CaseLine, ...]
    linked: tuple[CaseLine, ...]
    actions: tuple[tuple[str, str], ...]


def case_named(session: Session, reference: str) -> Case:
    """With patient, unit and steps; raises NotFound."""
    return _one(session, _BY_REFERENCE, reference)


def case_of_step(session: Session, step_id: int) -> tuple[Case, CaseStep]:
    """As case_named, by one of its steps; raises NotFound."""
    case = _one(session, _BY_STEP, step_id)
    return case, next(step for step in case.steps if step.id == step_id)


_CASE = select(Case).options(joinedload(Case.patient), joinedload(Case.unit))
_BY_REFERENCE = _CASE.where(Case.reference == bindparam("key"))
_BY_STEP = _CASE.where(
    Case.id == select(CaseStep.case_id).where(CaseStep.id == bindparam("key")).scalar_subquery()
)


def _one(session: Session, found: Select[Case], key: str | int) -> Case:
    case = session.scalar(found, {"key": key})
    if case is None:
        raise NotFound(_("Ärendet finns inte."))
    return case


def overview(session: Session, history: History, access: Access, now: datetime) -> Overview:
    """The number of queries does not grow with what has happened in the case."""
    case, definition = history.case, history.engine.definition
    part = access.part(case)
    steps, known = open_steps(case), not case.patient.is_nobody
    asked = any(_asks_those_on_duty(history, step) for step in steps)
    duty = on_duty_at(session, case.unit_id, now) if asked else ()
    views = [step_view(history, step, access, duty, now) for step in steps]
    others = cases_of_patient(session, history, access)
    return Overview(
        line=CaseLine.of(case, history.routines),
        patient=case.patient.name,
        patient_number=case.patient.number if part is Part.ALL and known else "",
        patient_page=case.patient_id if access.has(Right.SEARCH_PATIENTS) and known else None,
        called_before=_called_before(session, history),
        part=part,
        round=case.round,
        occurred_at=case.occurred_at,
        steps=tuple(sorted(views, key=lambda step: (step.due_at, step.id))),
        measures=_measures(history, part),
        others=tuple(line for line in others if line.closed_at is None),
        linked=_lines(session, history, access, _LINKED),
        actions=tuple(
            (action.key, action.label)
            for action in definition.actions
            if case.closed_at is None and access.may_do(case, action.by)
        ),
    )


def _called_before(session: Session, history: History) -> str:
    if all(event.type != IMPORTED for event in history.events):
        return ""
    return session.get_one(ImportedCase, history.case.id).reference


def _measures(history: History, part: Part) -> tuple[MeasureLine, ...]:
    measures = history.engine.definition.measures
    if measures is None or not history.is_whole:
        return ()
    lines = measures(history.facts())
    # The verdicts stand in evaluations, which are not for care staff.
    return lines if part is Part.ALL else tuple(replace(line, verdict="") for line in lines)


def cases_of_patient(session: Session, history: History, access: Access) -> tuple[CaseLine, ...]:
    """The patient's other cases that this reader may see, closed ones too; the newest first."""
    return () if history.case.patient.is_nobody else _lines(session, history, access, _OTHERS)


def _asks_those_on_duty(history: History, step: CaseStep) -> bool:
    ladder = history.engine.definition.step(step.key).ladder
    return ladder.sending is Sending.AT_ONCE and step.claimed_by is None


def step_view(
    history: History, step: CaseStep, access: Access, duty: Iterable[Holder], now: datetime
) -> StepView:
    """Those on duty are named for steps whose reminders go at once, unless somebody took it."""
    case, definition = history.case, history.engine.definition.step(step.key)
    at_once = definition.ladder.sending is Sending.AT_ONCE
    ask = _asks_those_on_duty(history, step)
    held, may_hold = is_held(step, now), access.may_hand_over(case, step)
    may_read = access.part(case) is Part.ALL or definition.care
    item = ""
    if step.item and may_read and history.is_whole:
        item = history.engine.item(definition, step.item, history.facts()).label
    return StepView(
        id=step.id,
        key=step.key,
        label=definition.label,
        item=item,
        roles=tuple(step.roles),
        claimed_by=history.people.get(step.claimed_by, "") if step.claimed_by else "",
        is_mine=step.claimed_by == access.person_id,
        at_once=at_once,
        on_duty=tuple(each.name for each in duty if ask and each.role in step.roles),
        due_at=step.due_at,
        target_at=step.target_at,
        legal_latest_at=step.legal_latest_at,
        clock=step.clock,
        may_do=access.may_do(case, step.roles),
        may_hand_over=may_hold,
        pausing=pause_view(history, step, access, now),
        moves=moves_of(history, step),
        held_by=history.people.get(step.acknowledged_by or 0, "") if held else "",
        held_until=step.acknowledged_until if held else None,
        is_held_by_me=held and step.acknowledged_by == access.person_id,
        hold_times=offered_times(step, definition.ladder, now) if may_hold else (),
    )


def _at_other_end(case_id: int | BindParameter[int]) -> ColumnElement[bool]:
    first, second = CaseLink.case_id, CaseLink.other_id
    other = sql_case((first == case_id, second), else_=first)
    return Case.id.in_(select(other).where((first == case_id) | (second == case_id)))


def linked_to(case: Case) -> Select[Case]:
    """The cases at the other end of its links."""
    return select(Case).where(_at_other_end(case.id))


_THIS: BindParameter[int] = bindparam("case")
_LINES = (
    select(
        Case.reference, Case.definition, Case.version, Case.category, Case.state, Case.opened_at,
        Case.closed_at, Case.opened_by, Case.unit_id, Unit.name.label("unit"),
    )
    .join(Case.unit)
    .order_by(Case.opened_at.desc(), Case.id)
)  # fmt: skip
_OTHERS = _LINES.where(Case.patient_id == bindparam("patient"), Case.id != _THIS)
_LINKED = _LINES.where(_at_other_end(_THIS))


def _lines(
    session: Session, history: History, access: Access, found: Select[*tuple[Any, ...]]
) -> tuple[CaseLine, ...]:
    about = {"case": history.case.id, "patient": history.case.patient_id}
    rows: Iterable[Any] = session.execute(found, about)
    return tuple(
        CaseLine.read(row, row.unit, history.routines)
        for row in rows
        if access.part(row) is not Part.NONE
    )
