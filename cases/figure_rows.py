"""What one case adds to the statistics, as rows: its own, one a step, one a tally."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from cases.figures import LIVING
from cases.imported import IMPORTED
from cases.log import CaseEvent
from cases.models import DONE, NOT_NEEDED, Case, CaseStep
from cases.standing import engine_of, facts_from
from workflow.figures import Figures
from workflow.moments import day_of
from workflow.routines import Routines

logger = logging.getLogger(__name__)

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class CaseRows:
    """No rows at all for a case that does not count."""

    cases: Rows
    steps: Rows
    tallies: Rows


def figure_rows(routines: Routines, case: Case, events: Sequence[CaseEvent]) -> CaseRows:
    """Rows of the living edition; a case that its routine cannot read counts by its times alone."""
    imported = next((event for event in events if event.type == IMPORTED), None)
    figures = _figures(routines, case, events)
    if imported is not None:
        figures = _as_known(figures, imported)
    if not figures.counted:
        return CaseRows([], [], [])
    month = {
        "edition": LIVING,
        "case_id": case.id,
        "definition": case.definition,
        "category": case.category,
        "unit_id": case.unit_id,
        "event_month": month_on(day_of(case.occurred_at)),
        "report_month": month_on(day_of(case.opened_at)),
    }
    own = {
        "subcategory": figures.subcategory,
        "patient_id": None if imported else case.patient_id,
        "occurred_at": case.occurred_at,
        "reported_at": case.opened_at,
        "closed_at": case.closed_at,
        "severity": figures.severity,
        "probability": figures.probability,
        "rounds": case.round,
        "again": False,
        "closed_in_time": _closed_in_time(routines, case),
        "has_causes": figures.has_causes,
        "has_measures": figures.has_measures,
        "effect_followed_up": figures.effect_followed_up,
        "feedback_given": figures.feedback_given,
    }
    steps = [month | _step(step) for step in case.steps if _counts(step, imported is not None)]
    tallies: Rows = [
        {
            "edition": LIVING,
            "case_id": case.id,
            "figure": tally.figure,
            "value": tally.value,
            "number": tally.number,
        }
        for tally in figures.tallies
    ]
    return CaseRows([month | own], steps, tallies)


def month_on(day: date) -> int:
    """Year * 100 + month."""
    return day.year * 100 + day.month


def _figures(routines: Routines, case: Case, events: Sequence[CaseEvent]) -> Figures:
    definition = engine_of(routines, case).definition
    if definition.figures is None:
        return Figures()
    try:
        thresholds = routines.thresholds(case.definition, case.version)
        return definition.figures(facts_from(case, events, thresholds), case.state)
    except Exception as fault:  # noqa: BLE001  one broken case must not stop the others
        # Never the message: it may hold what somebody typed.
        logger.error("figures: %s: %s", case.reference, type(fault).__name__)
        return Figures()


def _as_known(figures: Figures, imported: CaseEvent) -> Figures:
    """What an earlier system does not tell is not known, which is another thing than missing."""
    risk = imported.data
    return replace(
        figures,
        severity=figures.severity or _number(risk.get("severity")),
        probability=figures.probability or _number(risk.get("probability")),
        has_causes=figures.has_causes or None,
        has_measures=figures.has_measures or None,
        effect_followed_up=figures.effect_followed_up or None,
        feedback_given=figures.feedback_given or None,
    )


def _number(stored: str | None) -> int | None:
    return int(stored) if stored else None


def _closed_in_time(routines: Routines, case: Case) -> bool | None:
    within = engine_of(routines, case).definition.counting.closed_within
    if within is None or case.closed_at is None:
        return None
    return case.closed_at - case.opened_at <= timedelta(hours=within.hours)


def _counts(step: CaseStep, imported: bool) -> bool:
    """A step that was late before it was no longer needed is not hidden by that."""
    if step.condition != NOT_NEEDED:
        return True
    return not imported and step.ended_at is not None and step.due_at < step.ended_at


def _step(step: CaseStep) -> dict[str, Any]:
    return {
        "step_id": step.id,
        "step": step.key,
        "condition": step.condition,
        "target_at": step.target_at,
        "due_at": step.due_at,
        "ended_at": step.ended_at,
        "minutes": _minutes(step),
    }


def _minutes(step: CaseStep) -> int | None:
    if step.condition != DONE or step.ended_at is None:
        return None
    start = datetime.fromisoformat(step.clock["start"])
    minutes = max(0, (step.ended_at - start) // timedelta(minutes=1))
    return rounded(minutes)


def rounded(minutes: int) -> int:
    """As coarse as StepFigures says."""
    if minutes < 4 * 60:
        return minutes
    whole = 5 if minutes < 2 * 24 * 60 else 60
    return round(minutes / whole) * whole
