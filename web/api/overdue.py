"""What is late, with who hears of it next."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from marshmallow import Schema, fields

from cases.access import Right
from cases.overdue import OverdueLine, Sieve, overdue_steps
from web.api.doors import READ, door
from web.api.schemas import Asked, NamedSchema, at, text, word
from web.door import reading
from web.words import role_word


class OverdueFilterSchema(Asked):
    """All that are given must hold."""

    unit = word("Key of the unit.")
    definition = word("Key of the kind of case, such as deviation.")
    category = word("Key of the category, such as fall.")
    step = word("Key of the step.")


class OverdueStepSchema(Schema):
    """An open step whose time has run out; nothing about the patient."""

    id = fields.Integer(required=True, metadata={"description": "For POST /steps/{id}."})
    key = text("The step in the definition.")
    label = text("What is to be done.")
    reference = text("The case's reference.")
    definition = fields.Nested(NamedSchema, required=True)
    category = fields.Nested(NamedSchema, required=True, allow_none=True)
    unit = fields.Nested(NamedSchema, required=True)
    roles = fields.List(
        fields.Nested(NamedSchema),
        required=True,
        metadata={"description": "Who may do it; the first is asked first."},
    )
    claimed_by = text("Name of who has taken it, or empty.")
    due_at = at("When it should have been done.")
    next_roles = fields.List(
        fields.Nested(NamedSchema), required=True, metadata={"description": "Who hears next."}
    )
    next_at = at("When they hear of it; null when nobody more will.", may_be_null=True)


class OverdueSchema(Schema):
    """The longest overdue first."""

    steps = fields.List(fields.Nested(OverdueStepSchema), required=True)


@door(
    "GET", "/overdue", Right.OVERDUE, READ, OverdueSchema, query=OverdueFilterSchema, tag="overdue"
)
def list_overdue(wanted: Mapping[str, str]) -> dict[str, Any]:
    """Steps that should have been done

    At the units that the person watches over.
    """
    sieve = Sieve(**wanted)
    with reading() as work:
        lines = overdue_steps(work.session, work.routines, work.access, work.now)
    return {"steps": [_told(line) for line in lines if sieve.lets_through(line.keys)]}


def _told(line: OverdueLine) -> dict[str, Any]:
    step, case, keys = line.step, line.step.case, line.keys
    category = {"key": keys.category, "label": gettext(case.category)} if case.category else None
    return {
        "id": step.id,
        "key": keys.step,
        "label": gettext(step.label),
        "reference": case.reference,
        "definition": {"key": keys.definition, "label": gettext(case.definition)},
        "category": category,
        "unit": {"key": keys.unit, "label": case.unit},
        "roles": _roles(step.roles),
        "claimed_by": step.holder or "",
        "due_at": step.due_at,
        "next_roles": _roles(line.next_to),
        "next_at": line.next_at,
    }


def _roles(roles: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"key": role, "label": role_word(role)} for role in roles]
