"""The uses of a case's answer links, as whoever reads the access log is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import Access, Part, Right
from cases.access_reading import PAGE, within_days
from cases.administration import refuse_unless
from cases.letters import Letter
from cases.links import AnswerLink, LinkUse
from cases.models import Case, CaseStep
from cases.standing import engine_of
from workflow.routines import Routines


@dataclass(frozen=True)
class LinkUseLine:
    """One use, and never the code; step and party are empty for who may not read all."""

    at: datetime
    what: str
    step: str
    party: str


@dataclass(frozen=True)
class LinkUses:
    """The newest of them; `total` counts all."""

    lines: tuple[LinkUseLine, ...]
    total: int


def link_uses(
    session: Session, routines: Routines, access: Access, case: Case, wanted: Mapping[str, Any]
) -> LinkUses:
    """Newest first, within the days of an AccessLogFilter; raises NotAllowed for all but MAS."""
    refuse_unless(access, Right.ACCESS_LOG)
    of_case = (
        select(LinkUse, AnswerLink)
        .join(AnswerLink, AnswerLink.id == LinkUse.link_id)
        .join(CaseStep, CaseStep.id == AnswerLink.step_id)
        .where(CaseStep.case_id == case.id, *within_days(LinkUse.at, wanted))
    )
    total = session.scalar(select(func.count()).select_from(of_case.subquery())) or 0
    newest = of_case.order_by(LinkUse.at.desc(), LinkUse.id.desc()).limit(PAGE)
    may_read = access.part(case) is Part.ALL
    parties = _parties(session, case) if may_read else {}
    lines = (
        LinkUseLine(
            at=use.at,
            what=use.what,
            step=_step(routines, link) if may_read else "",
            party=parties.get(link.id, ""),
        )
        for use, link in session.execute(newest)
    )
    return LinkUses(tuple(lines), total)


def _step(routines: Routines, link: AnswerLink) -> str:
    return engine_of(routines, link.step.case).definition.step(link.step.key).label


def _parties(session: Session, case: Case) -> dict[int, str]:
    """Whom each link was mailed to, as the letter had it."""
    letters = session.execute(
        select(Letter.link_id, Letter.name)
        .where(Letter.case_id == case.id, Letter.link_id.is_not(None))
        .order_by(Letter.id.desc())
    )
    return {link_id: name for link_id, name in letters if link_id is not None}
