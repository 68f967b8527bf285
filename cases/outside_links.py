"""A link as whoever may do its step looks after it: sent anew, closed, and reminded of."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.doing import held_step, refuse_ended
from cases.errors import NotAllowed, Refused
from cases.events import append
from cases.letters import Letter
from cases.links import AnswerLink, Standing, new_link, standing
from cases.models import Case, CaseStep
from cases.outside import about
from cases.standing import engine_of, facts_of
from workflow.facts import Facts, Item
from workflow.outside import ByLink, Party
from workflow.roles import LABELS, Role
from workflow.routines import Routines
from workflow.words import _

LINK_RENEWED, LINK_REVOKED = "link_renewed", "link_revoked"


def renew(
    session: Session,
    routines: Routines,
    access: Access,
    step_id: int,
    seen: int | None,
    now: datetime,
) -> Case:
    """Revokes the link and mails another; `seen` is the link on the page, or 0 where none was.

    Nothing happens twice: when another link has come since, that one is left alone.
    """
    case, step = _mine(session, access, step_id)
    if seen is None:
        raise Refused(_("Sidan gick inte att läsa. Skicka igen."))
    newest = newest_link(session, step)
    if (newest.id if newest else 0) != seen:
        return case
    by_link, facts, item = _asks(session, routines, step)
    party = by_link.who(facts, item)
    if party is None or not party.email:
        raise Refused(_("Det finns ingen e-postadress. Ring, och skriv in svaret i steget."))
    until = by_link.until(facts, item, now)
    if until <= now:
        raise Refused(_("Tiden för att svara har gått ut."))
    if newest is not None and newest.revoked_at is None:
        newest.revoked_at = now
    link = new_link(session, step, until, now)
    session.add(_letter(step, party, link, now))
    session.flush()
    append(session, case, LINK_RENEWED, now, actor_id=access.person_id, data=about(link))
    return case


def revoke(session: Session, access: Access, step_id: int, now: datetime) -> Case:
    """Closes the step's link; a link that is closed already makes no difference."""
    case, step = _mine(session, access, step_id)
    link = newest_link(session, step)
    if link is not None and link.revoked_at is None:
        link.revoked_at = now
        append(session, case, LINK_REVOKED, now, actor_id=access.person_id, data=about(link))
    return case


def remind(
    session: Session, routines: Routines, step: CaseStep, now: datetime, send_after: datetime
) -> Letter | None:
    """A letter with the living link; None when there is none by then, or nowhere to send it."""
    link = newest_link(session, step)
    by_link, facts, item = _asks(session, routines, step)
    party = by_link.who(facts, item)
    if link is None or party is None or not party.email:
        return None
    if not all(standing(link, at) is Standing.ALIVE for at in (now, send_after)):
        return None
    letter = _letter(step, party, link, now)
    letter.reminder, letter.send_after = True, send_after
    session.add(letter)
    session.flush()
    return letter


def newest_link(session: Session, step: CaseStep) -> AnswerLink | None:
    """The others of the step are revoked."""
    return session.scalar(
        select(AnswerLink)
        .where(AnswerLink.step_id == step.id)
        .order_by(AnswerLink.id.desc())
        .limit(1)
    )


def _mine(session: Session, access: Access, step_id: int) -> tuple[Case, CaseStep]:
    case, step = held_step(session, access, step_id)
    if not access.may_do(case, step.roles):
        who = LABELS[Role(step.roles[0])]
        raise NotAllowed(_("Det här steget görs av någon annan: %(who)s."), who=who)
    refuse_ended(step)
    return case, step


def _asks(session: Session, routines: Routines, step: CaseStep) -> tuple[ByLink, Facts, Item]:
    engine = engine_of(routines, step.case)
    definition = engine.definition.step(step.key)
    if definition.by_link is None:
        raise Refused(_("Det här steget besvaras inte med en länk."))
    facts = facts_of(session, routines, step.case)
    return definition.by_link, facts, engine.item(definition, step.item, facts)


def _letter(step: CaseStep, party: Party, link: AnswerLink, now: datetime) -> Letter:
    return Letter(
        case=step.case,
        party=party.key,
        name=party.name,
        to_address=party.email,
        link=link,
        created_at=now,
        send_after=now,
    )
