"""How a kind of case is described to another program."""

from marshmallow import Schema, fields

from web.api.schemas import NamedSchema, text


class DefinitionLineSchema(NamedSchema):
    """A kind of case in the version that new cases get."""

    version = fields.Integer(required=True)
    purpose = text("When such a case is opened, in a sentence; or empty.")
    source = text("What the routine is built on.")
    may_open = fields.Boolean(required=True, metadata={"description": "By the token's person."})


class DefinitionsSchema(Schema):
    """Every kind of case."""

    definitions = fields.List(fields.Nested(DefinitionLineSchema), required=True)


class LimitSchema(Schema):
    """A step's limit as a rule; GET /cases/{reference} tells the time itself."""

    rule = text("elapsed, hours_or_next_weekday, calendar_days, working_days, months, on_date…")
    amount = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Hours, days or months by the rule; null when a form decides."},
    )
    counted_from = text("What the time is counted from.")
    basis = text("The law, regulation or decision behind the limit.")


class DefinedStepSchema(NamedSchema):
    """A duty in a state."""

    responsible = text("Who does it.")
    limit = fields.Nested(LimitSchema, required=True)
    form = fields.Dict(
        required=True,
        metadata={
            "description": "JSON Schema of the answers. In a case some fields are left out, and "
            "others have the case's own choices: take the form of GET /cases/{reference} there."
        },
    )


class StateSchema(NamedSchema):
    """Where a case may stand."""

    steps = fields.List(fields.Nested(DefinedStepSchema), required=True)
    leads_to = fields.List(
        fields.String(), required=True, metadata={"description": "Keys of states; none at an end."}
    )


class DefinedActionSchema(NamedSchema):
    """What may be done at any time while the case is open."""

    roles = fields.List(fields.Nested(NamedSchema), required=True)
    form = fields.Dict(required=True, metadata={"description": "JSON Schema of the answers."})


class DefinitionSchema(DefinitionLineSchema):
    """A kind of case from opening to end."""

    opening = fields.Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": "JSON Schema of `form` in POST /cases; null for who may not open such "
            "a case. No patients are listed: answer patient with other, and give the number and "
            "the name. A patient already known by the number is found."
        },
    )
    categories = fields.List(fields.Nested(NamedSchema), required=True)
    states = fields.List(fields.Nested(StateSchema), required=True)
    actions = fields.List(fields.Nested(DefinedActionSchema), required=True)
