"""Whom and what a story means: the case, its open step, and the people."""

from collections.abc import Callable, Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases.access import Access, access_of
from cases.models import Case, CaseLink, CaseStep
from cases.people import Membership, Patient, Person, Unit
from cases.standing import open_steps
from notifications.recipients import Reach
from web.demo.answers import row_key
from web.demo.stories import Deed, Story
from workflow.ladders import RESPONSIBLE
from workflow.patient_fields import OTHER_PATIENT
from workflow.roles import Role
from workflow.routines import Routines


def opened_case(session: Session, story: Story, opener: str) -> Case:
    """The case of the story's kind that the case with reference `opener` opened."""
    first = session.scalars(select(Case).where(Case.reference == opener)).one()
    linked = select(Case).join(
        CaseLink, or_(CaseLink.case_id == Case.id, CaseLink.other_id == Case.id)
    )
    linked = linked.where(
        or_(CaseLink.case_id == first.id, CaseLink.other_id == first.id),
        Case.definition == story.kind,
    )
    return session.scalars(linked).one()


def open_step(
    deed: Deed, case: Case, key: str, which: str, label: Callable[[str], str]
) -> CaseStep:
    """The only open one, or the one for `which`: an item, a row's key, or how a label begins.

    `label` is that of an item. Raises LookupError when there is none or more than one.
    """
    steps = [step for step in open_steps(case) if step.key == key]
    if which:
        keys = (which, row_key(deed.story.key, which))
        steps = [
            step
            for step in steps
            if step.item.partition("-")[0] in keys or label(step.item).startswith(which)
        ]
    if len(steps) != 1:
        found = ", ".join(f"{step.key} {label(step.item)}".strip() for step in open_steps(case))
        raise LookupError(f"{len(steps)} steps; open in {case.state}: {found}")
    return steps[0]


def access_by(session: Session, username: str, deed: Deed) -> Access:
    """What the person may do at the moment of the deed."""
    person = session.scalars(select(Person).where(Person.username == username)).one()
    return access_of(session, person, deed.at)


def responsible(session: Session, routines: Routines, step: CaseStep, deed: Deed) -> str:
    """The user name of whoever the step belongs to at that moment."""
    reach = Reach(session, routines, deed.at)
    found = reach.behind(step.case.unit_id, step.roles, step.claimed_by, (RESPONSIBLE,))
    return session.get_one(Person, found.people[0]).username


def patient_of(session: Session, story: Story) -> str:
    """As the patient field of an opening form says it."""
    if story.patient == OTHER_PATIENT:
        return OTHER_PATIENT
    found = select(Patient.id).where(Patient.name == story.patient)
    return str(session.scalars(found).one())


def worked(session: Session, story: Story) -> Iterable[int]:
    """The ids of those who worked then."""
    found = select(Person.id).order_by(Person.id)
    if story.worked:
        return session.scalars(found.where(Person.username.in_(story.worked)))
    carers = (
        select(Membership.person_id)
        .join(Unit)
        .where(Unit.key == story.unit, Membership.role == Role.CARE_WORKER)
    )
    return session.scalars(found.where(Person.id.in_(carers)))
