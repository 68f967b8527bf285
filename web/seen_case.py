"""Pages about one case: shown to those who may see it, and every try is a row in the access log."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sqlalchemy.orm import Session

from cases.access import Part
from cases.doing import step_form
from cases.errors import NotFound, Refused
from cases.history import History
from cases.holders import on_duty_at
from cases.models import Case, CaseStep
from cases.overview import Overview, StepView, overview, step_view
from notifications.opened import mark_opened
from web.door import Work, working
from workflow.facts import Facts
from workflow.forms import Form
from workflow.words import _

T = TypeVar("T")


@dataclass(frozen=True)
class SeenCase:
    """A case that the person may see, within the request's transaction."""

    work: Work
    case: Case

    @cached_property
    def history(self) -> History:
        """Read once, whatever the page shows of it."""
        return History.of(self.work.session, self.work.routines, self.case)

    def note_opened(self) -> None:
        """For the proof that those who were told of the case have opened it."""
        mark_opened(self.work.session, self.case.id, self.work.access.person_id, self.work.now)

    def overview(self) -> Overview:
        """Where the case stands."""
        return overview(self.work.session, self.history, self.work.access, self.work.now)

    def step(self, step: CaseStep) -> StepView:
        """One of its steps."""
        duty = on_duty_at(self.work.session, self.case.unit_id, self.work.now)
        return step_view(self.history, step, self.work.access, duty, self.work.now)

    def form(self, step: CaseStep) -> Form:
        """The form of one of its steps."""
        work, history = self.work, self.history
        # After disposal (gallring) the log no longer says what the rules ask for.
        facts = history.facts() if history.is_whole else Facts({}, self.case.opened_at)
        definition = history.engine.definition.step(step.key)
        return step_form(work.session, definition, step, facts, work.routines, work.now)


def seen(
    find: Callable[[Session], Case], build: Callable[[SeenCase], T], action: str = "case"
) -> T:
    """What `build` makes of the case; raises NotFound where the person may not see it."""
    refused: Refused | None = None
    with working() as work:
        case = find(work.session)
        try:
            page = _built(work, case, build)
        except Refused as error:
            refused = error
        work.read(action, case, allowed=refused is None)
    if refused is not None:
        # Raised after the transaction, so that the refused try stays in the log.
        raise refused
    return page


def _built(work: Work, case: Case, build: Callable[[SeenCase], T]) -> T:
    if work.access.part(case) is Part.NONE:
        raise NotFound(_("Ärendet finns inte."))
    return build(SeenCase(work, case))
