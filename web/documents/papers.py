"""Which papers of a case somebody may print now, and each of them drawn."""

from dataclasses import dataclass

from cases.access import Part
from cases.errors import NotAllowed, NotFound
from web.documents.pdf import About, draw
from web.door import vardtrad
from web.seen_case import SeenCase
from workflow.documents import Document, Sheet
from workflow.words import _


@dataclass(frozen=True)
class Paper:
    """As a page lists it; `label` is a msgid."""

    key: str
    label: str


def papers_of(page: SeenCase) -> tuple[Paper, ...]:
    """Nothing for somebody who may not read all of the case, nor after disposal (gallring)."""
    if page.work.access.part(page.case) is not Part.ALL or not page.history.is_whole:
        return ()
    return tuple(
        Paper(document.key, document.label)
        for document in page.history.engine.definition.documents
        if _sheet(page, document)
    )


def paper(page: SeenCase, key: str) -> bytes:
    """The PDF; raises NotAllowed, and NotFound with what is missing."""
    if page.work.access.part(page.case) is not Part.ALL:
        raise NotAllowed(_("Bara den som får läsa hela ärendet får skriva ut dokumenten."))
    if not page.history.is_whole:
        raise NotFound(_("Texterna i ärendet är gallrade. Det finns inget kvar att skriva ut."))
    documents = page.history.engine.definition.documents
    document = next((each for each in documents if each.key == key), None)
    if document is None:
        raise NotFound(_("Ärendet har inget sådant dokument."))
    sheet = _sheet(page, document)
    if sheet is None:
        raise NotFound(document.missing)
    return draw(document, sheet, _about(page), page.work.now)


def _sheet(page: SeenCase, document: Document) -> Sheet | None:
    if document.only_open and page.case.closed_at:
        return None
    return document.sheet(page.history.facts(), vardtrad().settings.office)


def _about(page: SeenCase) -> About:
    case, definition = page.case, page.history.engine.definition
    closed = definition.state(case.state).label if case.closed_at else ""
    return About(case.reference, case.patient.name, case.patient.number, case.unit.name, closed)
