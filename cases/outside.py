"""Somebody outside before a link: how it stands, the second check, and the answer."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.doing import carry_out
from cases.events import append, locked_case
from cases.history import History
from cases.links import MOST_WRONG, AnswerLink, LinkUse, Standing, standing
from cases.sent import close_if_ended, load
from cases.standing import engine_of, facts_of
from workflow.answers import Said
from workflow.forms import Form
from workflow.messages import Message
from workflow.outside import ByLink, Meeting
from workflow.routines import Routines

BY_LINK, LINK_LOCKED = "by_link", "link_locked"
"""Names, in the data of an event, the link it came by; and what is told when one is guessed at."""


def look(session: Session, link: AnswerLink, what: str, now: datetime) -> Standing:
    """Notes that the page was opened, or `what` was done there in vain."""
    found = standing(link, now)
    use(session, link, what if found is Standing.ALIVE else f"refused_{found}", now)
    return found


def prove(session: Session, link: AnswerLink, typed: str, now: datetime) -> bool:
    """The second check: the link's own code, or the case's reference as it is read out."""
    _hold(session, link)
    case = link.step.case
    right = any(_alike(typed, known) for known in (link.code, case.reference))
    if look(session, link, "right_code" if right else "wrong_code", now) is not Standing.ALIVE:
        return False
    if right:
        return True
    link.wrong_codes += 1
    if link.wrong_codes >= MOST_WRONG:
        append(session, case, LINK_LOCKED, now, data=about(link))
    return False


def give(
    session: Session,
    routines: Routines,
    link: AnswerLink,
    data: Mapping[str, Any],
    key: str,
    now: datetime,
) -> bool:
    """Does the step; False when the link is no longer alive. The same key twice is one answer."""
    _hold(session, link)
    if link.answered_at is not None and link.answered_with == key:
        return True
    if look(session, link, "answered", now) is not Standing.ALIVE:
        return False
    case = link.step.case
    form = question_of(session, routines, link, now).form
    said = form.dump(load(form, data)) | _by_link_of(routines, link).filled(now)
    carry_out(session, routines, link.step, said, now, None, **{BY_LINK: link.id})
    link.answered_at, link.answered_with = now, key
    close_if_ended(session, case, now)
    session.flush()
    return True


@dataclass(frozen=True)
class Question:
    """What a link asks; `to` and `meeting` may be shown to whoever has the link, the rest not."""

    asks: str
    to: str
    meeting: Meeting | None
    until: datetime
    told: tuple[tuple[str, str], ...]
    form: Form


def question_of(session: Session, routines: Routines, link: AnswerLink, now: datetime) -> Question:
    """As the case stands; the form knows none of our people's names."""
    engine, step = engine_of(routines, link.step.case), link.step
    facts = facts_of(session, routines, step.case)
    item = engine.item(engine.definition.step(step.key), step.item, facts)
    by_link, meeting = _by_link_of(routines, link), engine.definition.meeting
    party = by_link.who(facts, item)
    return Question(
        asks=by_link.asks,
        to=party.name if party else "",
        meeting=meeting(facts) if meeting else None,
        until=link.expires_at,
        told=by_link.told(facts, item),
        form=by_link.form(now=now, facts=facts, item=item),
    )


def answer_of(session: Session, routines: Routines, link: AnswerLink) -> tuple[Said, ...]:
    """What came by the link, as the party wrote it; nothing when it has been disposed of."""
    history = History.of(session, routines, link.step.case)
    theirs = _by_link_of(routines, link).form._declared_fields  # noqa: SLF001  no public name
    return tuple(
        replace(said, label=Message(theirs[said.name].metadata["label"]))
        for event in history.events
        if event.data.get(BY_LINK) == link.id
        for said in history.answers(event)
        if said.name in theirs
    )


def _by_link_of(routines: Routines, link: AnswerLink) -> ByLink:
    found = engine_of(routines, link.step.case).definition.step(link.step.key).by_link
    assert found is not None, "links are made for steps that somebody outside may answer"
    return found


def use(session: Session, link: AnswerLink, what: str, now: datetime) -> None:
    """Every use of a link is kept, so that it can be told who has seen a patient's name."""
    session.add(LinkUse(link_id=link.id, at=now, what=what))


def about(link: AnswerLink) -> dict[str, Any]:
    """How the log names a link."""
    step = link.step
    return {"step": step.key, "item": step.item, "round": step.round, "link": link.id}


def _hold(session: Session, link: AnswerLink) -> None:
    """Read anew once the case is locked: it may have changed while the page was open."""
    locked_case(session, link.step.case.reference)
    session.refresh(link)


def _alike(typed: str, known: str) -> bool:
    return secrets.compare_digest(_plain(typed), _plain(known))


def _plain(text: str) -> bytes:
    return re.sub(r"[\W_]", "", text).casefold().encode(errors="replace")
