"""Changing cases: opened, a step done, a note, an action."""

from flask import request, url_for
from marshmallow import Schema, fields

from cases.access import Right
from cases.doing import held_case, held_step
from cases.errors import NotFound, Stale
from cases.models import Case
from cases.operations import Sent, act, do_step, note, open_case
from cases.standing import engine_of
from web.api.doors import WRITE, door
from web.api.schemas import Asked, text, told
from web.api.sending import (
    IF_MATCH,
    KEY,
    UNSEEN,
    Answer,
    Body,
    carried_out,
    seen_revision,
)  # fmt: skip
from web.door import Work
from workflow.words import _


class DoneSchema(Schema):
    """What was changed; read the case again for what is next."""

    reference = text("The case's reference.")


class FormSchema(Asked):
    """The answers to a form."""

    form = fields.Dict(keys=fields.String(), required=True, **told("See its JSON Schema."))


class OpeningSchema(FormSchema):
    """A case to open."""

    definition = fields.String(required=True, **told("Key of the kind of case."))


class NoteSchema(Asked):
    """A note to the timeline."""

    note = fields.String(required=True, **told("At most 4000 characters."))


@door(
    "POST",
    "/cases",
    Right.OPEN_CASES,
    WRITE,
    DoneSchema,
    status=201,
    body=OpeningSchema,
    also=(404,),
    parameters=[KEY],
    headers={"Location": {"description": "Of the new case.", "schema": {"type": "string"}}},
)
def open_new_case(body: Body) -> tuple[Answer, dict[str, str]]:
    """Open a case

    The opening form of each kind of case is in GET /definitions/{key}.
    """

    def opened(work: Work, key: str) -> Case:
        definition, sent = body["definition"], Sent(body["form"], key)
        return open_case(work.session, work.routines, work.access, definition, sent, work.now)

    answer = carried_out(body, opened)
    return answer, {"Location": url_for("api.read_case", reference=answer["reference"])}


@door(
    "POST",
    "/steps/<int:step_id>",
    Right.WORK,
    WRITE,
    DoneSchema,
    body=FormSchema,
    also=(409, 412, 428),
    parameters=[IF_MATCH, KEY],
)
def do_one_step(body: Body, step_id: int) -> Answer:
    """Do a step

    Steps with their forms are in GET /cases/{reference}.
    """

    def done(work: Work, key: str) -> Case:
        case, _step = held_step(work.session, work.access, step_id)
        sent = Sent(body["form"], key, seen_revision(case))
        return do_step(work.session, work.routines, work.access, step_id, sent, work.now)

    return carried_out(body, done, needs_revision=True)


@door(
    "POST",
    "/cases/<reference>/notes",
    Right.WORK,
    WRITE,
    DoneSchema,
    status=201,
    body=NoteSchema,
    also=(409, 412),
    parameters=[IF_MATCH, KEY],
)
def write_note(body: Body, reference: str) -> Answer:
    """Write a note

    If-Match may be left out: a note is about the case whatever has happened meanwhile.
    """

    def noted(work: Work, key: str) -> Case:
        case = held_case(work.session, work.access, reference)
        if request.if_match and seen_revision(case) == UNSEEN:
            raise Stale
        return note(work.session, work.access, reference, Sent(body, key), work.now)

    return carried_out(body, noted)


@door(
    "POST",
    "/cases/<reference>/actions/<action>",
    Right.WORK,
    WRITE,
    DoneSchema,
    body=FormSchema,
    also=(409, 412, 428),
    parameters=[IF_MATCH, KEY],
)
def do_action(body: Body, reference: str, action: str) -> Answer:
    """Do what may be done at any time, such as withdraw

    Actions with their forms are in GET /cases/{reference}.
    """

    def acted(work: Work, key: str) -> Case:
        case = held_case(work.session, work.access, reference)
        actions = engine_of(work.routines, case).definition.actions
        if action not in {each.key for each in actions}:
            raise NotFound(_("Det går inte att göra så i det här ärendet."))
        sent = Sent(body["form"], key, seen_revision(case))
        return act(work.session, work.routines, work.access, reference, action, sent, work.now)

    return carried_out(body, acted, needs_revision=True)
