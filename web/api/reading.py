"""Reading cases: a list, where one stands, and what has happened in it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cases.access import Right
from cases.case_list import cases_page
from cases.models import Case
from cases.overview import StepView, case_named
from cases.standing import engine_of, open_steps
from cases.timeline import timeline
from web.api.case_schemas import CaseFilterSchema, CaseSchema, CasesSchema, TimelineSchema
from web.api.doors import READ, door
from web.door import Work, reading
from web.forms import say
from web.seen_case import SeenCase, seen
from web.spoken import pairs, spoken, spoken_line
from web.words import role_word
from workflow.json_schema import schema_of

Answer = dict[str, Any]

ETAG = {"ETag": {"description": "For If-Match.", "schema": {"type": "string"}}}


@door("GET", "/cases", Right.WORK, READ, CasesSchema, query=CaseFilterSchema)
def list_cases(wanted: Mapping[str, Any]) -> Answer:
    """Cases that the person may see

    In the order they were opened; nothing about patients.
    """
    with reading() as work:
        # One more than asked for tells whether there is another page.
        most = wanted["limit"]
        found = cases_page(
            work.session, work.routines, work.access, wanted, wanted["after"], most + 1
        )
        lines = [_line(work, case) for case in found[:most]]
    return {"cases": lines, "next": found[most - 1].id if len(found) > most else None}


@door("GET", "/cases/<reference>", Right.WORK, READ, CaseSchema, headers=ETAG)
def read_case(reference: str) -> tuple[Answer, dict[str, str]]:
    """A case and its open steps

    With the clock of each step, why it ends when it does, and the JSON Schema of its form.
    """
    answer = seen(partial(case_named, reference=reference), _case)
    return answer, {"ETag": f'"{answer["revision"]}"'}


@door("GET", "/cases/<reference>/timeline", Right.WORK, READ, TimelineSchema)
def read_timeline(reference: str) -> Answer:
    """All that has happened in a case

    Answers are left out where the person may not read them.
    """
    return {"events": seen(partial(case_named, reference=reference), _events)}


def named(key: str, label: str) -> Answer:
    """As NamedSchema; the label is a msgid or a name."""
    return {"key": key, "label": say(label) if label else key}


def _line(work: Work, case: Case) -> Answer:
    definition = engine_of(work.routines, case).definition
    category = definition.categories.get(case.category) if definition.named_by_category else None
    return {
        "reference": case.reference,
        "definition": named(case.definition, definition.label),
        "category": named(case.category, category) if category else None,
        "unit": {"key": case.unit.key, "label": case.unit.name},
        "state": named(case.state, definition.state(case.state).label),
        "revision": case.revision,
        "occurred_at": case.occurred_at,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }


def _case(page: SeenCase) -> Answer:
    case, view = page.case, page.overview()
    records = {step.id: step for step in open_steps(case)}
    definition, facts = page.history.engine.definition, page.history.facts()
    now = page.work.now
    return _line(page.work, case) | {
        "round": case.round,
        "patient": {"name": view.patient, "number": view.patient_number or None},
        "steps": [
            _step(step)
            | {"form": schema_of(page.form(records[step.id]), say) if step.may_do else None}
            for step in view.steps
        ],
        "actions": [
            named(key, label)
            | {"form": schema_of(definition.action(key).form(now=now, facts=facts), say)}
            for key, label in view.actions
        ],
        "linked": [line.reference for line in view.linked],
    }


def _step(step: StepView) -> Answer:
    return {
        "id": step.id,
        "key": step.key,
        "label": say(step.label),
        "item": say(step.item) if step.item else "",
        "roles": [{"key": role, "label": role_word(role)} for role in step.roles],
        "claimed_by": step.claimed_by,
        "due_at": step.due_at,
        "target_at": step.target_at,
        "legal_latest_at": step.legal_latest_at,
        "counted_from": say(step.clock["since"]),
        "basis": say(step.clock["basis"]),
        "why": step.clock["why"],
        "moves": [spoken(moved) for moved in step.moves],
        "may_do": step.may_do,
    }


def _events(page: SeenCase) -> list[Answer]:
    return [
        {
            "sequence": line.sequence,
            "type": line.type,
            "title": spoken_line(line).title,
            "occurred_at": line.occurred_at,
            "recorded_at": line.recorded_at,
            "late": line.late,
            "corrected": line.corrected,
            "by": spoken(line.actor),
            "answers": [
                {"name": answer.name, "label": label, "text": told}
                for answer, (label, told) in zip(line.answers, pairs(line.answers), strict=True)
            ],
            "hint": spoken(line.hint),
        }
        for line in timeline(page.history, page.work.access)
    ]
