"""The routines in force, as the head nurse approves them, with their state maps."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from cases.access import Right
from cases.errors import NotFound
from web.door import asks, vardtrad
from workflow.definition import WorkflowDefinition
from workflow.describe import describe
from workflow.diagram import StateMark, mermaid, state_map

routines = Blueprint("routines", __name__)


@routines.get("/rutiner")
@asks(Right.DEFINITIONS)
def all_routines() -> Any:
    """The newest version of each."""
    return render_template("pages/routines.html", definitions=vardtrad().routines.current())


@routines.get("/rutiner/<key>")
@asks(Right.DEFINITIONS)
def one_routine(key: str) -> Any:
    """The approved text, part by part, with the municipality's own rules in it."""
    definition = _definition(key)
    text = describe(definition, vardtrad().routines)
    return render_template(
        "pages/routine.html", definition=definition, parts=_parts(text), states=_map(definition)
    )


@routines.get("/rutiner/<key>.mmd")
@asks(Right.DEFINITIONS)
def picture(key: str) -> Response:
    """Mermaid text, to paste where such pictures are drawn."""
    text = mermaid(_definition(key))
    return Response(text, mimetype="text/plain")


def _definition(key: str) -> WorkflowDefinition:
    try:
        return vardtrad().routines.engine(key).definition
    except KeyError:
        raise NotFound(_("Den rutinen finns inte.")) from None


def _map(definition: WorkflowDefinition) -> list[StateMark]:
    return [
        replace(
            mark,
            label=_(mark.label),
            loops=tuple(_("kan gå tillbaka till %(state)s", state=_(to)) for to in mark.loops),
        )
        for mark in state_map(definition)
    ]


def _parts(text: str) -> list[tuple[str, str]]:
    """(title, text) by the lines that are underlined, so that each becomes a heading."""
    lines = text.splitlines()
    starts = [n - 1 for n, line in enumerate(lines) if line and not line.strip("=-")]
    return [
        (lines[start], "\n".join(lines[start + 2 : end]).strip("\n"))
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]
