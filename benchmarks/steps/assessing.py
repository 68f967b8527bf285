"""A nurse assesses falls, each by the operation that a page calls."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from benchmarks.steps.rows import Fall
from cases.access import Access, access_of
from cases.database import Database
from cases.models import Case, CaseStep
from cases.operations import Sent, do_step
from cases.people import Person
from migrations.upgrade import upgrade
from tests.notifications.town import ASSESSMENT, FRIDAY, Town
from workflow.routines import Routines

SENT = ASSESSMENT | {"home_visit": True, "severity": "3"}
"""Opens a home visit with its clock and four rungs, and tells the MAS at once."""

NOW = FRIDAY + timedelta(minutes=5)


@dataclass(frozen=True)
class Ward:
    """Falls that wait for their assessment, half of them for each who measures."""

    url: str
    database: Database
    routines: Routines
    nurse: int
    falls: tuple[Fall, ...]

    def assess(self, fall: Fall) -> None:
        """From the form as sent to the commit; who may do it is read anew, as for every page."""
        with self.database.transaction() as session:
            access = access_of(session, session.get_one(Person, self.nurse), NOW)
            sent = Sent(SENT, uuid4().hex, fall.revision)
            do_step(session, self.routines, access, fall.step_id, sent, NOW)

    def assess_as(self, access: Access, fall: Fall) -> None:
        """As `assess`, by somebody whose access has just been read."""
        with self.database.transaction() as session:
            sent = Sent(SENT, uuid4().hex, fall.revision)
            do_step(session, self.routines, access, fall.step_id, sent, NOW)

    def access(self) -> Access:
        """The nurse's."""
        with self.database.reading() as session:
            return access_of(session, session.get_one(Person, self.nurse), NOW)


def ward(url: str, routines: Routines, falls: int) -> Ward:
    """Migrates an empty database and reports the falls."""
    upgrade(url)
    database = Database(url)
    town = Town(database, routines)
    staff = town.staff()
    for _ in range(falls):
        town.report(staff["wilma"], FRIDAY)
    with database.reading() as session:
        waiting = session.execute(
            select(Case.id, Case.revision, CaseStep.id)
            .join(CaseStep, CaseStep.case_id == Case.id)
            .where(CaseStep.key == "assess")
            .order_by(Case.id)
        ).all()
    found = tuple(Fall(case_id, revision, step_id) for case_id, revision, step_id in waiting)
    return Ward(url, database, routines, staff["nils"], found)
