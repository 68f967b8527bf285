"""A case's papers as PDF, to be read on the screen, printed or sent."""

from functools import partial

from flask import Blueprint, Response

from cases.access import Right
from cases.overview import case_named
from web.documents.papers import paper
from web.door import asks
from web.seen_case import SeenCase, seen

documents = Blueprint("documents", __name__)


@documents.get("/arende/<reference>/dokument/<key>.pdf")
@asks(Right.WORK)
def show(reference: str, key: str) -> Response:
    """Drawn anew each time, so that it says what the case says now; its name has no patient."""

    def build(page: SeenCase) -> tuple[str, bytes]:
        return page.case.reference, paper(page, key)

    named, pdf = seen(partial(case_named, reference=reference), build, "document")
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{named}-{key}.pdf")
    return answer
