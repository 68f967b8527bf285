"""The links of a case's open steps, for those who look after them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import Access, Part
from cases.history import History
from cases.links import AnswerLink, LinkUse, Standing, standing
from cases.models import CaseStep
from cases.standing import open_steps


@dataclass(frozen=True)
class OutsideLine:
    """A step that somebody outside may answer; no `link_id` while nothing has been sent.

    `code` is told to whoever may do the step, and only while the link can be used.
    """

    step_id: int
    label: str
    to: str
    address: str
    may_change: bool
    link_id: int | None
    standing: Standing | None
    code: str
    expires_at: datetime | None
    opened_at: datetime | None
    read_at: datetime | None
    uses: int
    wrong_codes: int


def outside_lines(
    session: Session, history: History, access: Access, now: datetime
) -> tuple[OutsideLine, ...]:
    """In two queries, however many steps are open; nothing for who may not read all."""
    case, definition = history.case, history.engine.definition
    if access.part(case) is not Part.ALL or not history.is_whole:
        return ()
    steps = [step for step in open_steps(case) if definition.step(step.key).by_link]
    if not steps:
        return ()
    links, facts = _newest_links(session, steps), history.facts()
    uses = _uses(session, links.values())
    lines = []
    for step in steps:
        asked = definition.step(step.key)
        assert asked.by_link is not None
        item, link = history.engine.item(asked, step.item, facts), links.get(step.id)
        party = asked.by_link.who(facts, item)
        may_change = access.may_do(case, step.roles)
        alive = link is not None and standing(link, now) is Standing.ALIVE
        used = uses.get(link.id, _Uses()) if link else _Uses()
        lines.append(
            OutsideLine(
                step_id=step.id,
                label=asked.label,
                to=party.name if party else item.label,
                address=party.email if party else "",
                may_change=may_change,
                link_id=link.id if link else None,
                standing=standing(link, now) if link else None,
                code=link.code if link and alive and may_change else "",
                expires_at=link.expires_at if link else None,
                opened_at=used.opened_at,
                read_at=used.read_at,
                uses=used.count,
                wrong_codes=link.wrong_codes if link else 0,
            )
        )
    return tuple(lines)


@dataclass(frozen=True)
class _Uses:
    count: int = 0
    opened_at: datetime | None = None
    read_at: datetime | None = None


def _newest_links(session: Session, steps: Iterable[CaseStep]) -> dict[int, AnswerLink]:
    links = session.scalars(
        select(AnswerLink)
        .where(AnswerLink.step_id.in_([step.id for step in steps]))
        .order_by(AnswerLink.id)
    )
    return {link.step_id: link for link in links}


def _uses(session: Session, links: Iterable[AnswerLink]) -> dict[int, _Uses]:
    """`read_at` is when the right code first let somebody see whom the case is about."""
    counted = session.execute(
        select(LinkUse.link_id, LinkUse.what, func.count(), func.min(LinkUse.at))
        .where(LinkUse.link_id.in_([link.id for link in links]))
        .group_by(LinkUse.link_id, LinkUse.what)
    )
    found: dict[int, dict[str, tuple[int, datetime]]] = {}
    for link_id, what, count, first in counted:
        found.setdefault(link_id, {})[what] = count, first
    return {
        link_id: _Uses(
            sum(count for count, _first in by_what.values()),
            by_what["opened"][1] if "opened" in by_what else None,
            by_what["right_code"][1] if "right_code" in by_what else None,
        )
        for link_id, by_what in found.items()
    }
