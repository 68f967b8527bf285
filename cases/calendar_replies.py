"""Which answer step a calendar's reply belongs to, and what it fills in there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.access import Access
from cases.doing import step_form
from cases.errors import NotAllowed, Refused
from cases.letters import CANCEL, Invitation, Letter, letters_with_invitation
from cases.models import Case, CaseStep
from cases.standing import engine_of, facts_of, open_steps
from workflow.forms import Form
from workflow.outside import Replied
from workflow.routines import Routines
from workflow.words import _


@dataclass(frozen=True)
class Matched:
    """An open step, its form, and what the reply says in the form's own fields."""

    step: CaseStep
    form: Form
    data: Mapping[str, Any]


def answers_by_calendar(routines: Routines, case: Case) -> bool:
    """True when the routine has steps that a calendar's reply can answer."""
    states = engine_of(routines, case).definition.states
    steps = (step for state in states for step in state.steps)
    return any(step.by_link and step.by_link.replied for step in steps)


def match(
    session: Session,
    routines: Routines,
    access: Access,
    case: Case,
    uid: str,
    sequence: int,
    by: str,
    said: Replied,
    now: datetime,
) -> Matched:
    """Raises Refused, and changes nothing, when the reply is to anything but the newest call."""
    letter = _answered(session, case, uid, sequence)
    engine, facts = engine_of(routines, case), facts_of(session, routines, case)
    for step in open_steps(case):
        definition = engine.definition.step(step.key)
        by_link = definition.by_link
        if by_link is None or by_link.replied is None:
            continue
        party = by_link.who(facts, engine.item(definition, step.item, facts))
        if party is None or party.key != letter.party:
            continue
        if not access.may_do(case, step.roles):
            raise NotAllowed(_("Det här steget görs av någon annan."))
        form = step_form(session, definition, step, facts, routines, now)
        himself = by.casefold() == letter.to_address.casefold()
        who = "" if himself else ", ".join(each for each in (said.who, by) if each)
        return Matched(step, form, {**form.initial(), **by_link.replied(replace(said, who=who))})
    raise Refused(_("Det finns inget öppet steg för det här svaret. De kan ha svarat redan."))


def _answered(session: Session, case: Case, uid: str, sequence: int) -> Letter:
    """The newest letter about the invitation that the reply names."""
    same = [
        (letter, Invitation.of(letter.invitation or {}))
        for letter in letters_with_invitation(session, case)
        if (letter.invitation or {})["uid"] == uid
    ]
    if not same:
        raise Refused(_("Svaret hör till en annan kallelse än någon i det här ärendet."))
    letter, newest = same[-1]
    if newest.method == CANCEL:
        raise Refused(_("Svaret gäller en kallelse som är återtagen."))
    if sequence < newest.sequence:
        raise Refused(_("Svaret gäller en tidigare tid. Mötet har ändrats sedan dess."))
    if sequence > newest.sequence:
        raise Refused(_("Svaret gäller en tid som inte kommer härifrån."))
    return letter
