"""The kinds of case, so that a program can open one that did not exist when it was written."""

from typing import Any

from cases.access import Right
from cases.errors import NotFound
from cases.offers import opening_units
from web.api.definition_schemas import DefinitionSchema, DefinitionsSchema
from web.api.doors import READ, door
from web.api.reading import named
from web.door import Work, reading
from web.forms import say
from web.words import role_word
from workflow.definition import State, Step, WorkflowDefinition
from workflow.forms import Form
from workflow.json_schema import schema_of
from workflow.words import _

Answer = dict[str, Any]


@door("GET", "/definitions", Right.DEFINITIONS, READ, DefinitionsSchema, tag="definitions")
def list_definitions() -> Answer:
    """Kinds of case"""
    with reading() as work:
        return {"definitions": [_line(work, each) for each in work.routines.current()]}


@door("GET", "/definitions/<key>", Right.DEFINITIONS, READ, DefinitionSchema, tag="definitions")
def read_definition(key: str) -> Answer:
    """A kind of case with its forms

    What to send to open one, its states, their steps, and what leads on.
    """
    with reading() as work:
        definition = next((each for each in work.routines.current() if each.key == key), None)
        if definition is None:
            raise NotFound(_("Det finns ingen sådan rutin."))
        line = _line(work, definition)
        return line | {
            "opening": _opening(work, definition) if line["may_open"] else None,
            "categories": [named(*category) for category in definition.categories.items()],
            "states": [_state(work, state) for state in definition.states],
            "actions": [
                named(action.key, action.label)
                | {
                    "roles": [{"key": role, "label": role_word(role)} for role in action.by],
                    "form": _schema(work, action.form),
                }
                for action in definition.actions
            ],
        }


def _line(work: Work, definition: WorkflowDefinition) -> Answer:
    return named(definition.key, definition.label) | {
        "version": definition.version,
        "purpose": say(definition.purpose) if definition.purpose else "",
        "source": say(definition.source),
        "may_open": work.access.opens(definition),
    }


def _opening(work: Work, definition: WorkflowDefinition) -> Answer:
    units = opening_units(work.session, work.access, definition, work.now)
    return schema_of(definition.opening(now=work.now, offers={"units": units}), say)


def _state(work: Work, state: State) -> Answer:
    return named(state.key, state.label) | {
        "steps": [_step(work, step) for step in state.steps],
        "leads_to": list(dict.fromkeys(route.to for route in state.then)),
    }


def _step(work: Work, step: Step) -> Answer:
    return named(step.key, step.label) | {
        "responsible": say(step.by.label),
        "limit": {
            "rule": step.due.rule,
            "amount": step.due.amount,
            "counted_from": say(step.due.since.label),
            "basis": say(step.due.basis.text),
        },
        "form": _schema(work, step.form),
    }


def _schema(work: Work, form: type[Form]) -> Answer:
    return schema_of(form(now=work.now), say)
