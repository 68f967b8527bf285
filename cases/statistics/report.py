"""Every table that a question gets, in the order of the MAS's list."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases.access import Access
from cases.statistics.asked import Asked
from cases.statistics.by_category import by_category
from cases.statistics.by_unit import by_unit
from cases.statistics.cases_in_time import cases_in_time
from cases.statistics.causes import causes
from cases.statistics.cube import cube
from cases.statistics.quality import quality, repeated
from cases.statistics.question import Question
from cases.statistics.quiet_now import quiet_now
from cases.statistics.steps_in_time import steps_in_time
from cases.statistics.subcategories import by_subcategory
from cases.statistics.tables import Table
from cases.statistics.tallied import tallied
from workflow.routines import Routines


def tables(
    session: Session, routines: Routines, access: Access, question: Question, now: datetime
) -> tuple[Table, ...]:
    """Of what `figure` has reckoned so far; raises NotAllowed."""
    asked = Asked.by(session, routines, access, question, now)
    cells = cube(asked)
    return (
        *by_category(asked),
        *by_subcategory(asked, cells),
        *by_unit(asked, cells),
        *cases_in_time(asked, cells),
        *steps_in_time(asked),
        *quality(asked, cells),
        *causes(asked),
        *repeated(asked, cells),
        *tallied(asked),
        *quiet_now(asked),
    )
