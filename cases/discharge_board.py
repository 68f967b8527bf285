"""The discharge board: who comes home in the coming days, and who is ready and still waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from cases.access import Access
from cases.lines import CaseLine, StepLine
from cases.models import DONE, Case, CaseLink, CaseStep
from cases.open_cases import OpenCase, open_cases
from workflow.definitions.discharge import DISCHARGE
from workflow.definitions.discharge.rules import BRANCHES
from workflow.definitions.discharge.stay import (
    colour_of,
    estimate_of,
    home_at,
    moment_in,
    own_colour_of,
    sip_is_due,
    sip_is_judged,
)  # fmt: skip
from workflow.definitions.sip import SIP
from workflow.definitions.sip.parties import CALLS
from workflow.moments import day_of
from workflow.routines import Routines

DAYS_AHEAD = 14

Readiness = Literal["ready", "not_concerned", "waits"]


@dataclass(frozen=True)
class SipOfStay:
    """The SIP that goes with the stay, as far as the reader may see one; needed None = not told."""

    needed: bool | None
    reference: str = ""
    called: bool = False


@dataclass(frozen=True)
class DischargeLine:
    """`day` is the home-coming, or the hospital's estimate; `waited` are days since the notice."""

    case: CaseLine
    unit_key: str
    state: str
    step: StepLine
    day: date | None
    is_home: bool
    waited: int | None
    colour: str | None
    own_colour: str | None
    readiness: tuple[Readiness, ...]
    """Of social services, health care and rehabilitation, in that order."""
    sip: SipOfStay


@dataclass(frozen=True)
class DischargeBoard:
    """`waiting` are ready but still in hospital, longest first; `later` counts those left out."""

    waiting: tuple[DischargeLine, ...]
    coming: tuple[DischargeLine, ...]
    later: int


def discharge_board(
    session: Session, routines: Routines, access: Access, now: datetime
) -> DischargeBoard:
    """Stays that the person sees all of; `coming` by day, those without an estimate last."""
    today = day_of(now)
    found = open_cases(session, routines, access.whole_cases([DISCHARGE.key]))
    sips = _sips(session, access, [one.record.id for one in found])
    lines = [_line(one, sips.get(one.record.id), today) for one in found]
    waiting = [line for line in lines if line.waited is not None]
    others = [line for line in lines if line.waited is None and not _is_past(line, today)]
    far = today + timedelta(days=DAYS_AHEAD)
    coming = [line for line in others if line.day is None or line.day <= far]
    return DischargeBoard(
        tuple(sorted(waiting, key=lambda line: (-(line.waited or 0), line.case.reference))),
        tuple(sorted(coming, key=lambda line: (line.day or date.max, line.case.reference))),
        len(others) - len(coming),
    )


def _is_past(line: DischargeLine, today: date) -> bool:
    """At home since before today with everything begun: followed up elsewhere."""
    return line.state == "follow_up" and line.day is not None and line.day < today


def _line(one: OpenCase, sip: tuple[str, bool] | None, today: date) -> DischargeLine:
    facts, state = one.facts, one.record.state
    home = home_at(facts)
    sent = moment_in(facts.latest("notice_ready"), "sent_at")
    needed = sip_is_due(facts) if sip_is_judged(facts) else None
    return DischargeLine(
        case=one.line,
        unit_key=one.record.unit.key,
        state=state,
        step=one.next_step,
        day=day_of(home) if home else estimate_of(facts),
        is_home=home is not None,
        waited=(today - day_of(sent)).days if state == "ready" and sent else None,
        colour=colour_of(facts),
        own_colour=own_colour_of(facts),
        readiness=tuple(_readiness(one, branch) for branch in BRANCHES),
        sip=SipOfStay(needed, *sip) if sip else SipOfStay(needed),
    )


def _readiness(one: OpenCase, branch: str) -> Readiness:
    answers = one.facts.this_round(branch)
    if not answers:
        return "waits"
    return "ready" if answers[-1].data["answer"] == "ready" else "not_concerned"


def _sips(session: Session, access: Access, stays: Iterable[int]) -> dict[int, tuple[str, bool]]:
    """By the stay's id, the newest linked SIP's reference and whether somebody has called."""
    stay = aliased(Case)
    called = exists().where(
        CaseStep.case_id == Case.id, CaseStep.key.in_(CALLS), CaseStep.condition == DONE
    )
    rows = session.execute(
        select(stay.id, Case.reference, called)
        .select_from(stay)
        .join(CaseLink, or_(CaseLink.case_id == stay.id, CaseLink.other_id == stay.id))
        .join(
            Case,
            and_(
                Case.id != stay.id, or_(Case.id == CaseLink.case_id, Case.id == CaseLink.other_id)
            ),
        )
        .where(stay.id.in_(stays), access.whole_cases([SIP.key]))
        .order_by(Case.id)
    )
    return {stay_id: (reference, bool(is_called)) for stay_id, reference, is_called in rows}
