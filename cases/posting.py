"""Which letters a change leads to, decided in the transaction of the change itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.letters import CANCEL, REQUEST, Invitation, Letter, newest_invitations
from cases.links import AnswerLink, Standing, new_link, standing
from cases.models import Case, CaseStep
from cases.standing import open_steps
from workflow.engine import Engine
from workflow.facts import Facts
from workflow.outside import Meeting, Party


@dataclass(frozen=True)
class _Asked:
    """A party asked by a living link; `is_new` when nobody has been mailed the link yet."""

    party: Party
    link: AnswerLink
    is_new: bool


def post(session: Session, engine: Engine, case: Case, facts: Facts, now: datetime) -> None:
    """Adds a letter for each party whose link or invitation is no longer what it should be."""
    asked = list(_asked(session, engine, case, facts, now))
    changes = dict(_changes(session, engine, case, facts, now))
    for each in asked:
        party, change = each.party, changes.pop((each.party.key, each.party.email), None)
        if each.is_new or change:
            session.add(_letter(case, party, change[1] if change else None, now, each.link))
    for party, invitation in changes.values():
        session.add(_letter(case, party, invitation, now))


def _letter(
    case: Case,
    party: Party,
    invitation: Invitation | None,
    now: datetime,
    link: AnswerLink | None = None,
) -> Letter:
    return Letter(
        case=case,
        party=party.key,
        name=party.name,
        to_address=party.email,
        link=link,
        invitation=invitation.as_json() if invitation else None,
        reminder=False,
        created_at=now,
        send_after=now,
    )


def _asked(
    session: Session, engine: Engine, case: Case, facts: Facts, now: datetime
) -> Iterator[_Asked]:
    """For open steps that a party outside may answer; a link sent to a wrong address is revoked."""
    for step in open_steps(case):
        definition = engine.definition.step(step.key)
        if definition.by_link is None:
            continue
        session.flush()  # a step that has just been opened has no id yet
        item = engine.item(definition, step.item, facts)
        party = definition.by_link.who(facts, item)
        link, sent_to = _newest_link(session, step)
        if link and (sent_to is None or (party and sent_to == party.email)):
            if party and party.email and standing(link, now) is Standing.ALIVE:
                yield _Asked(party, link, is_new=False)
            continue
        if link and link.revoked_at is None:
            link.revoked_at = now
        until = definition.by_link.until(facts, item, now)
        if party and party.email and until > now:
            yield _Asked(party, new_link(session, step, until, now), is_new=True)


def _newest_link(session: Session, step: CaseStep) -> tuple[AnswerLink | None, str | None]:
    """With the address it was mailed to; None for a link that no letter carries."""
    found = session.execute(
        select(AnswerLink, Letter.to_address)
        .outerjoin(Letter, Letter.link_id == AnswerLink.id)
        .where(AnswerLink.step_id == step.id)
        .order_by(AnswerLink.id.desc(), Letter.id.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else (None, None)


def _changes(
    session: Session, engine: Engine, case: Case, facts: Facts, now: datetime
) -> Iterator[tuple[tuple[str, str], tuple[Party, Invitation]]]:
    """What each party has to be told of the meeting, after what it was told last."""
    definition = engine.definition
    if definition.meeting is None:
        return
    told = newest_invitations(session, case)
    meeting = definition.meeting(facts) if definition.state(case.state).then else None
    invited = {(p.key, p.email): p for p in meeting.parties if p.email} if meeting else {}
    for whom in sorted(invited.keys() | told.keys()):
        letter = told.get(whom)
        last = Invitation.of(letter.invitation or {}) if letter else None
        if meeting and whom in invited:
            if changed := _request(meeting, last, now):
                yield whom, (invited[whom], changed)
        elif letter and last and last.method == REQUEST and last.ends > now:
            cancelled = replace(last, sequence=last.sequence + 1, method=CANCEL)
            yield whom, (Party(letter.party, letter.name, letter.to_address), cancelled)


def _request(meeting: Meeting, last: Invitation | None, now: datetime) -> Invitation | None:
    """None when the party knows already, and for a meeting that has been."""
    booked = (meeting.at, meeting.minutes, meeting.place)
    if last and last.method == REQUEST and (last.at, last.minutes, last.place) == booked:
        return None
    if last is None or last.method == CANCEL or last.ends <= now:
        first = Invitation(str(uuid4()), 0, REQUEST, *booked)
        return first if first.ends > now else None
    return Invitation(last.uid, last.sequence + 1, REQUEST, *booked)
