"""The SIP board: every open SIP with its clocks, and how those who were called have answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from cases.access import Access
from cases.awaited import organisation_key
from cases.lines import CaseLine, StepLine
from cases.models import Case
from cases.open_cases import OpenCase, open_cases
from workflow.clocks import Clock
from workflow.deadlines import sip_call
from workflow.definitions.sip import SIP
from workflow.definitions.sip.choices import ANSWERS
from workflow.definitions.sip.parties import called_at, parties_of, party_items
from workflow.holidays import WorkingCalendar
from workflow.moments import day_of
from workflow.routines import Routines
from workflow.words import _

When = Literal["late", "today", "later"]

NOT_CALLED = _("inte kallad än")
NO_ANSWER_YET = _("inget svar än")


@dataclass(frozen=True)
class PartyLine:
    """`organisation` is typed text, so whoever shows it logs a read; `answer` is a msgid."""

    key: str
    organisation: str
    answer: str
    has_answered: bool


@dataclass(frozen=True)
class SipLine:
    """`law` is the law's clock for the call, until somebody has called; `due_at` the first due."""

    record: Case
    case: CaseLine
    state: str
    step: StepLine
    law: Clock | None
    due_at: datetime
    parties: tuple[PartyLine, ...]

    def when(self, now: datetime) -> When:
        """Which of the three the board can be narrowed to."""
        if self.due_at < now:
            return "late"
        return "today" if day_of(self.due_at) == day_of(now) else "later"


def sip_board(session: Session, routines: Routines, access: Access) -> tuple[SipLine, ...]:
    """Those that the person sees all of, by state, in each the least time left first."""
    found = open_cases(session, routines, access.whole_cases([SIP.key]))
    lines = [_line(one, routines.calendar) for one in found]
    return tuple(sorted(lines, key=lambda line: (SIP.order(line.state), line.due_at)))


def _line(one: OpenCase, calendar: WorkingCalendar) -> SipLine:
    law = _law(one, calendar)
    due_at = one.next_step.due_at
    if law and law.due:
        due_at = min(due_at, law.due)
    return SipLine(
        one.record, one.line, one.record.state, one.next_step, law, due_at, _parties(one)
    )


def _law(one: OpenCase, calendar: WorkingCalendar) -> Clock | None:
    """Also before there is a consent: the law's days run whatever the case waits for."""
    notice = one.facts.opening.get("discharge_notice_at")
    if not notice or called_at(one.facts):
        return None
    return sip_call(datetime.fromisoformat(notice), calendar)


def _parties(one: OpenCase) -> tuple[PartyLine, ...]:
    # In a new round the last meeting is still known until somebody calls to the next one.
    is_called = SIP.order(one.record.state) >= SIP.order("answers")
    items = [item.key for item in party_items(one.facts)] if is_called else []
    lines = []
    for number, party in enumerate(parties_of(one.facts)):
        outcome = one.facts.latest("answer", items[number]).get("outcome") if items else None
        waits = NO_ANSWER_YET if items else NOT_CALLED
        answer = ANSWERS[outcome] if outcome else waits
        key = organisation_key(party.organisation)
        lines.append(PartyLine(key, party.organisation, answer, outcome is not None))
    return tuple(lines)
