"""What is asked and answered about cases."""

from datetime import date

from marshmallow import Schema, fields, validate

from web.api.schemas import Asked, NamedSchema, at, text, told, word
from workflow.messages import UNREADABLE, refusal
from workflow.time_fields import YEARS
from workflow.words import _

MOST_IN_A_PAGE = 200


def known_year(day: date) -> None:
    """Raises ValidationError for a year that no calendar of ours reaches."""
    if day.year not in YEARS:
        raise refusal(_("Kontrollera årtalet."))


class CaseLineSchema(Schema):
    """A case in a list; nothing about the patient."""

    reference = text("Such as AVV-2026-0412.")
    definition = fields.Nested(NamedSchema, required=True)
    category = fields.Nested(NamedSchema, required=True, allow_none=True)
    unit = fields.Nested(NamedSchema, required=True)
    state = fields.Nested(NamedSchema, required=True)
    revision = fields.Integer(required=True, metadata={"description": "Also the ETag."})
    occurred_at = at("When it happened.")
    opened_at = at("When it was opened here.")
    closed_at = at("Null while the case is open.", may_be_null=True)


class CasesSchema(Schema):
    """A page of the list."""

    cases = fields.List(fields.Nested(CaseLineSchema), required=True)
    next = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "For after, to read the next page; null at the end."},
    )


class CaseFilterSchema(Asked):
    """All that are given must hold."""

    definition = word("Key of the kind of case, such as deviation.")
    state = word("Key of the state that the case stands in.")
    category = word("Key of the category, such as fall.")
    unit = word("Key of the unit.")
    reference = word("How the reference begins, such as AVV-2026.")
    open = fields.Boolean(
        truthy={"true"}, falsy={"false"}, **told("true = open cases, false = closed ones.")
    )
    opened_from = fields.Date(
        attribute="from_day", validate=known_year, **told("First day of opening, in Sweden.")
    )
    opened_to = fields.Date(
        attribute="to_day", validate=known_year, **told("Last day of opening, in Sweden.")
    )
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 999_999_999, error=UNREADABLE),
        **told("What next was in the page before."),
    )
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, MOST_IN_A_PAGE, error=UNREADABLE),
        **told("Cases in a page."),
    )


class WhySchema(Schema):
    """How the limit was reckoned, in whole sentences."""

    sv = text("In Swedish.")
    en = text("In English.")


class StepSchema(Schema):
    """An open step with its clock."""

    id = fields.Integer(required=True, metadata={"description": "For POST /steps/{id}."})
    key = text("The step in the definition.")
    label = text("What is to be done.")
    item = text("What a repeated step is for; empty for other steps.")
    roles = fields.List(
        fields.Nested(NamedSchema),
        required=True,
        metadata={"description": "Who may do it; the first is asked first."},
    )
    claimed_by = text("Name of who has taken it, or empty.")
    due_at = at("When it must be done.")
    target_at = at("When it should be done.", may_be_null=True)
    legal_latest_at = at("When the law says at the latest.", may_be_null=True)
    counted_from = text("What the time is counted from.")
    basis = text("The law, regulation or decision behind the limit.")
    why = fields.Nested(WhySchema, required=True)
    moves = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Why due_at is not as first reckoned."},
    )
    may_do = fields.Boolean(required=True, metadata={"description": "By the token's person."})
    form = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "JSON Schema of the form to POST; null for who may not do it."},
    )


class ActionSchema(NamedSchema):
    """What may be done at any time, such as taking the case back."""

    form = fields.Dict(required=True, metadata={"description": "JSON Schema of the form to POST."})


class PatientSchema(Schema):
    """Whom the case is about."""

    name = text("The patient's name.")
    number = text("Twelve digits; null for who may not see all of the case.", may_be_null=True)


class CaseSchema(CaseLineSchema):
    """Where a case stands."""

    round = fields.Integer(required=True, metadata={"description": "1 until it has gone back."})
    patient = fields.Nested(PatientSchema, required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)
    actions = fields.List(fields.Nested(ActionSchema), required=True)
    linked = fields.List(fields.String(), required=True)


class AnswerSchema(Schema):
    """A label with what was answered, as people read it."""

    name = text("The field of the form.")
    label = text("The question.")
    text = text("The answer; of a corrected one also what stood there before.")


class EventSchema(Schema):
    """A line of the timeline."""

    sequence = fields.Integer(required=True)
    type = text("Such as opened, step_done, corrected, note, escalated.")
    title = text("What happened.")
    occurred_at = at("When it happened.")
    recorded_at = at("When it was written down.")
    late = fields.Boolean(required=True, metadata={"description": "Written down late."})
    corrected = fields.Boolean(required=True, metadata={"description": "A later line corrects it."})
    by = text("A name, or who outside; empty for what the system does by itself.")
    answers = fields.List(fields.Nested(AnswerSchema), required=True)
    hint = text("Why the answers are not shown, or empty.")


class TimelineSchema(Schema):
    """Oldest first by when it happened."""

    events = fields.List(fields.Nested(EventSchema), required=True)
